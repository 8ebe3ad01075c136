// The command palette: the navigation's own links, narrowed while typing, and below them what the server finds.
const dialog = document.getElementById("palette");
const input = dialog?.querySelector("input");
const options = () => [...dialog.querySelectorAll("[role=option]")].filter((option) => !option.hidden);

export function openPalette() {
  if (!dialog || dialog.open) return;
  dialog.showModal();
  input.select();
  narrow();
}

function mark(chosen) {
  dialog.querySelectorAll("[aria-selected=true]").forEach((option) => option.setAttribute("aria-selected", "false"));
  chosen?.setAttribute("aria-selected", "true");
  chosen?.scrollIntoView({ block: "nearest" });
  if (chosen) input.setAttribute("aria-activedescendant", (chosen.id ||= `option-${crypto.randomUUID()}`));
  else input.removeAttribute("aria-activedescendant");
}

function narrow() {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const option of dialog.querySelectorAll("[data-command]"))
    option.hidden = !words.every((word) => option.textContent.toLowerCase().includes(word));
  mark(options()[0]);
}

function move(step) {
  const all = options();
  const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  mark(all[(at + step + all.length) % all.length]);
}

const keys = {
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
  Enter: () => dialog.querySelector("[aria-selected=true]")?.click(),
};

input?.addEventListener("input", narrow);
input?.addEventListener("keydown", (event) => {
  if (!(event.key in keys)) return;
  event.preventDefault();
  keys[event.key]();
});
dialog?.addEventListener("htmx:afterSwap", () => mark(options()[0]));
document.addEventListener("click", ({ target }) => {
  if (target.closest?.("[data-open-palette]")) openPalette();
});
