/** Some seconds of a run together: what was planned in them and what came of it. */
import { Latency } from "../../metrics/latency.ts";
import { addOutcomes } from "../../metrics/merge.ts";
import { isGood, type Outcome } from "../../metrics/outcome.ts";
import type { SettledSecond } from "../../metrics/timeline-second.ts";
import { quantileMs } from "../left-out.ts";

export interface Stretch {
  readonly seconds: number;
  readonly planned: number;
  /** Planned, and without a good answer: those that were never sent or never answered too. */
  readonly bad: number;
  readonly timedOut: number;
  /** Time-outs count as long as they were waited for, what was never answered as infinitely long. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
}

/** What was planned in some seconds, and how much of it had no good answer, however long that took. */
export function errorsIn(seconds: readonly SettledSecond[]): Pick<Stretch, "planned" | "bad" | "timedOut"> {
  const planned = seconds.reduce((sum, second) => sum + second.planned, 0);
  const outcomes: Partial<Record<Outcome, number>> = {};
  for (const second of seconds) addOutcomes(outcomes, second.outcomes);
  const entries = Object.entries(outcomes) as [Outcome, number][];
  const good = entries.reduce((sum, [outcome, times]) => sum + (isGood(outcome) ? times : 0), 0);
  return { planned, bad: Math.max(0, planned - good), timedOut: outcomes.timeout ?? 0 };
}

/** Undefined when nothing was planned in them. */
export function stretchOf(seconds: readonly SettledSecond[]): Stretch | undefined {
  const { planned, bad, timedOut } = errorsIn(seconds);
  if (planned === 0) return undefined;
  const response = Latency.blank();
  for (const second of seconds) response.addEncoded(second.response);
  const missing = Math.max(0, planned - response.count);
  const at = (ratio: number) =>
    response.count === 0 ? Number.POSITIVE_INFINITY : quantileMs(response, missing, ratio);
  const stretch = {
    ...{ seconds: seconds.length, planned, bad, timedOut },
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    p999Ms: at(0.999),
  };
  response.release();
  return stretch;
}

/** Seconds that lie wholly in [fromS, toS). */
export const secondsWithin = (
  timeline: readonly SettledSecond[],
  fromS: number,
  toS: number,
): readonly SettledSecond[] => timeline.filter(({ atS }) => atS >= fromS && atS + 1 <= toS);

/** Seconds of which some part lies in [fromS, toS). */
export const secondsTouching = (
  timeline: readonly SettledSecond[],
  fromS: number,
  toS: number,
): readonly SettledSecond[] => timeline.filter(({ atS }) => atS + 1 > fromS && atS < toS);
