// Draws a figure's numbers, which lie beside it as JSON, with the colours of the theme. The table below stays the truth.
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

const language = document.documentElement.lang === "id" ? "id-ID" : "en-US";
const exact = new Intl.NumberFormat(language);
// "Rp 1,2 M" and "Rp 1.2B": an axis has no room for every nought; the tooltip and the table have.
const compact = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 });
const amount = (value, unit, form) => (unit === "rupiah" ? "Rp " : "") + form.format(value);

// light-dark() and relative colours mean nothing to a chart: a probe lets the browser work them out.
function colour(name) {
  const probe = document.createElement("span");
  probe.className = `chart-colour-${name}`;
  document.body.append(probe);
  const canvas = new OffscreenCanvas(1, 1).getContext("2d");
  canvas.fillStyle = getComputedStyle(probe).color;
  canvas.fillRect(0, 0, 1, 1);
  probe.remove();
  return `rgb(${canvas.getImageData(0, 0, 1, 1).data.slice(0, 3).join(" ")})`;
}

function series(data, kind) {
  const stack = kind === "stacked" ? "all" : undefined;
  return data.series.map(({ name, values }) => ({
    name,
    data: values,
    type: kind === "line" ? "line" : "bar",
    stack,
    symbol: "circle",
    symbolSize: 6,
    barMaxWidth: 28,
    itemStyle: { borderRadius: stack ? 0 : [3, 3, 0, 0] },
  }));
}

function option(data, kind) {
  const [text, line, surface] = ["text", "line", "surface"].map(colour);
  const { fontFamily } = getComputedStyle(document.body);
  const label = { color: text, fontFamily, fontSize: 12 };
  const axisLine = { lineStyle: { color: line } };
  return {
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    color: ["1", "2", "3", "4", "5"].map(colour),
    textStyle: { fontFamily },
    grid: { left: 0, right: 8, top: 12, bottom: data.series.length > 1 ? 32 : 4, outerBoundsMode: "same" },
    legend: { show: data.series.length > 1, bottom: 0, left: 0, icon: "roundRect", itemWidth: 10, itemHeight: 10, textStyle: label },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      backgroundColor: surface,
      borderColor: line,
      textStyle: { ...label, fontSize: 13 },
      valueFormatter: (value) => (value == null ? "–" : amount(value, data.unit, exact)),
    },
    xAxis: { type: "category", data: data.labels, axisLabel: { ...label, hideOverlap: true, margin: 12 }, axisLine, axisTick: { show: false } },
    yAxis: { type: "value", axisLabel: { ...label, formatter: (value) => amount(value, data.unit, compact) }, splitLine: axisLine },
    series: series(data, kind),
  };
}

/** Draw one figure, and again when the theme changes; follow its width. */
export function draw(figure) {
  const place = figure.querySelector(".chart-canvas");
  const data = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
  const chart = init(place, null, { renderer: "svg" });
  const paint = () => chart.setOption(option(data, figure.dataset.chart), true);
  paint();
  new ResizeObserver(() => chart.resize()).observe(place);
  document.addEventListener("themechange", paint);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
}
