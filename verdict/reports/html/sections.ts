/** The words and tables of the report, section by section. Pure. */
import { badOf } from "../../checks/errors.ts";
import type { Evidence, OperationSeen } from "../../evidence.ts";
import type { Status } from "../../finding.ts";
import { recoveries, tailParts } from "../../recovery/recovery.ts";
import { correctnessOf } from "../../result.ts";
import { count, counted, figure, inPercent, ms, percent, seconds } from "../../telling/figures.ts";
import { headline, statusWord, summary, targetWords } from "../../telling/headline.ts";
import { andIdle } from "../../telling/idle.ts";
import { markedWords } from "../../telling/marked.ts";
import { notes } from "../../telling/notes.ts";
import { pointers } from "../../telling/pointers.ts";
import { recoverySentences } from "../../telling/recovery.ts";
import { saturationRule, tiersBySaturation } from "../../telling/saturation.ts";
import type { Judged } from "../report.ts";
import { diagramOf } from "./diagram.ts";
import { chartOf, inHtml, listOf, type Markup, raw, sectionOf, tableOf } from "./markup.ts";
import { againOf } from "./reproduce.ts";

/** What one knows when nothing else is read. */
export function topOf({ evidence, tally, verdict }: Judged): string {
  const { load, overall } = evidence;
  const books = correctnessOf(evidence, tally);
  const tiles: readonly (readonly [string, string])[] = [
    ["offered", `${figure(load.offeredPerS)} /s`],
    ["completed", `${figure(load.completedPerS)} /s`],
    ["p50", ms(overall.responseMs.p50)],
    ["p99", ms(overall.responseMs.p99)],
    ["bad answers", badWords(overall)],
    ...(books === null
      ? []
      : [["oversold", count(books.oversold)] as const, ["lost", count(books.lost)] as const]),
    ["duration", durationWords(evidence)],
  ];
  return [
    `<header><p class="status ${verdict.status}">${statusWord[verdict.status]}</p>`,
    `<h1>${inHtml(headline(evidence, verdict))}</h1>`,
    `<p>${inHtml(summary(evidence, verdict))}.</p>`,
    `<p class="soft">${inHtml(`${evidence.scenario} on ${targetWords(evidence)}; run ${evidence.runId}, begun ${evidence.startedAt}, seed ${evidence.seed}`)}</p>`,
    `<dl class="tiles">${tiles.map(([name, value]) => `<div><dt>${inHtml(name)}</dt><dd>${inHtml(value)}</dd></div>`).join("")}</dl></header>`,
  ].join("\n");
}

/** `18 of 30 s` of one that was broken off. */
const durationWords = ({ plan: { durationS }, ending: { measuredS } }: Evidence): string =>
  measuredS >= durationS ? seconds(durationS) : `${Number(measuredS.toFixed(1))} of ${seconds(durationS)}`;

const badWords = (seen: OperationSeen): string =>
  seen.count === 0 ? "–" : percent(badOf(seen) / seen.count);

export const findingsOf = ({ evidence, tally, verdict }: Judged): string =>
  sectionOf(
    "findings",
    "Findings",
    tableOf({
      caption: "what was checked, the gravest first",
      head: ["check", "about", "status", "because"],
      words: 4,
      rows: verdict.findings
        .toSorted((a, b) => gravity[b.status] - gravity[a.status])
        .map(({ check, subject, status, because }) => [check, subject, statusOf(status), because]),
    }),
    titled("What to look at", pointers(evidence, tally, verdict)),
  );

const gravity = { refuted: 2, inconclusive: 1, upheld: 0 } as const;
const signs = { upheld: "✓", refuted: "✗", inconclusive: "?" } as const;
/** Never by colour alone. */
const statusOf = (status: Status): Markup => raw(`<b class="${status}">${signs[status]} ${status}</b>`);

const titled = (title: string, sentences: readonly string[]): string =>
  sentences.length === 0 ? "" : `<h3>${inHtml(title)}</h3>${listOf(sentences)}`;

