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
// Our own errors say where they belong; anything else came from something in between and is no part of a page.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { status } = detail.xhr;
  if (!detail.isError || status === 422 || detail.xhr.getResponseHeader("HX-Retarget")) return;
  detail.shouldSwap = false;
  if (status === 401) location.reload();
  else warn(say("failed"));
});
document.addEventListener("htmx:afterSwap", ({ target }) => {
  if (target.id === "messages") target.scrollIntoView({ block: "center" });
});
document.addEventListener("click", ({ target }) => {
  target.closest?.("[data-dismiss]")?.closest("[data-dismissible]")?.setAttribute("hidden", "");
});
