// Draws a figure's numbers, which lie beside it as JSON, with the colours of the theme. The table below stays the truth.
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

const language = document.documentElement.lang === "id" ? "id-ID" : "en-US";
const rupiah = { style: "currency", currency: "IDR", maximumFractionDigits: 0 };
// "Rp 12 jt" and "Rp 12M": axes have no room for every nought; the tooltip and the table have.
const short = (unit) => new Intl.NumberFormat(language, { ...(unit === "rupiah" ? rupiah : {}), notation: "compact" });
const exact = (unit) => new Intl.NumberFormat(language, unit === "rupiah" ? rupiah : {});

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
  const label = { color: text, fontFamily: "inherit", fontSize: 12 };
  return {
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    color: ["1", "2", "3", "4", "5"].map(colour),
    textStyle: { fontFamily: "inherit" },
    grid: { left: 0, right: 8, top: 12, bottom: data.series.length > 1 ? 32 : 4, outerBoundsMode: "same" },
    legend: { show: data.series.length > 1, bottom: 0, left: 0, icon: "roundRect", itemWidth: 10, itemHeight: 10, textStyle: label },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      backgroundColor: surface,
      borderColor: line,
      textStyle: { ...label, fontSize: 13 },
      valueFormatter: (value) => (value == null ? "–" : exact(data.unit).format(value)),
    },
    xAxis: { type: "category", data: data.labels, axisLabel: { ...label, hideOverlap: true }, axisLine: { lineStyle: { color: line } }, axisTick: { show: false } },
    yAxis: { type: "value", axisLabel: { ...label, formatter: (value) => short(data.unit).format(value) }, splitLine: { lineStyle: { color: line } } },
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