export function loadOf({ evidence }: Judged): string {
  const { load } = evidence;
  return sectionOf(
    "load",
    "Load",
    chartOf(
      "chart-load",
      "Offered and achieved",
      `Requests that were due in each second, and how many were answered in it; beside them, how many of those that were due in it were answered well, whenever that was; dashed, those under way. ${counted(load.planned, "request")} planned over ${durationWords(evidence)}, ${count(load.completed)} completed, ${count(load.failed)} failed, ${count(load.dropped)} never sent.`,
    ),
    chartOf(
      "chart-outcomes",
      "What came of them",
      `By the second in which they were due. ${outcomeWords(evidence.overall)}`,
    ),
  );
}

function outcomeWords({ count: times, outcomes }: OperationSeen): string {
  const words = Object.entries(outcomes)
    .filter(([, many]) => many > 0)
    .map(([outcome, many]) => `${outcome} ${count(many)} (${percent(many / times)})`);
  return words.length === 0 ? "Nothing was answered." : `${words.join(", ")}.`;
}

export function latencyOf({
  evidence,
  recorded,
  unrecorded = "the histograms of this run were not kept",
}: Judged): string {
  const { overall, operations, plan } = evidence;
  const limit = plan.claim?.p99Ms;
  const rows = [...Object.entries(operations), ["all", overall] as const];
  return sectionOf(
    "latency",
    "Latency",
    chartOf(
      "chart-latency",
      "Response time over time",
      `From the instant a request was due to its answer, by the second in which it was due. p50 ${ms(overall.responseMs.p50)}, p99 ${ms(overall.responseMs.p99)}, longest ${ms(overall.responseMs.max)}${limit === undefined ? "" : `; claimed p99 ${ms(limit)}`}.`,
    ),
    `<div class="two">`,
    recorded === undefined || recorded.latencies.overall.response.count === 0
      ? `<p class="soft">There is no curve by percentile: ${inHtml(unrecorded)}.</p>`
      : chartOf(
          "chart-percentiles",
          "By percentile",
          `Response time from the planned instant, service time (dashed) from when it was really sent; each step to the right is a tenth of what is left to 100 %. Where the two part, requests waited before they were sent.`,
        ),
    chartOf(
      "chart-heat",
      "Where requests were",
      "Each column is a second, each row a range of response times; the stronger the colour, the more requests, by the logarithm.",
      "picture",
    ),
    "</div>",
    tableOf({
      caption: "response time from the planned instant, ms; service time from when it was sent",
      head: [
        "operation",
        "count",
        "p50",
        "p90",
        "p95",
        "p99",
        "p99.9",
        "max",
        "service p50",
        "service p99",
        "bad",
      ],
      rows: rows.map(([name, seen]) => {
        const { p50, p90, p95, p99, p999, max } = seen.responseMs;
        return [
          name,
          count(seen.count),
          ...[p50, p90, p95, p99, p999, max, seen.serviceMs.p50, seen.serviceMs.p99].map(figure),
          badWords(seen),
        ];
      }),
    }),
  );
}

export function faultsOf({ evidence }: Judged): string {
  const { faults = [] } = evidence;
  const seen = recoveries(evidence);
  const at = (value: number | undefined) => (value === undefined ? "–" : value.toFixed(1));
  return sectionOf(
    "faults",
    "Faults and recovery",
    tableOf({
      caption:
        "what was done to the target on purpose; seconds of the measured part, shaded in every chart over time",
      head: ["fault", "status", "planned", "effect seen", "gone", "by what, and what was seen"],
      words: 2,
      wordsFrom: 5,
      rows: faults.map(({ id, status, plannedAtS, effectAtS, undoneAtS, mechanism, effect, because }) => [
        ...[id, status, at(plannedAtS), at(effectAtS), at(undoneAtS)],
        [mechanism, effect, because].filter((each) => each !== undefined).join("; "),
      ]),
    }),
    ...seen.map(
      (recovery) =>
        `<h3>${inHtml(recovery.fault)}</h3>${listOf(recoverySentences(recovery))}${tableOf({
          caption: `${recovery.fault}, by whole seconds`,
          head: ["when", "seconds", "requests", "p50 ms", "p99 ms", "p99.9 ms", "errors %", "timed out %"],
          rows: tailParts.flatMap((part) => {
            const tail = recovery.tails[part];
            if (tail === undefined) return [];
            return [
              [
                ...[partWords[part], count(tail.seconds), count(tail.planned)],
                ...[tail.p50Ms, tail.p99Ms, tail.p999Ms].map(figure),
                ...[tail.bad, tail.timedOut].map((times) => inPercent(times / tail.planned)),
              ],
            ];
          }),
        })}`,
    ),
  );
}

