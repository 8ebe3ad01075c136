// Rows chosen for a bulk action: how many, all at once, and a span with Shift.
import { each } from "./htmx.js";

each("[data-selectable]", (table) => {
  const boxes = [...table.querySelectorAll("tbody input[type=checkbox][name=ids]")];
  const all = table.querySelector("[data-select-all]");
  const bar = document.getElementById(table.dataset.selectable);
  let last = null;

  function count() {
    const chosen = boxes.filter((box) => box.checked).length;
    bar.querySelector("[data-count]").textContent = new Intl.NumberFormat(document.documentElement.lang).format(chosen);
    bar.hidden = chosen === 0;
    if (!all) return;
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  }

  function choose(from, to, state) {
    boxes.slice(Math.min(from, to), Math.max(from, to) + 1).forEach((box) => (box.checked = state));
  }

  boxes.forEach((box, index) =>
    box.addEventListener("click", (event) => {
      if (event.shiftKey && last !== null) choose(last, index, box.checked);
      last = index;
      count();
    }),
  );
  const everything = (state) => (choose(0, boxes.length, state), count());
  all?.addEventListener("change", () => everything(all.checked));
  bar.querySelector("[data-select-none]")?.addEventListener("click", () => everything(false));
  count();
});
