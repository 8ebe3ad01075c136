// Charts weigh more than the rest together, so they load only where a page holds one.
import { each } from "./htmx.js";

const address = document.querySelector('meta[name="charts"]')?.content;

each("[data-chart]", async (figure) => {
  const { draw } = await import(address);
  if (figure.isConnected) draw(figure);
});
