/** The report for pull requests and job summaries. No longer than a comment on GitHub may be. */

import type { Evidence, OperationSeen } from "../evidence.ts";
import type { Status } from "../finding.ts";
import { recoveries } from "../recovery/recovery.ts";
import { correctnessOf } from "../result.ts";
import { inMarkdown } from "../telling/escaped.ts";
import { count, figure, percent } from "../telling/figures.ts";
import { headline, statusWord, summary } from "../telling/headline.ts";
import { markedWords } from "../telling/marked.ts";
import { notes } from "../telling/notes.ts";
import { pointers } from "../telling/pointers.ts";
import { recoverySentences } from "../telling/recovery.ts";
import { sparkline } from "../telling/sparkline.ts";
import type { Judged, Report } from "./report.ts";

export const markdown: Report = {
  format: "markdown",
  title: "for pull requests and job summaries",
  extension: "md",
  tells: "verdict",
  render({ evidence, tally, verdict }: Judged): string {
    const { load, operations, overall, nodes } = evidence;
    const books = correctnessOf(evidence, tally);
    const sections = [
      `## ${mark[verdict.status]} ${statusWord[verdict.status]}: ${inMarkdown(headline(evidence, verdict))}`,
      inMarkdown(`${summary(evidence, verdict)}. Run ${evidence.runId}, seed ${evidence.seed}.`),
      table(
        ["check", "about", "status", "because"],
        verdict.findings.map(({ check, subject, status, because }) => [
          check,
          subject,
          `${mark[status]} ${status}`,
          because,
        ]),
      ),
      table(
        ["planned", "fired", "completed", "failed", "dropped", "offered/s", "completed/s"],
        [
          [
            ...[load.planned, load.fired, load.completed, load.failed, load.dropped].map(count),
            figure(load.offeredPerS),
            figure(load.completedPerS),
          ],
        ],
      ),
      table(
        ["operation (response ms)", "count", "p50", "p95", "p99", "p99.9", "max"],
        [...Object.entries(operations), ["all", overall] as const].map(([name, seen]) =>
          operationRow(name, seen),
        ),
      ),
      overTime(evidence),
      books === null
        ? ""
        : table(
            ["stock", "sold", "left", "oversold", "attempts", "accepted", "lost", "phantom", "duplicate"],
            [
              [
                books.stockInitial,
                books.sold,
                books.remaining,
                books.oversold,
                books.attempts,
                books.accepted,
                books.lost,
                books.phantom,
                books.duplicates,
              ].map(count),
            ],
          ),
      nodes.length === 0
        ? ""
        : table(
            ["node", "tier", "CPU used", "held back"],
            nodes.map((node) => [
              node.name,
              node.tier,
              percent(node.cpuUsedRatio),
              percent(node.throttledRatio),
            ]),
          ),
      table(
        ["fault", "effect at s", "gone at s", "status", "by"],
        (evidence.faults ?? []).map(({ id, effectAtS, undoneAtS, status, mechanism }) => [
          id,
          at(effectAtS),
          at(undoneAtS),
          status,
          mechanism,
        ]),
      ),
      bullets(
        "Recovery",
        recoveries(evidence).map((seen) => `${seen.fault}: ${recoverySentences(seen).join("; ")}`),
      ),
      inMarkdown(markedWords(evidence) ?? ""),
      bullets("Notes", notes(evidence)),
      bullets("What to look at", pointers(evidence, tally, verdict)),
    ];
    return capped(sections.filter((section) => section !== ""));
  },
};

/** GitHub takes 65,536 characters in a comment; a kilobyte less leaves room for the last words. */
const mostBytes = 63 * 1_024;
const lastWords = "_The rest did not fit; `bench report` has all of it._";

/** Whole sections from the first on, as long as there is room; a table that has none is cut after a row. */
function capped(sections: readonly string[]): string {
  let page = "";
  for (const section of sections) {
    const longer = page === "" ? section : `${page}\n\n${section}`;
    if (Buffer.byteLength(longer) <= mostBytes) {
      page = longer;
      continue;
    }
    const lines = section.split("\n");
    let fitting = `${page}\n\n`;
    while (lines.length > 0 && Buffer.byteLength(`${fitting}${lines[0]}\n`) <= mostBytes)
      fitting += `${lines.shift()}\n`;
    return `${fitting.trimEnd()}\n\n${lastWords}\n`;
  }
  return `${page}\n`;
}

/** A line for each, so that a fall or a peak is seen without a picture. */
function overTime({ timeline }: Evidence): string {
  if (timeline.length < 2) return "";
  const row = (name: string, values: readonly (number | null)[]): readonly string[] => {
    const known = values.filter((value) => value !== null);
    const span = known.length === 0 ? "-" : `${figure(Math.min(...known))} to ${figure(Math.max(...known))}`;
    return [name, sparkline(values), span];
  };
  return table(
    ["over time", "", "least and most in a second"],
    [
      row(
        "offered/s",
        timeline.map(({ planned }) => planned),
      ),
      row(
        "completed/s",
        timeline.map(({ completed }) => completed),
      ),
      row(
        "p99 ms",
        timeline.map(({ p99Ms }) => (p99Ms > 0 ? p99Ms : null)),
      ),
      row(
        "not good",
        timeline.map(({ bad }) => bad),
      ),
    ],
  );
}

const mark: Readonly<Record<Status, string>> = { upheld: "✅", refuted: "❌", inconclusive: "⚠️" };

const at = (seconds: number | undefined): string => (seconds === undefined ? "-" : seconds.toFixed(1));

function operationRow(name: string, { count: times, responseMs }: OperationSeen): readonly string[] {
  const { p50, p95, p99, p999, max } = responseMs;
  return [name, count(times), ...[p50, p95, p99, p999, max].map(figure)];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const line = (cells: readonly string[]) => `| ${cells.map(inMarkdown).join(" | ")} |`;
  return [line(head), `|${" --- |".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

const bullets = (title: string, sentences: readonly string[]): string =>
  sentences.length === 0
    ? ""
    : [`**${title}**`, "", ...sentences.map((sentence) => `- ${inMarkdown(sentence)}`)].join("\n");
