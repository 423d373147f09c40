/** A comparison as one page that opens from a disk: what changed and how sure that is, and both sides over each other. */
import { listOf, raw, sectionOf, tableOf } from "../../reports/html/markup.ts";
import { style } from "../../reports/html/style.ts";
import { inXml } from "../../telling/escaped.ts";
import { counted } from "../../telling/figures.ts";
import type { Compared } from "../compared.ts";
import type { Comparison } from "../comparison.ts";
import type { RunSeen } from "../run-seen.ts";
import {
  changeWords,
  comparisonHeadline,
  comparisonNotes,
  marginWords,
  remarkOf,
  sidesSentence,
  sideWords,
  statusWords,
} from "../telling.ts";
import { intervalsChart, overTime, type Shown } from "./html-charts.ts";

const own = `
svg.compared { width: 100%; height: auto; } svg.compared text { fill: var(--ink); font: 12px system-ui, sans-serif; } svg.compared .soft { fill: var(--soft); }
svg.compared .name { font-weight: 600; } svg.compared .grid { stroke: var(--grid); } svg.compared .limit { stroke: var(--refuted); stroke-dasharray: 5 4; }
svg.compared .beyond { fill: var(--fault); } svg.compared .interval { stroke: currentColor; stroke-width: 3; } svg.compared circle { fill: currentColor; }
svg.compared .ok { color: var(--upheld); } svg.compared .regression { color: var(--refuted); } svg.compared .undecided, svg.compared .not-held { color: var(--inconclusive); }
svg.compared .side-a { color: var(--c5); } svg.compared .side-b { color: var(--c1); } .side-a polygon, .side-b polygon { fill: currentColor; opacity: 0.22; }
.side-a polyline, .side-b polyline { fill: none; stroke: currentColor; stroke-width: 2; } .side-a polyline { stroke-dasharray: 7 4; }
`;

const shown: readonly (Shown & { readonly id: string; readonly told: string })[] = [
  {
    ...{ id: "p99", title: "Response time, p99", unit: "ms", of: ({ p99Ms }) => p99Ms },
    told: "From the instant a request was due, by the second in which it was due",
  },
  {
    ...{ id: "p50", title: "Response time, p50", unit: "ms", of: ({ p50Ms }) => p50Ms },
    told: "From the instant a request was due, by the second in which it was due",
  },
  {
    ...{ id: "good", title: "Good answers", unit: "/s", of: ({ good }) => good },
    told: "Requests that were due in a second and were answered well",
  },
  {
    ...{ id: "offered", title: "Offered", unit: "/s", of: ({ planned }) => planned },
    told: "Requests that were due in a second: where both sides differ, so may all the rest",
  },
];

export function comparisonHtml(comparison: Comparison): string {
  const { verdict, figures, names, a, b } = comparison;
  const headline = comparisonHeadline(comparison);
  const sections = [
    sectionOf(
      "figures",
      "What changed",
      chartWords(
        "intervals",
        "Changes with their intervals",
        "Each dot is a figure's change as a multiple of its margin, each line the interval that holds the truth; to the right is worse. One that lies beyond the margin as a whole is a regression, one that ends before it is well",
        intervalsChart(figures),
      ),
      tableOf({
        caption: "geometric means of the runs, of shares the mean; the change from A to B with its interval",
        head: ["figure", "A", "B", "B to A", "margin", "", ""],
        rows: figures.map(row),
        wordsFrom: 4,
      }),
    ),
    sectionOf(
      "over-time",
      "Over each other",
      ...shown.map((each) =>
        chartWords(
          `over-time-${each.id}`,
          each.title,
          `${each.told}. The line is the median run of each second, the band all runs; A is dashed`,
          overTime(each, comparison),
        ),
      ),
    ),
    sectionOf("notes", "To weigh it by", listOf(comparisonNotes(comparison))),
    sectionOf("runs", "Runs", runsTable("A", names[0], a), runsTable("B", names[1], b)),
  ].filter((section) => section !== "");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${inXml(headline)}</title>
<style>${style}${own}</style>
</head>
<body>
<main id="main">
<p class="status ${verdict.status}">${verdict.status}</p>
<h1>${inXml(headline)}</h1>
<p>${inXml(sidesSentence(comparison))}.</p>
<p class="soft"><b>A</b>, dashed and orange: ${inXml(names[0])}, ${counted(a.length, "run")}; <b>B</b>, blue: ${inXml(names[1])}, ${counted(b.length, "run")}.</p>
${sections.join("\n")}
</main>
</body>
</html>
`;
}

/** Nothing at all where there is nothing to draw. */
const chartWords = (id: string, title: string, told: string, drawn: string): string =>
  drawn === ""
    ? ""
    : `<figure id="${id}"><figcaption><b>${inXml(title)}</b>. ${inXml(told)}.</figcaption>${drawn}</figure>`;

const row = (each: Compared) => [
  each.name,
  sideWords(each, each.a),
  sideWords(each, each.b),
  changeWords(each),
  marginWords(each),
  raw(`<b class="${statusClass[each.status]}">${inXml(statusWords[each.status])}</b>`),
  remarkOf(each),
];

const statusClass = {
  regression: "refuted",
  ok: "upheld",
  undecided: "inconclusive",
  "not-held": "soft",
} as const;

const runsTable = (side: string, name: string, runs: readonly RunSeen[]): string =>
  tableOf({
    caption: `${side}: ${name}`,
    head: ["run", "started", "seed"],
    rows: runs.map(({ runId, startedAt, seed }) => [runId, startedAt, String(seed)]),
    words: 2,
  });
