/** What stands in the way of `--recover`, one sentence each. */
import type { ChaosSchedule } from "../chaos/plan-chaos.ts";
import { holdS, objectiveWords, type RecoveryObjective } from "../verdict/recovery/objective.ts";

/** An objective that could be upheld or not be seen, but never be refuted, is no gate. @param durationS of the measured part */
export function recoverProblems(
  { recover = [] }: { readonly recover?: readonly RecoveryObjective[] },
  faults: ChaosSchedule["faults"],
  durationS: number,
): readonly string[] {
  if (recover.length === 0) return [];
  if (faults.length === 0)
    return ["--recover is about getting over faults, and none is planned; add --chaos"];
  const lastGoneS = Math.max(...faults.map(({ atS, forS = 0 }) => atS + forS));
  return recover
    .filter(({ withinS }) => lastGoneS + withinS + holdS > durationS)
    .map(
      (objective) =>
        `--recover ${objectiveWords(objective)} needs the measured part to go on for ${objective.withinS + holdS} s after the last fault, to ${lastGoneS + objective.withinS + holdS} s; it is over after ${durationS} s`,
    );
}
