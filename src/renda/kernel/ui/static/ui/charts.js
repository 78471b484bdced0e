// Draws charts from the tables under them, once the figures stand and the chart comes into view. Colours come from the
// page's tokens; patterns go with them, so that no series is known by colour alone.
export function wake(charts) {
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      seen.unobserve(entry.target);
      draw(entry.target);
    }
  }, { rootMargin: "200px" });
  for (const chart of charts) {
    if (chart.dataset.woken) continue;
    chart.dataset.woken = "1";
    seen.observe(chart);
  }
}

async function draw(figure) {
  const { init } = await import("../vendor/echarts.js");
  const canvas = figure.querySelector(".chart-canvas");
  canvas.hidden = false;
  let chart = null;
  const paint = () => {
    chart?.dispose();
    chart = init(canvas, null, { renderer: "svg" });
    chart.setOption(option(figure));
  };
  paint();
  figure.querySelector("details")?.removeAttribute("open");
  new ResizeObserver(() => chart.resize()).observe(canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  matchMedia("print").addEventListener("change", () => chart.resize());
}

const thin = "rgba(255, 255, 255, 0.38)";
const DECALS = [
  { symbol: "none" },
  { color: thin, dashArrayX: [1, 0], dashArrayY: [1, 5], rotation: -Math.PI / 4 },
  { color: thin, symbol: "circle", symbolSize: 0.6, dashArrayX: [[7, 7], [0, 7, 7, 0]], dashArrayY: [6, 0] },
  { color: thin, dashArrayX: [1, 0], dashArrayY: [1, 5], rotation: Math.PI / 4 },
  { color: thin, dashArrayX: [1, 0], dashArrayY: [1, 4] },
];

function option(figure) {
  const style = getComputedStyle(document.documentElement);
  const token = (name) => style.getPropertyValue(`--${name}`).trim();
  const rem = parseFloat(style.fontSize);
  const text = { color: token("ink"), fontFamily: token("sans"), fontSize: rem * 0.8125 };
  const quiet = { ...text, color: token("muted") };
  const rows = [...figure.querySelectorAll("tbody tr")];
  const names = [...figure.querySelectorAll("thead th")].slice(1).map((head) => head.textContent.trim());
  const labels = rows.map((row) => row.cells[0].textContent.trim());
  const number = (cell) => (cell.dataset.value === "" ? null : Number(cell.dataset.value));
  const kind = figure.dataset.chart;
  const unit = figure.dataset.unit ?? "";
  const palette = ["blue", "c2", "jade", "c4", "border"].map(token);
  const common = {
    textStyle: text,
    color: palette,
    animation: false,
    aria: { enabled: true, decal: { show: names.length > 1 || kind === "pie", decals: DECALS } },
    tooltip: {
      trigger: kind === "pie" ? "item" : "axis",
      backgroundColor: token("surface"),
      borderColor: token("line"),
      textStyle: text,
      valueFormatter: (value) => (value === null || value === undefined ? "—" : `${value.toLocaleString("zh-CN")} ${unit}`),
      axisPointer: { type: kind === "line" ? "line" : "shadow" },
      confine: true,
    },
    legend: { show: names.length > 1 || kind === "pie", top: 0, left: 0, textStyle: quiet, icon: "rect", itemWidth: 14, itemHeight: 10 },
  };
  if (kind === "pie") {
    return {
      ...common,
      series: [{
        type: "pie",
        radius: ["42%", "68%"],
        top: rem * 2,
        label: { ...text, formatter: "{b} {c}" },
        itemStyle: { borderColor: token("surface"), borderWidth: 2 },
        data: rows.map((row, i) => ({ name: labels[i], value: number(row.cells[1]) })),
      }],
    };
  }
  const across = kind === "bar-across" || (kind === "bar" && labels.some((label) => label.length > 5));
  const category = {
    type: "category",
    data: labels,
    inverse: across,
    axisLabel: { ...text, ...(across ? { width: rem * 9, overflow: "truncate" } : { hideOverlap: true }) },
    axisLine: { lineStyle: { color: token("rule") } },
    axisTick: { show: false },
  };
  const value = {
    type: "value",
    minInterval: 1,
    axisLabel: quiet,
    splitLine: { lineStyle: { color: token("line") } },
  };
  figure.querySelector(".chart-canvas").classList.toggle("tall", across && labels.length > 8);
  return {
    ...common,
    grid: { left: 0, right: rem, top: names.length > 1 ? rem * 2.5 : rem * 0.5, bottom: 0, containLabel: true },
    xAxis: across ? value : category,
    yAxis: across ? category : value,
    series: names.map((name, s) => ({
      name,
      type: kind === "line" ? "line" : "bar",
      stack: figure.hasAttribute("data-stacked") ? "all" : undefined,
      barMaxWidth: rem * 1.25,
      symbolSize: 6,
      // Red means overdue and nothing else.
      ...(name.includes("逾期") ? { itemStyle: { color: token("red") } } : {}),
      data: rows.map((row) => number(row.cells[s + 1])),
    })),
  };
}
