/** The delay of request n, from n alone, so that the true quantiles of exactly these requests are known. */
import type { Delays } from "./behaviour.ts";

/** The golden ratio less 1: no number spreads its multiples more evenly over [0, 1). */
const step = (Math.sqrt(5) - 1) / 2;

/**
 * The n-th delay, milliseconds. The place in [0, 1) goes on by the golden ratio, so any stretch of numbers has nearly the
 * quantiles of the whole distribution: chance would leave a p99.9 of 6,000 requests uncertain by more than we are out to
 * see. The place is turned into a delay by the inverse of the distribution function of each part.
 */
export function drawMs(delays: Delays, n: number): number {
  const { shiftMs, meanMs, exponentialRatio, points } = delays;
  const place = ((n + 1) * step) % 1;
  if (place < exponentialRatio) return shiftMs - meanMs * Math.log(1 - place / exponentialRatio);
  let reached = exponentialRatio;
  for (const { ratio, ms } of points) {
    reached += ratio;
    if (place < reached) return ms;
  }
  // The ratios add up to 1 within a rounding error.
  return points.at(-1)?.ms ?? shiftMs;
}
