// The event-stream extension looks for a global htmx, so the global is made before it loads.
import htmx from "htmx.org/dist/htmx.esm.js";

window.htmx = htmx;

/** Run `setUp` on each element that matches, now and in whatever htmx swaps in later. */
export function each(selector, setUp) {
  htmx.onLoad((root) => {
    if (root.matches?.(selector)) setUp(root);
    root.querySelectorAll(selector).forEach(setUp);
  });
}

/** Call `act(element, event)` when `type` happens on or in an element that matches. */
export function on(type, selector, act) {
  document.addEventListener(type, (event) => {
    const element = event.target.closest?.(selector);
    if (element) act(element, event);
  });
}

export default htmx;
