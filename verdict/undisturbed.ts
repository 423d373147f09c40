/** The part of a run that no fault touched: claims are about a target that nobody disturbs. See docs/decisions/0017. */
import type { Evidence } from "./evidence.ts";
import type { Finding } from "./finding.ts";
import { withoutSeconds } from "./left-out.ts";
import { onTheirWayS, spansOf } from "./recovery/fault-window.ts";
import { isHealing } from "./recovery/objective.ts";
import { count, counted } from "./telling/figures.ts";

export interface Undisturbed {
  /** As if only those seconds had been measured. */
  readonly evidence: Evidence;
  /** A finding about them, with how many seconds were left out; inconclusive when too few are left. */
  worded(finding: Finding): Finding;
}

/** How long a target may take to be itself again when no `--recover` says so, seconds. Judgement. */
export const usualGraceS = 10;

/** Judgement: less is no operation. */
const leastSeconds = 5;

/** All of it when nothing was done to the target. */
export function undisturbed(evidence: Evidence): Undisturbed {
  const spans = spansOf(evidence);
  if (spans.length === 0) return { evidence, worded: (finding) => finding };
  const graceS = graceOf(evidence);
  const leftOut = new Set(
    evidence.timeline
      .filter(({ atS }) =>
        spans.some(({ fromS, toS }) => atS + 1 > fromS - onTheirWayS && atS < toS + graceS),
      )
      .map(({ atS }) => atS),
  );
  const seconds = evidence.timeline.length;
  const kept = seconds - leftOut.size;
  const why = `${count(leftOut.size)} of ${counted(seconds, "second")} were left out because of faults`;
  return {
    evidence: withoutSeconds(evidence, leftOut),
    worded(finding) {
      if (kept >= leastSeconds) return { ...finding, because: `${finding.because}; ${why}` };
      const { observed: _, ...rest } = finding;
      return {
        ...rest,
        status: "inconclusive",
        because: `too little of the run was undisturbed to tell: ${why}, and ${leastSeconds} have to be left`,
      };
    },
  };
}

/** As long as the target is allowed to take, where that was said. */
function graceOf({ plan: { recover = [] } }: Evidence): number {
  const healing = recover.filter(isHealing);
  return healing.length === 0 ? usualGraceS : Math.max(...healing.map(({ withinS }) => withinS));
}
