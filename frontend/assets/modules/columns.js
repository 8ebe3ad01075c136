// Columns a person hides stay hidden for that list in this browser; only the columns' keys are kept.
import { each, on } from "./htmx.js";

const slot = (id) => `columns:${id}`;
const hiddenOf = (id) => new Set(JSON.parse(localStorage.getItem(slot(id)) ?? "[]"));

function apply(table) {
  const hidden = hiddenOf(table.id);
  const heads = [...table.tHead.rows[0].cells];
  for (const row of table.rows)
    [...row.cells].forEach((cell, index) => (cell.hidden = hidden.has(heads[index]?.dataset.column)));
}

each("table[data-columns]", apply);
each("[data-column-toggle]", (box) => (box.checked = !hiddenOf(box.dataset.columnToggle).has(box.value)));

on("change", "[data-column-toggle]", (box) => {
  const id = box.dataset.columnToggle;
  const hidden = hiddenOf(id);
  if (box.checked) hidden.delete(box.value);
  else hidden.add(box.value);
  localStorage.setItem(slot(id), JSON.stringify([...hidden]));
  apply(document.getElementById(id));
});
