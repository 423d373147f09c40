/** How near is near enough: a share of the truth or a fixed length, whichever is more. */

export interface Tolerance {
  readonly ratio: number;
  readonly leastMs: number;
}

export const limitMs = ({ ratio, leastMs }: Tolerance, expectedMs: number): number =>
  Math.max(leastMs, ratio * expectedMs);

/** The quantiles a calibration speaks of, by the names figures have. */
export const quantiles = [
  { name: "p50", key: "p50", ratio: 0.5 },
  { name: "p90", key: "p90", ratio: 0.9 },
  { name: "p99", key: "p99", ratio: 0.99 },
  { name: "p99.9", key: "p999", ratio: 0.999 },
] as const;
