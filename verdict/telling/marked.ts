/** Marked seconds in a few words. */
import type { Evidence } from "../evidence.ts";
import { type MarkedSecond, markedSeconds, marks } from "../marks.ts";
import { count, counted } from "./figures.ts";

/** `4 of 30 seconds are marked: 3 slip, 1 gc`; undefined when none is. A second may have several marks. */
export function markedWords(
  evidence: Evidence,
  marked: readonly MarkedSecond[] = markedSeconds(evidence),
): string | undefined {
  if (marked.length === 0) return undefined;
  const verb = marked.length === 1 ? "is" : "are";
  const why = marks.flatMap((mark) => {
    const times = marked.filter((second) => second.marks.some((each) => each.mark === mark)).length;
    return times === 0 ? [] : [`${count(times)} ${mark}`];
  });
  return `${count(marked.length)} of ${counted(evidence.timeline.length, "second")} ${verb} marked: ${why.join(", ")}`;
}
