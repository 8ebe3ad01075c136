// Light, dark or as the device says. The server writes the choice into <html>, so nothing flashes; here it takes effect at once.
import { on } from "./htmx.js";

on("click", "button[name=theme]", (button) => {
  document.documentElement.dataset.theme = button.value;
  for (const other of document.querySelectorAll("button[name=theme]"))
    other.setAttribute("aria-pressed", String(other.value === button.value));
  document.dispatchEvent(new CustomEvent("themechange"));
});
