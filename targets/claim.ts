/** A statement a target makes about itself for one scenario; the verdict holds it against the evidence. */
export interface Claim {
  readonly scenario: string;
  /** Peak arrivals per second the target carries with margin at its default budgets; the default of `--rate`. */
  readonly ratePerS: number;
  /** Response time (from the planned instant) at the 99th percentile over the measured part. Absent: not limited. */
  readonly p99Ms?: number;
  /** Share of requests that are not good answers, 0-1. Absent: not limited. */
  readonly errorRatio?: number;
  /** Where the figures come from: a document, or the measurement of ours. */
  readonly source: string;
}
