// What happened, told to screen readers, and failures of the connection told to everyone.
import { each } from "./htmx.js";
import { say } from "./words.js";

export function announce(sentence) {
  const region = document.getElementById("live");
  if (region) region.textContent = sentence;
}

function warn(sentence) {
  const notice = document.getElementById("notice");
  if (!notice) return announce(sentence);
  notice.querySelector("[data-notice]").textContent = sentence;
  notice.hidden = false;
}

each("[data-announce]", (element) => announce(element.dataset.announce));

document.addEventListener("htmx:sendError", () => warn(say("offline")));
document.addEventListener("htmx:timeout", () => warn(say("offline")));
document.addEventListener("htmx:responseError", ({ detail }) => {
  const { status } = detail.xhr;
  if (status === 401) location.reload();
  else if (status === 429) warn(say("busy"));
  else if (status >= 500) warn(say("failed"));
});
document.addEventListener("click", ({ target }) => {
  target.closest?.("[data-dismiss]")?.closest("[data-dismissible]")?.setAttribute("hidden", "");
});
