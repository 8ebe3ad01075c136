// Submitting twice does it once; an error summary takes the focus; what was typed is not left by accident.
import { each, on } from "./htmx.js";

function busy(form, state) {
  form.toggleAttribute("data-busy", state);
  form.setAttribute("aria-busy", String(state));
}

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (form.method === "get" || form.method === "dialog" || form.hasAttribute("data-download")) return;
    if (form.hasAttribute("data-busy")) return (event.preventDefault(), event.stopImmediatePropagation());
    // The pressed button's name must still be sent, so the form is marked and its buttons stay enabled.
    busy(form, true);
  },
  true,
);
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const form = detail.elt.closest?.("form[data-busy]");
  if (form) busy(form, false);
});
// A page from the back cache returns as it was left; a form that downloads (data-download) never leaves.
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-busy]").forEach((form) => busy(form, false)));

each("[data-takes-focus]", (element) => element.focus());

// A filter that is empty does not clutter the address.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (!detail.elt.closest("[data-filters]")) return;
  for (const [name, value] of Object.entries(detail.parameters)) if (value === "") delete detail.parameters[name];
});

on("input", "form[data-guard]", (form) => form.setAttribute("data-dirty", ""));
window.addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-dirty]:not([data-busy])")) event.preventDefault();
});

// The calendar beside a typed date: choosing a day types it.
on("change", "[data-day-picker]", (picker) => {
  const [year, month, day] = picker.value.split("-");
  const field = document.getElementById(picker.dataset.dayPicker);
  field.value = day ? `${day}/${month}/${year}` : "";
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});
on("click", "[data-day-button]", (button) => button.parentElement.querySelector("[data-day-picker]").showPicker());
