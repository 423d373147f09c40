/** A comparison for people at a terminal. */
import { table } from "../../telling/table.ts";
import type { Comparison } from "../comparison.ts";
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

export function comparisonText(comparison: Comparison): string {
  const rows = comparison.figures.map((each) => [
    each.name,
    sideWords(each, each.a),
    sideWords(each, each.b),
    changeWords(each),
    marginWords(each),
    statusWords[each.status],
    remarkOf(each),
  ]);
  const notes = comparisonNotes(comparison);
  return [
    comparisonHeadline(comparison),
    sidesSentence(comparison),
    ...(rows.length === 0
      ? []
      : [
          "",
          ...table([["figure", "A", "B", "B to A", "margin", "", ""], ...rows], 7).map(
            (line) => `  ${line.trimEnd()}`,
          ),
        ]),
    ...(notes.length === 0 ? [] : ["", "Notes", ...notes.map((note) => `  - ${note}`)]),
    "",
  ].join("\n");
}
