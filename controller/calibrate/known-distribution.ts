/** The distribution of the known-latency server in closed form, worked out apart from the server's own arithmetic. */

/** A shifted exponential mixed with fixed points: what the server is told, in its words. */
export interface KnownDelays {
  readonly shiftMs: number;
  /** Mean of the exponential part, above the shift. */
  readonly meanMs: number;
  readonly exponentialRatio: number;
  /** Ratios of the points and `exponentialRatio` add up to 1; in the order of their delays. */
  readonly points: readonly { readonly ratio: number; readonly ms: number }[];
}

/**
 * The delays of every calibration. Median and p90 lie in the exponential part, p99 within the first point and p99.9
 * within the second, each well away from where one part ends and the next begins. They are tens of milliseconds long
 * because 2 % of them has to be more than what loopback and two Node processes add, which is measured beside them.
 */
export const knownDelays: KnownDelays = {
  shiftMs: 25,
  meanMs: 5,
  exponentialRatio: 0.93,
  points: [
    { ratio: 0.065, ms: 60 },
    { ratio: 0.005, ms: 120 },
  ],
};

/**
 * Share of delays that are `atMs` or less:
 * F(t) = e (1 - exp(-(t - s) / m)) for t > s, plus the ratio of every point at or below t.
 */
export function shareWithin(
  { shiftMs, meanMs, exponentialRatio, points }: KnownDelays,
  atMs: number,
): number {
  const exponential = atMs > shiftMs ? exponentialRatio * -Math.expm1(-(atMs - shiftMs) / meanMs) : 0;
  return points.reduce((sum, { ratio, ms }) => sum + (ms <= atMs ? ratio : 0), exponential);
}

/** The smallest delay, in milliseconds, that a share of `ratio` (0-1, below 1) does not exceed; right to a nanosecond. */
export function quantileMs(delays: KnownDelays, ratio: number): number {
  let below = 0;
  let enough = 1;
  while (shareWithin(delays, enough) < ratio) enough *= 2;
  while (enough - below > 1e-6) {
    const middle = (below + enough) / 2;
    if (shareWithin(delays, middle) >= ratio) enough = middle;
    else below = middle;
  }
  return enough;
}
