// The file input covers its whole area, so dropping works without this; here the area answers.
import { each } from "./htmx.js";

const units = ["B", "kB", "MB", "GB"];

function size(bytes) {
  const step = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  const amount = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
  return `${amount.format(bytes / 1000 ** step)} ${units[step]}`;
}

each(".filedrop", (area) => {
  const input = area.querySelector("input[type=file]");
  const named = area.querySelector("[data-filename]");
  input.addEventListener("change", () => {
    named.textContent = [...input.files].map((file) => `${file.name} · ${size(file.size)}`).join(", ");
    area.classList.toggle("filled", input.files.length > 0);
  });
  for (const type of ["dragenter", "dragover"]) area.addEventListener(type, () => area.classList.add("over"));
  for (const type of ["dragleave", "drop"]) area.addEventListener(type, () => area.classList.remove("over"));
});
