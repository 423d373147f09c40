/** What `--recover` asks of a target under a fault: to be well again soon enough, to notice it, not to multiply its work. */
import { figure as digits, ms, percent, seconds } from "../telling/figures.ts";

/** Figures that have to hold within some time after a fault is gone. */
export const healingFigures = ["p99", "errors", "good"] as const;
/** Figures of the fault itself, which have no time to hold in. */
export const bearingFigures = ["detect", "amplification"] as const;

export interface HealingObjective {
  /**
   * *p99*: response time at the 99th percentile; *errors*: share of requests without a good answer; *good*: share of
   * requests answered well and in time.
   */
  readonly figure: (typeof healingFigures)[number];
  /** At most milliseconds (p99), at most a share (errors), at least a share (good); shares are 0-1. */
  readonly limit: number;
  /** From when the fault is seen to be gone. */
  readonly withinS: number;
}

export interface BearingObjective {
  /**
   * *detect*: from when the fault is seen to bite until the target itself says so; *amplification*: the work of the tier
   * whose work grew most, of what it was for as many requests before.
   */
  readonly figure: (typeof bearingFigures)[number];
  /** At most seconds (detect), at most times as much (amplification). */
  readonly limit: number;
}

export type RecoveryObjective = HealingObjective | BearingObjective;

/** Length of the stretch in which an objective has to hold, so that a lucky moment is no recovery, seconds. Source: docs/recovery.md. */
export const holdS = 5;

export const isHealing = (objective: RecoveryObjective): objective is HealingObjective =>
  "withinS" in objective;

/** `p99 at most 200 ms within 20 s`; `noticed by the target within 3 s`. */
export function objectiveWords(objective: RecoveryObjective): string {
  const words = limitWords(objective.figure, objective.limit);
  return isHealing(objective) ? `${words} within ${seconds(objective.withinS)}` : words;
}

/** `p99 at most 200 ms`. */
export function limitWords(figure: RecoveryObjective["figure"], limit: number): string {
  switch (figure) {
    case "p99":
      return `p99 at most ${ms(limit)}`;
    case "errors":
      return `errors at most ${percent(limit)}`;
    case "good":
      return `good answers at least ${percent(limit)}`;
    case "detect":
      return `noticed by the target within ${seconds(limit)}`;
    case "amplification":
      return `amplification at most ${digits(limit)}`;
    default:
      return figure satisfies never;
  }
}
