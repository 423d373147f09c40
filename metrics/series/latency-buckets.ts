/** An HDR histogram as the few buckets that Prometheus keeps: counts at bounds, the sum, and how many. */
import type { Latency } from "../latency.ts";

/** From a quarter of a millisecond to half a minute, two or three to a doubling where latencies are usual. Our choice. */
const usualBoundsMs = [
  ...[0.25, 0.5, 1, 2, 3, 5, 7.5, 10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 500, 750],
  ...[1_000, 2_000, 5_000, 10_000, 30_000],
];

/** Lowest first; every limit that something is held against is one of them, so that what is below it is counted exactly. */
export const boundsMs = (limitsMs: readonly number[]): readonly number[] =>
  [...new Set([...usualBoundsMs, ...limitsMs])].toSorted((a, b) => a - b);

const usPerMs = 1_000;

/** Grows, and never shrinks. */
export class LatencyBuckets {
  readonly boundsMs: readonly number[];
  /** Not added up: of each bound those above the one before. One more for what is above all. */
  readonly #counts: number[];
  #sumUs = 0;
  #count = 0;

  constructor(bounds: readonly number[]) {
    this.boundsMs = bounds;
    this.#counts = new Array<number>(bounds.length + 1).fill(0);
  }

  /** Right within the 0.1 % that a bucket of the histogram is wide. */
  add(latency: Latency): void {
    let at = 0;
    for (const { lowestUs, us, count } of latency.filled()) {
      while (at < this.boundsMs.length && lowestUs > this.boundsMs[at]! * usPerMs) at++;
      this.#counts[at]! += count;
      this.#sumUs += count * (lowestUs + (us - lowestUs) / 2);
      this.#count += count;
    }
  }

  /** For each bound, how many were not above it. */
  belowEach(): readonly number[] {
    let below = 0;
    return this.boundsMs.map((_, at) => (below += this.#counts[at]!));
  }

  get count(): number {
    return this.#count;
  }

  get sumS(): number {
    return this.#sumUs / 1_000_000;
  }
}
