/** What one fault did to those who asked for something, in the figures that exams are judged by; or why that is not known. */
import type { FaultSeen } from "../../metrics/fault-seen.ts";
import type { Evidence } from "../../verdict/evidence.ts";
import { recoveries } from "../../verdict/recovery/recovery.ts";
import { signalOf } from "../../verdict/recovery/signal.ts";
import { longestBlackoutS, longestDarkTenthsS } from "./blackout.ts";

export interface FaultFigures {
  /** Good answers of those planned while it was on, 0-1. */
  readonly availability: number;
  /** Longest time without one good answer, from when it was asked for until taking it back was begun. */
  readonly blackoutS: number;
  /** The same by tenths of a second, until it was gone. */
  readonly darkUntilGoneS: number;
  /** From seen to bite until all was well although it was on; absent: never. */
  readonly recoveredUnderFaultS?: number;
  /** From seen to be gone until all was well; absent: not before the next one. */
  readonly recoveredAfterS?: number;
  /** Share of a month's allowance of bad answers that was used up; absent where none is known. */
  readonly burnedRatio?: number;
}

export function faultFigures(
  evidence: Evidence,
  fault: FaultSeen,
): FaultFigures | { readonly because: string } {
  const { id, status } = fault;
  if (status !== "effective" && status !== "leaked")
    return { because: `${id} proves nothing: ${fault.because ?? status}` };
  const recovery = recoveries(evidence).find((each) => each.fault === id);
  if (recovery?.duringRatio === undefined) return { because: "nothing was asked for while it was on" };
  const { times, duringRatio: availability, others, budget, because } = recovery;
  if (times === undefined) return { because: because ?? "nothing is known to be usual" };
  if (others.length > 0)
    return {
      because: `${others.join(" and ")} was still in place, so it cannot be told which of them it was`,
    };
  const signal = signalOf(evidence.timeline);
  const { measuredS } = evidence.ending;
  const { requestedAtS = 0, stoppedAtS = measuredS, undoneAtS = measuredS } = fault;
  return {
    availability,
    blackoutS: signal === undefined ? 0 : longestBlackoutS(signal, requestedAtS, stoppedAtS),
    darkUntilGoneS: longestDarkTenthsS(evidence.timeline, requestedAtS, undoneAtS),
    ...(times.underFaultS !== undefined && { recoveredUnderFaultS: times.underFaultS }),
    ...(times.afterClearS !== undefined && { recoveredAfterS: times.afterClearS }),
    ...(budget !== undefined && { burnedRatio: budget.burnedRatio }),
  };
}
