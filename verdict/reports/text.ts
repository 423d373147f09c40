/** The report for people: the verdict in words, the figures, and what to look at. At most 100 columns. */
import type { Evidence, OperationSeen } from "../evidence.ts";
import type { Status } from "../finding.ts";
import { correctnessOf } from "../result.ts";
import type { LedgerTally } from "../tally.ts";
import { faultBlock, recoveryBlock } from "../telling/fault-block.ts";
import { count, counted, figure, inPercent, ms, percent } from "../telling/figures.ts";
import { headline, statusWord, summary } from "../telling/headline.ts";
import { markedWords } from "../telling/marked.ts";
import { notes } from "../telling/notes.ts";
import { pointers } from "../telling/pointers.ts";
import { saturationRule, tiersBySaturation } from "../telling/saturation.ts";
import { table, wrapped } from "../telling/table.ts";
import type { Verdict } from "../verdict.ts";
import type { Judged, Look, Report } from "./report.ts";

const width = 100;
/** Of lines that are not tables. */
const margin = 12;

export const text: Report = {
  format: "text",
  title: "for people: verdict, figures, what to look at",
  extension: "txt",
  tells: "verdict",
  render({ evidence, tally, verdict, folder }: Judged, look: Look = { isColoured: false }): string {
    const paint = look.isColoured ? coloured : plain;
    const blocks = [
      top(evidence, verdict, paint),
      load(evidence),
      operations(evidence),
      books(evidence, tally),
      consistency(evidence),
      nodes(evidence),
      faultBlock(evidence, width),
      recoveryBlock(evidence, { width, margin }),
      instrument(evidence),
      findings(verdict, paint),
      list("Notes", notes(evidence)),
      list("What to look at", [
        ...pointers(evidence, tally, verdict),
        ...(folder === undefined ? [] : [`everything that was seen: ${folder}`]),
      ]),
    ];
    return `${blocks
      .filter((block) => block.length > 0)
      .map((block) => block.join("\n"))
      .join("\n\n")}\n`;
  },
};

type Paint = (status: Status, words: string) => string;

const plain: Paint = (_, words) => words;

/** Green, red, yellow: the codes every terminal knows. */
const colours = { upheld: 32, refuted: 31, inconclusive: 33 } as const;
const coloured: Paint = (status, words) => `\u001b[${colours[status]}m${words}\u001b[39m`;

function top(evidence: Evidence, verdict: Verdict, paint: Paint): readonly string[] {
  const word = statusWord[verdict.status];
  const [first = "", ...rest] = wrapped(`${word}  `, headline(evidence, verdict), width);
  return [
    first.replace(word, paint(verdict.status, word)),
    ...rest,
    ...wrapped(" ".repeat(word.length + 2), summary(evidence, verdict), width),
  ];
}

function load({ load: seen }: Evidence): readonly string[] {
  return table([
    ["load", "planned", "fired", "completed", "failed", "dropped", "in flight", "offered/s", "completed/s"],
    [
      "",
      count(seen.planned),
      count(seen.fired),
      count(seen.completed),
      count(seen.failed),
      count(seen.dropped),
      count(seen.inFlightAtEnd),
      figure(seen.offeredPerS),
      figure(seen.completedPerS),
    ],
  ]);
}

function operations({ operations: seen, overall }: Evidence): readonly string[] {
  const named = Object.entries(seen);
  const rows = named.length === 1 ? named : [...named, ["all", overall] as const];
  const figures = table([
    ["response ms", "count", "p50", "p95", "p99", "p99.9", "max"],
    ...rows.map(([name, operation]) => latencyRow(name, operation)),
  ]);
  // The column of outcomes is as wide as its words, so it is put beside the figures where that fits, else below.
  return figures.flatMap((line, at) => {
    const row = rows[at - 1];
    if (row === undefined) return [line.trimEnd()];
    const words = outcomeWords(row[1]);
    return line.length + 2 + words.length <= width
      ? [`${line}  ${words}`]
      : [line.trimEnd(), ...wrapped("    ", words, width)];
  });
}

function latencyRow(name: string, { count: times, responseMs }: OperationSeen): readonly string[] {
  const { p50, p95, p99, p999, max } = responseMs;
  return [name, count(times), ...[p50, p95, p99, p999, max].map(figure)];
}

function outcomeWords({ outcomes }: OperationSeen): string {
  return Object.entries(outcomes)
    .filter(([, times]) => times > 0)
    .map(([outcome, times]) => `${outcome} ${count(times)}`)
    .join(", ");
}

