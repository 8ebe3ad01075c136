// Dialogs and the drawer are the browser's own <dialog>; this opens the drawer for what htmx puts into it.
import { on } from "./htmx.js";

const drawer = document.getElementById("drawer");
const content = document.getElementById("drawer-content");

// A browser without invoker commands (command="show-modal") gets them here.
if (!("command" in HTMLButtonElement.prototype)) {
  on("click", "[commandfor]", (button) => {
    const target = document.getElementById(button.getAttribute("commandfor"));
    if (button.getAttribute("command") === "show-modal") target?.showModal();
    else target?.close();
  });
}

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.target !== content || !drawer) return;
  content.replaceChildren(document.getElementById("waiting").content.cloneNode(true));
  if (!drawer.open) drawer.showModal();
});

// The small question opens for what is fetched into it, and forgets it when it closes.
const ask = document.getElementById("ask");
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target?.hasAttribute("data-filled") && !ask?.open) ask?.showModal();
});
ask?.addEventListener("close", () => ask.firstElementChild.replaceChildren());

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.elt.getAttribute("hx-target") === "#drawer-content" && !detail.successful) drawer?.close();
});

// A press on the backdrop lands on the dialog itself, never on what lies inside.
document.addEventListener("click", ({ target }) => {
  if (target instanceof HTMLDialogElement && target.hasAttribute("data-light")) target.close();
});
