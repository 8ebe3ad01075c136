// Keys: j and k walk a list, ? explains, / and Ctrl+K open the palette. Single keys can be turned off (WCAG 2.1.4).
import { each } from "./htmx.js";
import { openPalette } from "./palette.js";

const SLOT = "single-keys";
const singleKeys = () => localStorage.getItem(SLOT) !== "off";
const typing = (element) => element.matches("input, textarea, select, [contenteditable]");

function walk(step) {
  const rows = [...document.querySelectorAll("[data-walk] tbody tr, [data-walk] > li")].filter((row) => row.querySelector("a"));
  const at = rows.indexOf(document.activeElement.closest("tr, li"));
  rows[Math.min(Math.max(at + step, 0), rows.length - 1)]?.querySelector("a").focus();
}

const actions = {
  j: () => walk(1),
  k: () => walk(-1),
  "/": openPalette,
  "?": () => document.getElementById("keys")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.key === "k" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    return openPalette();
  }
  const plain = !(event.ctrlKey || event.metaKey || event.altKey);
  if (!plain || typing(event.target) || document.querySelector("dialog[open]") || !singleKeys()) return;
  if (event.key in actions) {
    event.preventDefault();
    actions[event.key]();
  }
});

each("[data-single-keys]", (box) => {
  box.checked = singleKeys();
  box.addEventListener("change", () => localStorage.setItem(SLOT, box.checked ? "on" : "off"));
});
