/** A statement a target makes about itself for one scenario; the verdict holds it against the evidence. */
export interface Claim {
  readonly scenario: string;
  /** Peak arrivals per second the target carries with margin at its default budgets; the default of `--rate`. */
  readonly ratePerS: number;
  /** Response time (from the planned instant) at the 99th percentile over the measured part. Absent: not limited. */
  readonly p99Ms?: number;
  /** Share of requests that are not good answers, 0-1. Absent: not limited. */
  readonly errorRatio?: number;
  /** How old what shoppers read may be while no fault holds replicas back. Absent: not limited. */
  readonly behindMs?: number;
  /** Where the figures come from: a document, or the measurement of ours. */
  readonly source: string;
}

/** What every stage wants to keep below, at the rate it is made for. Our choice: docs/performance.md says what was measured. */
const objective = {
  p99Ms: 250,
  errorRatio: 0.001,
  behindMs: 500,
  source: "objective of ours; what was measured against it is in docs/performance.md",
} as const;

/** The objective for each of these scenarios, at this peak rate. */
export function objectivesAt(ratesPerS: Readonly<Record<string, number>>): readonly Claim[] {
  return Object.entries(ratesPerS).map(([scenario, ratePerS]) => ({ scenario, ratePerS, ...objective }));
}
