/** How soon after a fault is gone the target has to be as good as it should be: what `--recover` asks. */
import { ms, percent, seconds } from "../telling/figures.ts";

export const recoveryFigures = ["p99", "errors", "good"] as const;

export interface RecoveryObjective {
  /**
   * *p99*: response time at the 99th percentile; *errors*: share of requests without a good answer; *good*: share of
   * requests answered well and in time.
   */
  readonly figure: (typeof recoveryFigures)[number];
  /** At most milliseconds (p99), at most a share (errors), at least a share (good); shares are 0-1. */
  readonly limit: number;
  /** From when the fault is seen to be gone. */
  readonly withinS: number;
}

/** Length of the stretch in which an objective has to hold, so that a lucky moment is no recovery, seconds. Source: docs/recovery.md. */
export const holdS = 5;

/** `p99 at most 200 ms within 20 s`. */
export function objectiveWords({ figure, limit, withinS }: RecoveryObjective): string {
  return `${limitWords(figure, limit)} within ${seconds(withinS)}`;
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
    default:
      return figure satisfies never;
  }
}
