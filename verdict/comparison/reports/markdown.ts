/** A comparison for pull requests and job summaries, never longer than they may be. */
import { inMarkdown } from "../../telling/escaped.ts";
import type { Compared, ComparedStatus } from "../compared.ts";
import type { Comparison } from "../comparison.ts";
import {
  changeWords,
  comparisonHeadline,
  comparisonNotes,
  marginWords,
  remarkOf,
  sidesSentence,
  sideWords,
} from "../telling.ts";

/** A job summary may have 1 MiB for each step; this leaves room for those of others. Source: GitHub, limits of job summaries. */
export const mostBytes = 64 * 1024;

const marks: Readonly<Record<ComparedStatus, string>> = {
  regression: "❌",
  ok: "✅",
  undecided: "⚠️",
  "not-held": "➖",
};

const headMarks = { upheld: "✅", refuted: "❌", inconclusive: "⚠️" } as const;

export function comparisonMarkdown(comparison: Comparison): string {
  const notes = comparisonNotes(comparison);
  return capped(
    [
      `## ${headMarks[comparison.verdict.status]} ${inMarkdown(comparisonHeadline(comparison))}`,
      inMarkdown(sidesSentence(comparison)),
      comparison.figures.length === 0
        ? ""
        : [
            "| figure | A | B | B to A | margin | | |",
            "| --- | --- | --- | --- | --- | --- | --- |",
            ...comparison.figures.map(row),
          ].join("\n"),
      notes.length === 0 ? "" : ["**Notes**", "", ...notes.map((note) => `- ${inMarkdown(note)}`)].join("\n"),
    ]
      .filter((part) => part !== "")
      .join("\n\n"),
  );
}

function row(each: Compared): string {
  const cells = [
    each.name,
    sideWords(each, each.a),
    sideWords(each, each.b),
    changeWords(each),
    marginWords(each),
    `${marks[each.status]} ${each.status}`,
    remarkOf(each),
  ];
  return `| ${cells.map(inMarkdown).join(" | ")} |`;
}

/** Whole lines, and a last one that says what is missing. */
function capped(text: string): string {
  const whole = `${text}\n`;
  if (Buffer.byteLength(whole) <= mostBytes) return whole;
  const lines = text.split("\n");
  const kept: string[] = [];
  let size = 0;
  for (const line of lines) {
    size += Buffer.byteLength(line) + 1;
    if (size > mostBytes - 200) break;
    kept.push(line);
  }
  return [...kept, "", `*${lines.length - kept.length} more lines; the JSON report has all.*`, ""].join("\n");
}
