/** What stands in the way of `--recover`, one sentence each. */
import { faults as catalog } from "../chaos/catalog.ts";
import type { ChaosSchedule, ScheduledFault } from "../chaos/plan-chaos.ts";
import {
  type BearingObjective,
  type HealingObjective,
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
  const tooSoon = recover.filter(isHealing).flatMap((objective) => followedTooSoon(objective, faults));
  const bearing = recover.filter((objective) => !isHealing(objective));
  return [...tooShort, ...tooSoon, ...bearing.flatMap((objective) => goneTooSoon(objective, faults))];
}

/**
 * The next fault ends the watching of the one before. Faults that begin at one instant are one disturbance of several
 * nodes, and none of them is the next.
 */
function followedTooSoon(objective: HealingObjective, faults: ChaosSchedule["faults"]): readonly string[] {
  const inOrder = faults.toSorted((one, other) => beginS(one) - beginS(other));
  return inOrder.flatMap((fault) => {
    const neededS = fault.atS + (fault.forS ?? 0) + objective.withinS + holdS;
    const next = inOrder.find((other) => other.atS > fault.atS);
    return next === undefined || beginS(next) >= neededS
      ? []
      : [
          `--recover ${objectiveWords(objective)} needs ${fault.id} to be watched until ${neededS} s; ${next.id} begins at ${beginS(next)} s`,
        ];
  });
}

/** Some are made ready for seconds before they are due, and are asked for from then on. */
const beginS = (fault: ScheduledFault): number =>
  fault.atS - (catalog.find(({ name }) => name === fault.fault)?.leadS?.(fault) ?? 0);

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
