/** What stands in the way of `--recover`, one sentence each. */
import type { ChaosSchedule } from "../chaos/plan-chaos.ts";
import {
  type BearingObjective,
  holdS,
  isHealing,
  objectiveWords,
  type RecoveryObjective,
} from "../verdict/recovery/objective.ts";

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
  const tooShort = recover
    .filter(isHealing)
    .filter(({ withinS }) => lastGoneS + withinS + holdS > durationS)
    .map(
      (objective) =>
        `--recover ${objectiveWords(objective)} needs the measured part to go on for ${objective.withinS + holdS} s after the last fault, to ${lastGoneS + objective.withinS + holdS} s; it is over after ${durationS} s`,
    );
  const bearing = recover.filter((objective) => !isHealing(objective));
  return [...tooShort, ...bearing.flatMap((objective) => goneTooSoon(objective, faults))];
}

/** Whoever says nothing while a fault is on that is gone sooner than that may just not have got so far. */
function goneTooSoon(objective: BearingObjective, faults: ChaosSchedule["faults"]): readonly string[] {
  if (objective.figure !== "detect") return [];
  return faults.flatMap(({ id, forS }) =>
    forS !== undefined && forS <= objective.limit
      ? [
          `--recover ${objectiveWords(objective)} needs faults that last longer; ${id} is over after ${forS} s`,
        ]
      : [],
  );
}
