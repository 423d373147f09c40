/** Evidence of a run with faults whose every tenth of a second is known. */
import type { FaultSeen } from "../../metrics/fault-seen.ts";
import { isInPlace } from "../../metrics/fault-seen.ts";
import { tenthsPerSecond } from "../../metrics/tenths.ts";
import type { SettledSecond } from "../../metrics/timeline-second.ts";
import type { Evidence } from "../../verdict/evidence.ts";
import type { RecoveryObjective } from "../../verdict/recovery/objective.ts";
import { evidence, responses, type Spoiling } from "./evidence.ts";

export interface Disturbance {
  readonly seconds?: number;
  /** Requests planned in every tenth of a second. */
  readonly perTenth?: number;
  /** How many of those planned in a tenth, counted from the start, are bad. */
  readonly bad?: (tenth: number) => number;
  readonly faults?: readonly FaultSeen[];
  readonly recover?: readonly RecoveryObjective[];
  readonly more?: Spoiling<Evidence>;
}

/** A fault that did what it should: seen to bite at `fromS`, seen to be gone at `toS`. */
export function faultSeen(fromS: number, toS: number, more: Partial<FaultSeen> = {}): FaultSeen {
  return {
    ...{ id: `kill:shop-1@${fromS}`, fault: "kill", nodes: ["shop-1"], edges: [], mechanism: "SIGKILL" },
    ...{ plannedAtS: fromS, plannedForS: toS - fromS, requestedAtS: fromS, injectedAtS: fromS },
    ...{ effectAtS: fromS, effect: "nobody listens", stoppedAtS: toS, undoneAtS: toS, status: "effective" },
    ...more,
  };
}

/** Bad between two instants, seconds: all of them unless `count` says how many. */
export const badBetween =
  (fromS: number, toS: number, count = Number.POSITIVE_INFINITY) =>
  (tenth: number): number =>
    tenth >= fromS * tenthsPerSecond && tenth < toS * tenthsPerSecond ? count : 0;

/** Bad requests are errors that came at once; everything takes 40 ms. */
export function disturbed({
  seconds = 40,
  perTenth = 40,
  bad = () => 0,
  faults = [faultSeen(10, 14)],
  recover,
  more = {},
}: Disturbance = {}): Evidence {
  const perSecond = perTenth * tenthsPerSecond;
  const all = responses(perSecond, 40);
  const [usual] = evidence().timeline;
  const timeline = Array.from({ length: seconds }, (_, atS): SettledSecond => {
    const tenths = Array.from({ length: tenthsPerSecond }, (__, tenth) => atS * tenthsPerSecond + tenth);
    const good = tenths.map((tenth) => Math.max(0, perTenth - bad(tenth)));
    const goodInAll = good.reduce((sum, count) => sum + count, 0);
    const on = faults.filter((fault) => isInPlace(fault, atS, atS + 1)).map(({ id }) => id);
    return {
      ...usual!,
      ...{ atS, planned: perSecond, fired: perSecond, completed: perSecond, bad: perSecond - goodInAll },
      outcomes: { ok: goodInAll, ...(goodInAll < perSecond && { error: perSecond - goodInAll }) },
      response: all,
      tenths: { planned: good.map(() => perTenth), good },
      ...(on.length > 0 && { faults: on }),
    };
  });
  const planned = seconds * perSecond;
  const error = timeline.reduce((sum, second) => sum + second.bad, 0);
  const base = evidence(more);
  return {
    ...base,
    plan: {
      ...base.plan,
      ...{ ratePerS: perSecond, meanPerS: perSecond, durationS: seconds, arrivals: planned },
      ...{ requestTimeoutMs: 10_000, goodWithinMs: 250 },
      ...(recover && { recover }),
    },
    load: {
      ...{ planned, fired: planned, completed: planned, failed: 0, dropped: 0, inFlightAtEnd: 0 },
      ...{ offeredPerS: perSecond, completedPerS: perSecond },
    },
    overall: {
      ...base.overall,
      count: planned,
      outcomes: { ok: planned - error, ...(error > 0 && { error }) },
    },
    timeline,
    faults,
    ending: { ...base.ending, measuredS: seconds },
  };
}
