/** Runs in the reader's browser: draws the charts of a report from the numbers that stand in it. Without it all words and tables are there. */
import type uPlotClass from "uplot";
import type { ChartData, Column, Curve } from "../chart-types.ts";

declare const uPlot: typeof uPlotClass;

const data = JSON.parse(document.getElementById("chart-data")?.textContent ?? "{}") as ChartData;
const heightPx = 240;

interface Colours {
  readonly ink: string;
  readonly soft: string;
  readonly grid: string;
  readonly fault: string;
  readonly marked: string;
  readonly series: readonly string[];
  /** Of answers that a shopper could be content with, and of others. */
  readonly good: readonly string[];
  readonly bad: readonly string[];
  readonly heat: readonly (readonly [number, number, number])[];
}

/** Out of the style sheet, which knows whether the reader likes it dark. */
function coloursNow(): Colours {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string) => style.getPropertyValue(name).trim();
  const rgb = (hex: string) =>
    [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as readonly [
      number,
      number,
      number,
    ];
  return {
    ...{
      ink: of("--ink"),
      soft: of("--soft"),
      grid: of("--grid"),
      fault: of("--fault"),
      marked: of("--marked"),
    },
    series: ["--c1", "--c2", "--c3", "--c4", "--c5", "--c6", "--c7", "--c8"].map(of),
    good: ["--good1", "--good2", "--good3"].map(of),
    bad: ["--bad1", "--bad2", "--bad3", "--bad4", "--bad5"].map(of),
    heat: ["--heat-low", "--heat-mid", "--heat-high"].map(of).map(rgb),
  };
}

const number = (value: number | null | undefined, digits = 3): string =>
  value === null || value === undefined
    ? "–"
    : value.toLocaleString("en", { maximumSignificantDigits: digits });

interface Line {
  readonly label: string;
  readonly values: Column;
  /** What is told of each second, where that is not what is drawn. */
  readonly told?: Column;
  readonly unit: string;
  /** Of the series by number, or the colour itself. */
  readonly colour: number | string;
  readonly scale?: string;
  readonly isDashed?: boolean;
  readonly isFilled?: boolean;
}

const inked = (colour: number | string, { series, ink }: Colours): string =>
  typeof colour === "string" ? colour : (series[colour] ?? ink);

const widthOf = (host: HTMLElement): number => Math.max(280, host.clientWidth);
const drawn: { host: HTMLElement; chart: uPlotClass }[] = [];
const cursors = uPlot.sync("seconds");

/** Over the lines, and so thin that they are seen: when what was done to the target was on, when the instrument was not well, and where phases begin. */
function shade(chart: uPlotClass, colours: Colours): void {
  const { ctx, bbox } = chart;
  const band = (fromS: number, toS: number, colour: string) => {
    const [left, right] = [chart.valToPos(fromS, "x", true), chart.valToPos(toS, "x", true)];
    const from = Math.max(left, bbox.left);
    const to = Math.min(right, bbox.left + bbox.width);
    if (to <= from) return;
    ctx.fillStyle = colour;
    ctx.fillRect(from, bbox.top, to - from, bbox.height);
  };
  ctx.save();
  for (const span of data.spans) if (span.kind === "fault") band(span.fromS, span.toS, colours.fault);
  for (const atS of data.marked) band(atS, atS + 1, colours.marked);
  ctx.strokeStyle = colours.grid;
  ctx.fillStyle = colours.soft;
  ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textBaseline = "top";
  // What the axes left behind is another.
  ctx.textAlign = "left";
  let fault = 0;
  for (const span of data.spans) {
    const at = Math.max(bbox.left, chart.valToPos(span.fromS, "x", true));
    if (span.kind === "fault") {
      // One below the other, so that neighbours can be read.
      const line = 1 + (fault++ % 4);
      ctx.fillText(span.name, at + 4 * devicePixelRatio, bbox.top + (2 + 13 * line) * devicePixelRatio);
      continue;
    }
    ctx.beginPath();
    ctx.moveTo(at, bbox.top);
    ctx.lineTo(at, bbox.top + bbox.height);
    ctx.stroke();
    ctx.fillText(span.name, at + 4 * devicePixelRatio, bbox.top + 2 * devicePixelRatio);
  }
  ctx.restore();
}