const partWords = {
  before: "before",
  during: "while it was on",
  first10S: "10 s after",
  rest: "later",
} as const;

export function targetOf({ evidence }: Judged): string {
  const { nodes, targetSeen } = evidence;
  if (nodes.length === 0) return "";
  const full = tiersBySaturation(evidence).filter(({ isSaturated }) => isSaturated);
  const words = full.map(({ tier, busiest }) => `the ${tier} tier (${busiest.name})`).join(", ");
  const hasBudgets = targetSeen.budgets.mechanism !== "none";
  return sectionOf(
    "target",
    "Target",
    `<p>${inHtml(`Saturated: ${words === "" ? "no tier" : words} (${saturationRule(evidence)}).`)}</p>`,
    diagramOf(evidence),
    `<details><summary>All nodes as a table</summary>`,
    tableOf({
      caption: "CPU over the measured part",
      head: ["node", "tier", "zone", "budget", "CPU used %", "held back %"],
      words: 3,
      rows: nodes.map(({ name, tier, zone, cpuBudgetMillicores, cpuUsedRatio, throttledRatio }) => [
        ...[name, tier, zone ?? "–"],
        hasBudgets && cpuBudgetMillicores > 0 ? `${count(cpuBudgetMillicores)} m` : "none",
        inPercent(cpuUsedRatio),
        hasBudgets ? inPercent(throttledRatio) : "–",
      ]),
    }),
    "</details>",
    titled("Stand-ins", targetSeen.standIns),
  );
}

export function correctnessSectionOf({ evidence, tally }: Judged): string {
  const books = correctnessOf(evidence, tally);
  const looks = Object.entries(evidence.consistency ?? {});
  const rows =
    books === null
      ? []
      : (
          [
            ["units in stock at the beginning", books.stockInitial],
            ["sold", books.sold],
            ["left", books.remaining],
            ["oversold", books.oversold],
            ["attempts", books.attempts],
            ["accepted", books.accepted],
            ["rejected", books.rejected],
            ["unknown", books.indeterminate],
            ["acknowledged and lost", books.lost],
            ["in the books and never accepted", books.phantom],
            ["twice in the books", books.duplicates],
          ] as const
        ).map(([name, value]) => [name, count(value)]);
  return sectionOf(
    "correctness",
    "Correctness",
    books === null && looks.length === 0
      ? `<p class="soft">The target keeps no books that could be read, so nothing is said about them.</p>`
      : "",
    tableOf({ caption: "the target's books beside what shoppers were told", head: ["what", "count"], rows }),
    tableOf({
      caption: "what shoppers found again of what they had done",
      head: ["promise", "looks", "broken"],
      rows: looks.map(([name, { checked, broken }]) => [name, count(checked), count(broken)]),
    }),
  );
}

