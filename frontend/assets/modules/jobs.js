// A running job's clock, and polling where the event stream cannot get through.
import htmx, { each } from "./htmx.js";

const failures = new WeakMap();

function clock(element) {
  const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(element.dateTime)) / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  element.textContent = parts.map((part) => String(part).padStart(2, "0")).join(":");
}

each("time[data-elapsed]", (element) => {
  clock(element);
  const timer = setInterval(() => (element.isConnected ? clock(element) : clearInterval(timer)), 1000);
});

// The list of running jobs renews itself, but not under the eyes of somebody who has it open.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.id === "jobs" && event.target.querySelector(":popover-open")) event.preventDefault();
});

document.addEventListener("htmx:sseError", ({ target }) => {
  const count = (failures.get(target) ?? 0) + 1;
  failures.set(target, count);
  if (count !== 3 || !target.dataset.poll) return;
  target.removeAttribute("sse-connect");
  target.setAttribute("hx-get", target.dataset.poll);
  target.setAttribute("hx-trigger", "load, every 2s");
  htmx.process(target);
});

// What a job made is told all over its page (data-renew), so the page is fetched anew when the job has ended.
document.addEventListener("htmx:sseClose", ({ target, detail }) => {
  if (detail.type !== "message" || !target.closest("[data-renew]")) return;
  htmx.ajax("GET", location.href, { target: "#main", select: "#main", swap: "outerHTML", headers: { "HX-Boosted": "true" } });
});