function axis(colours: Colours, unit: string, more: Partial<uPlotClass.Axis> = {}): uPlotClass.Axis {
  return {
    stroke: colours.ink,
    grid: { stroke: colours.grid, width: 1 },
    ticks: { stroke: colours.grid, width: 1 },
    size: 76,
    values: (_, splits) =>
      splits.map((value) => (value === null ? "" : `${number(value)}${unit === "" ? "" : ` ${unit}`}`)),
    ...more,
  };
}

function overTime(
  id: string,
  lines: readonly Line[],
  { isLog = false, unit = "", right }: { isLog?: boolean; unit?: string; right?: string } = {},
): void {
  const host = document.getElementById(id);
  if (host === null || data.atS.length === 0) return;
  const colours = coloursNow();
  const positive = (values: Column) =>
    isLog ? values.map((value) => (value !== null && value > 0 ? value : null)) : values;
  const chart = new uPlot(
    {
      width: widthOf(host),
      height: heightPx,
      cursor: { sync: { key: cursors.key } },
      scales: {
        // To the end of the last second, which is as long as the others.
        x: { time: false, range: () => [data.atS[0] ?? 0, (data.atS.at(-1) ?? 0) + 1] },
        y: isLog ? { distr: 3 } : { range: (_, __, most) => [0, Math.max(most * 1.05, 1e-9)] },
        ...(right !== undefined && {
          right: {
            range: (_: uPlotClass, __: number, most: number) =>
              [0, Math.max(most * 1.05, 1e-9)] as [number, number],
          },
        }),
      },
      axes: [
        axis(colours, "s", { size: 40 }),
        axis(colours, unit),
        ...(right === undefined
          ? []
          : [axis(colours, right, { scale: "right", side: 1, grid: { show: false } })]),
      ],
      series: [
        { label: "second", value: (_, value) => (value === null ? "–" : `${value} s`) },
        ...lines.map(({ label, told, unit: of, colour, scale, isDashed, isFilled }) => ({
          label,
          stroke: inked(colour, colours),
          width: 1.75,
          ...(scale !== undefined && { scale }),
          ...(isDashed === true && { dash: [6, 4] }),
          ...(isFilled === true && { fill: inked(colour, colours) }),
          points: { show: data.atS.length < 3 },
          value: (_: uPlotClass, drawnValue: number | null, __: number, at: number | null) => {
            const value = told === undefined ? drawnValue : at === null ? null : told[at];
            return `${number(value)}${of === "" ? "" : ` ${of}`}`;
          },
        })),
      ],
      // In front of what is filled, which would hide it.
      hooks: { draw: [(self) => shade(self, colours)] },
    },
    [data.atS as number[], ...lines.map(({ values }) => positive(values) as (number | null)[])],
    host,
  );
  drawn.push({ host, chart });
  steerable(host, chart);
}