export function instrumentOf({ evidence }: Judged): string {
  const { instrument, agents, certificate } = evidence;
  const marked = markedWords(evidence);
  const rows: readonly (readonly string[])[] = [
    ["slip: how late requests were sent, p99", ms(instrument.slipMs.p99)],
    ["waiting for a connection, p99", ms(instrument.connectionWaitMs.p99)],
    ["delay of the event loop, p99", ms(instrument.eventLoopDelayMs.p99)],
    ["longest stall", ms(instrument.stalledMs)],
    ["CPU of the busiest agent, of a core", percent(instrument.agentCpuRatio)],
    ["garbage collection", percent(instrument.gcRatio)],
    ...(instrument.hostPressure.cpuSomeRatio === undefined
      ? []
      : [["somebody waited for a CPU of the host", percent(instrument.hostPressure.cpuSomeRatio)]]),
    ["certificate", certificateWords(certificate)],
  ];
  return sectionOf(
    "instrument",
    "Was the instrument honest?",
    chartOf(
      "chart-instrument",
      "Our own lateness",
      `How late requests left the agents, and how busy the busiest of them was; grey, seconds in which a limit was passed. ${marked ?? "No second is marked."}`,
    ),
    tableOf({ caption: "our instrument over the measured part", head: ["what", "figure"], rows }),
    tableOf({
      caption: "agents",
      head: ["agent", "planned", "fired", "completed", "clock off by ms", "known within ms", "left early"],
      wordsFrom: 6,
      rows: agents.map(({ id, planned, fired, completed, clockOffsetMs, clockErrorMs, lost }) => [
        ...[id, count(planned), count(fired), count(completed)],
        ...[clockOffsetMs, clockErrorMs].map(figure),
        lost === undefined ? "no" : `after ${seconds(lost.atS)}: ${lost.because}`,
      ]),
    }),
  );
}

function certificateWords(certificate: Evidence["certificate"]): string {
  if (certificate === undefined) return "none: bench calibrate";
  const { date, maxRatePerAgentPerS, isForThisHost } = certificate;
  const words = `of ${date.slice(0, 10)}, up to ${figure(maxRatePerAgentPerS)} /s for each agent`;
  return isForThisHost ? words : `${words}, but of another machine or build`;
}

export function planOf({ evidence, folder, about }: Judged): string {
  const { plan, seed } = evidence;
  const { command, leftOut } = againOf(evidence);
  const rows: readonly (readonly string[])[] = [
    ...(plan.openOrClosed === "open"
      ? [
          ["arrivals a second at the peak", figure(plan.ratePerS)],
          ["arrivals in all", count(plan.arrivals)],
        ]
      : [["shoppers, who wait for answers", count(plan.arrivals)]]),
    ["measured for", seconds(plan.durationS)],
    ["warm-up", seconds(plan.warmupS)],
    ["agents", count(plan.agents)],
    ["seed", String(seed)],
    ...(plan.strategy === undefined ? [] : [["way of selling", plan.strategy]]),
    ...(about === undefined
      ? []
      : [
          ["bench", about.bench],
          ["Node", about.node],
          [
            "machine",
            `${about.host.cores} cores, ${about.host.cpu}, ${about.host.platform} ${about.host.kernel}${andIdle(about.host.haltPollMs)}`,
          ],
        ]),
    ...Object.entries(plan.variants ?? {}).map(([name, value]) => [`variant ${name}`, value]),
  ];
  return sectionOf(
    "plan",
    "Plan, and how to make it again",
    `<pre tabindex="0" aria-label="the command">${inHtml(command)}</pre>`,
    `<p class="soft">${inHtml("What the evidence knows. An objective of one's own, connections, sender, network and hosts that were allowed are not in it: plan.json of the run has them. A scenario of one's own goes by its file in place of its name.")}</p>`,
    leftOut.length === 0
      ? ""
      : `<p>${inHtml(`Not in that command: ${leftOut.join(", ")}. They were chosen by a selector or a plan file; plan.json of the run has them.`)}</p>`,
    tableOf({ caption: "what was planned, and made where", head: ["what", "value"], rows, words: 2 }),
    titled("Notes", notes(evidence)),
    folder === undefined ? "" : `<p class="soft">${inHtml(`Everything that was seen: ${folder}`)}</p>`,
  );
}
