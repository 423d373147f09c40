/** The report for pull requests and job summaries. Far below the 1 MiB a GitHub job summary may have. */

import type { OperationSeen } from "../evidence.ts";
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
import type { Judged, Report } from "./report.ts";

export const markdown: Report = {
  format: "markdown",
  title: "for pull requests and job summaries",
  extension: "md",
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
    return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
  },
};

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