/** Arrow keys move the cursor second by second, Home and End to the first and the last. */
function steerable(host: HTMLElement, chart: uPlotClass): void {
  host.tabIndex = 0;
  // In place of the one before: a chart that was drawn anew has a new one.
  host.onkeydown = (event) => {
    const last = chart.data[0].length - 1;
    const at = chart.cursor.idx ?? -1;
    const to = { ArrowRight: at + 1, ArrowLeft: at < 0 ? last : at - 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const index = Math.min(last, Math.max(0, to));
    chart.setCursor({ left: chart.valToPos(chart.data[0][index] ?? 0, "x"), top: chart.bbox.height / 4 });
  };
}

/** The scale of HdrHistogram: each step to the right is a tenth of the distance to 100 %. */
function byPercentile(id: string): void {
  const host = document.getElementById(id);
  if (host === null || data.curves === undefined || data.curves.response.ms.length === 0) return;
  const colours = coloursNow();
  const far = (percentile: number) => 1 / (1 - percentile / 100);
  const { response, service } = data.curves;
  const places = [...new Set([...response.percentiles, ...service.percentiles])].sort((a, b) => a - b);
  const along = (curve: Curve): (number | null)[] => {
    const last = curve.percentiles.at(-1) ?? -1;
    let at = 0;
    return places.map((place) => {
      while (at < curve.percentiles.length - 1 && (curve.percentiles[at] ?? 0) < place) at++;
      return place > last ? null : (curve.ms[at] ?? null);
    });
  };
  const name = (distance: number): string => `${Number((100 - 100 / distance).toPrecision(10))} %`;
  const chart = new uPlot(
    {
      width: widthOf(host),
      height: heightPx,
      scales: { x: { time: false, distr: 3 }, y: { distr: 3 } },
      axes: [
        axis(colours, "", {
          size: 40,
          splits: () =>
            [1, 2, 10, 100, 1_000, 10_000, 100_000].filter((each) => each <= far(places.at(-1) ?? 0) * 1.01),
          // All of them: usually only powers of ten are written.
          filter: (_, splits) => splits,
          values: (_, splits) => splits.map((each) => (each === null ? "" : name(each))),
        }),
        axis(colours, "ms"),
      ],
      series: [
        { label: "percentile", value: (_, value) => (value === null ? "–" : name(value)) },
        {
          label: "response",
          stroke: colours.series[0] ?? "",
          width: 2,
          points: { show: false },
          value: (_, value) => `${number(value)} ms`,
        },
        {
          label: "service",
          stroke: colours.series[1] ?? "",
          width: 2,
          dash: [6, 4],
          points: { show: false },
          value: (_, value) => `${number(value)} ms`,
        },
      ],
    },
    [places.map(far), along(response), along(service)],
    host,
  );
  drawn.push({ host, chart });
  steerable(host, chart);
}

function heatmap(id: string): void {
  const host = document.getElementById(id);
  const { boundsMs, cells } = data.heat;
  if (host === null || boundsMs.length === 0) return;
  const colours = coloursNow();
  const canvas = document.createElement("canvas");
  const [left, bottom, width] = [64, 24, widthOf(host)];
  const ratio = window.devicePixelRatio || 1;
  canvas.width = width * ratio;
  canvas.height = heightPx * ratio;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${heightPx}px`;
  host.replaceChildren(canvas);
  const context = canvas.getContext("2d");
  if (context === null) return;
  context.scale(ratio, ratio);
  const [cellWidth, cellHeight] = [
    (width - left - 8) / data.atS.length,
    (heightPx - bottom - 4) / boundsMs.length,
  ];
  const most = cells.reduce((so, count, at) => (at % 3 === 2 ? Math.max(so, count) : so), 1);
  const colourOf = (count: number): string => {
    // By the logarithm: a few slow requests among thousands are what one looks for.
    const share = most === 1 ? 1 : Math.log(count) / Math.log(most);
    const [low, mid, high] = colours.heat;
    const [from, to, part] = share < 0.5 ? [low, mid, share * 2] : [mid, high, share * 2 - 1];
    const mixed = [0, 1, 2].map((at) => Math.round((from?.[at] ?? 0) * (1 - part) + (to?.[at] ?? 0) * part));
    return `rgb(${mixed.join(",")})`;
  };
  const x = (second: number) => left + second * cellWidth;
  const y = (row: number) => heightPx - bottom - (row + 1) * cellHeight;
  const [firstS] = data.atS;
  for (const span of data.spans) {
    if (span.kind !== "fault") continue;
    context.fillStyle = colours.fault;
    const from = Math.max(0, span.fromS - (firstS ?? 0));
    const to = Math.min(data.atS.length, span.toS - (firstS ?? 0));
    if (to > from) context.fillRect(x(from), 4, (to - from) * cellWidth, heightPx - bottom - 4);
  }
  for (let at = 0; at < cells.length; at += 3) {
    context.fillStyle = colourOf(cells[at + 2] ?? 0);
    context.fillRect(x(cells[at] ?? 0), y(cells[at + 1] ?? 0), cellWidth + 0.5, cellHeight + 0.5);
  }
  context.fillStyle = colours.ink;
  context.font = "12px system-ui, sans-serif";
  context.textBaseline = "middle";
  context.textAlign = "right";
  boundsMs.forEach((bound, row) => {
    if (row % Math.max(1, Math.ceil(boundsMs.length / 8)) === 0)
      context.fillText(`${number(bound)} ms`, left - 6, y(row) + cellHeight / 2);
  });
  const step = Math.max(1, Math.ceil(data.atS.length / 10));
  context.textAlign = "center";
  data.atS.forEach((atS, second) => {
    if (second % step === 0) context.fillText(`${atS} s`, x(second + 0.5), heightPx - 10);
  });
}

/** Each on top of those before it, the good ones below. */
function stacked(): readonly Line[] {
  const colours = coloursNow();
  const rows = [
    ...data.outcomes.filter(({ isGood }) => isGood).map((row, at) => ({ ...row, colour: colours.good[at] })),
    ...data.outcomes.filter(({ isGood }) => !isGood).map((row, at) => ({ ...row, colour: colours.bad[at] })),
  ];
  const sums = data.atS.map(() => 0);
  const lines = rows.map(({ name, counts, colour = colours.ink }) => {
    const values = counts.map((count, second) => (sums[second] = (sums[second] ?? 0) + (count ?? 0)));
    return { label: name, values, told: counts, unit: "", colour, isFilled: true };
  });
  // The highest is drawn first, so that the others are in front of it.
  return lines.reverse();
}

function drawAll(): void {
  for (const { chart } of drawn.splice(0)) chart.destroy();
  overTime(
    "chart-load",
    [
      { label: "offered", values: data.planned, unit: "/s", colour: 0 },
      { label: "completed", values: data.completed, unit: "/s", colour: 1 },
      { label: "good, by when they were due", values: data.good, unit: "/s", colour: 2 },
      { label: "in flight", values: data.inFlight, unit: "", colour: 3, scale: "right", isDashed: true },
    ],
    { unit: "/s", right: "" },
  );
  const limit = data.limitP99Ms;
  overTime(
    "chart-latency",
    [
      { label: "max", values: data.maxMs, unit: "ms", colour: 4 },
      { label: "p99", values: data.p99Ms, unit: "ms", colour: 0 },
      { label: "p90", values: data.p90Ms, unit: "ms", colour: 1 },
      { label: "p50", values: data.p50Ms, unit: "ms", colour: 2 },
      ...(limit === undefined
        ? []
        : [
            {
              label: "claimed p99",
              values: data.atS.map(() => limit),
              unit: "ms",
              colour: 3,
              isDashed: true,
            },
          ]),
    ],
    { isLog: true, unit: "ms" },
  );
  byPercentile("chart-percentiles");
  heatmap("chart-heat");
  overTime("chart-outcomes", stacked(), { unit: "/s" });
  overTime(
    "chart-instrument",
    [
      { label: "slip p99", values: data.slipP99Ms, unit: "ms", colour: 0 },
      {
        label: "CPU of the busiest agent",
        values: data.agentCpuPercent,
        unit: "%",
        colour: 1,
        scale: "right",
        isDashed: true,
      },
    ],
    { unit: "ms", right: "%" },
  );
}

drawAll();
document.documentElement.dataset["charts"] = "drawn";
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
let redraw: number | undefined;
// Paper is light, and as wide as it is.
addEventListener("beforeprint", () => {
  document.documentElement.dataset["paper"] = "print";
  drawAll();
});
addEventListener("afterprint", () => {
  delete document.documentElement.dataset["paper"];
  drawAll();
});
addEventListener("resize", () => {
  clearTimeout(redraw);
  redraw = setTimeout(drawAll, 150) as unknown as number;
});