function books(evidence: Evidence, tally: LedgerTally | undefined): readonly string[] {
  const seen = correctnessOf(evidence, tally);
  if (seen === null) return [];
  const caches = evidence.correctness?.stocks.flatMap(({ saleId, cacheRemaining }) =>
    saleId !== 0 && cacheRemaining !== undefined ? [cacheRemaining] : [],
  );
  const cache =
    caches === undefined || caches.length === 0
      ? ""
      : ` (cache ${count(caches.reduce((sum, left) => sum + left, 0))})`;
  const reserved = (evidence.correctness?.stocks ?? []).reduce(
    (sum, stock) => sum + (stock.reserved ?? 0),
    0,
  );
  const unpaid = reserved === 0 ? "" : ` (${count(reserved)} of them reserved)`;
  const lines = [
    `stock ${count(seen.stockInitial)}, sold ${count(seen.sold)}${unpaid}, left ${count(seen.remaining)}${cache}; ` +
      `oversold ${count(seen.oversold)}`,
    `${counted(seen.attempts, "attempt")}: ${count(seen.accepted)} accepted, ${count(seen.rejected)} rejected, ` +
      `${count(seen.indeterminate)} unknown`,
    `lost ${count(seen.lost)}, phantom ${count(seen.phantom)}, duplicate ${count(seen.duplicates)}`,
  ];
  return lines.flatMap((line, at) => wrapped((at === 0 ? "books" : "").padEnd(margin), line, width));
}

function consistency({ consistency: seen = {} }: Evidence): readonly string[] {
  const words = Object.entries(seen).map(
    ([name, { checked, broken }]) => `${name} ${count(broken)} broken of ${counted(checked, "look")}`,
  );
  return words.length === 0 ? [] : wrapped("shoppers".padEnd(margin), words.join(", "), width);
}

function nodes(evidence: Evidence): readonly string[] {
  if (evidence.nodes.length === 0) return [];
  const hasBudgets = evidence.targetSeen.budgets.mechanism !== "none";
  const rows = table(
    [
      ["nodes", "tier", "budget", "CPU used %", "held back %"],
      ...evidence.nodes.map((node) => [
        node.name,
        node.tier,
        !hasBudgets || node.cpuBudgetMillicores === 0 ? "none" : `${count(node.cpuBudgetMillicores)} m`,
        inPercent(node.cpuUsedRatio),
        hasBudgets ? inPercent(node.throttledRatio) : "-",
      ]),
    ],
    2,
  );
  const saturated = tiersBySaturation(evidence).filter((tier) => tier.isSaturated);
  const words =
    saturated.length === 0
      ? "no tier"
      : saturated.map(({ tier, busiest }) => `the ${tier} tier (${busiest.name})`).join(", ");
  return [
    ...rows.map((row) => row.trimEnd()),
    ...machines(evidence),
    ...wrapped("saturated".padEnd(margin), `${words} (${saturationRule(evidence)})`, width),
  ];
}

/** Nodes that share a machine share its budget, so one of them may have used more than its own part. */
function machines(evidence: Evidence): readonly string[] {
  const shared = tiersBySaturation(evidence).filter(({ together }) => together.length > 1);
  const byMachine = new Map(shared.map((seen) => [seen.busiest.machine, seen]));
  return [...byMachine].flatMap(([machine, { together, usedRatio }]) => {
    const budget = together.reduce((total, node) => total + node.cpuBudgetMillicores, 0);
    const who = together.map(({ name }) => name).join(" and ");
    const words = `${machine}: ${who} share ${count(budget)} m, of which they used ${percent(usedRatio)}`;
    return wrapped("machine".padEnd(margin), words, width);
  });
}

function instrument(evidence: Evidence): readonly string[] {
  const { instrument: seen } = evidence;
  const words =
    `slip p99 ${ms(seen.slipMs.p99)}, waiting for a connection p99 ${ms(seen.connectionWaitMs.p99)}, ` +
    `event-loop delay p99 ${ms(seen.eventLoopDelayMs.p99)}, longest stall ${ms(seen.stalledMs)}, ` +
    `busiest agent ${percent(seen.agentCpuRatio)} of a core${spinning(seen.spunRatio)}, garbage collection ${percent(seen.gcRatio)}`;
  const marked = markedWords(evidence);
  return [
    ...wrapped("instrument".padEnd(margin), words, width),
    ...(marked === undefined ? [] : wrapped(" ".repeat(margin), marked, width)),
  ];
}

/** Waiting awake happens at high rates only; below a percent it is not worth a word. */
function spinning(ratio: number): string {
  return ratio < 0.01 ? "" : ` (${percent(ratio)} was waiting awake for the next arrival)`;
}

const gravity = { refuted: 2, inconclusive: 1, upheld: 0 } as const;

function findings({ findings: all }: Verdict, paint: Paint): readonly string[] {
  if (all.length === 0) return [];
  const checkWidth = Math.max(...all.map((finding) => finding.check.length)) + 2;
  const gravestFirst = all.toSorted((a, b) => gravity[b.status] - gravity[a.status]);
  const lines = gravestFirst.flatMap(({ check, status, because }) => {
    const word = status.padEnd("inconclusive".length + 2);
    const [first = "", ...rest] = wrapped(`  ${word}${check.padEnd(checkWidth)}`, because, width);
    return [first.replace(status, paint(status, status)), ...rest];
  });
  return ["Findings", ...lines];
}

function list(title: string, sentences: readonly string[]): readonly string[] {
  return sentences.length === 0
    ? []
    : [title, ...sentences.flatMap((sentence) => wrapped("  - ", sentence, width))];
}
