/** The planned instants of one share, in order, worked out one at a time: no list, no timers. */
import { Random } from "../base/random.ts";
import { instantOf } from "./instant.ts";
import type { OpenLoad } from "./load-model.ts";
import type { Share } from "./share.ts";

/** Numbers of arrivals start at 0, so this stream of chance is nobody else's. */
const spacingKey = -1;

/**
 * Walks through the arrivals of one share. All shares of the same load and seed number the same arrivals and give
 * them the same instants to the last bit, whatever their count.
 *
 * Arrival k is due when the mean curve reaches its *place*:
 * - even: k + 1/2, so arrivals lie in the middle of their own unit of area, never at the very start or end;
 * - poisson: the sum of k + 1 exponential gaps of mean 1, which through the curve is a Poisson process with exactly
 *   that rate. Every share draws all gaps (tens of nanoseconds each) and solves only for its own instants.
 */
export class Schedule {
  readonly #load: OpenLoad;
  readonly #share: Share;
  readonly #total: number;
  readonly #gaps: Random | undefined;
  /** Number of the arrival at `#place`; runs over all shares. */
  #number = -1;
  #place = -0.5;
  #atS = Number.NaN;

  constructor(load: OpenLoad, seed: number, share: Share) {
    this.#load = load;
    this.#share = share;
    this.#total = load.arrivalsBy(load.spanS);
    this.#gaps = load.spacing === "poisson" ? new Random(seed, spacingKey) : undefined;
    if (this.#gaps !== undefined) this.#place = 0;
    this.#move(share.index + 1);
  }

  /** Global number of my next arrival; -1 when there are none left. */
  get arrival(): number {
    return this.#place < this.#total ? this.#number : -1;
  }

  /** Planned instant of my next arrival, seconds from the start, in [0, spanS); NaN when there are none left. */
  get atS(): number {
    if (Number.isNaN(this.#atS) && this.arrival >= 0) {
      // The solution may be half a nanosecond late, but the end of the span is not within it.
      this.#atS = Math.min(instantOf(this.#load, this.#place), this.#load.spanS * (1 - Number.EPSILON));
    }
    return this.#atS;
  }

  /** Goes to the next arrival of my share; does nothing after the last. */
  advance(): void {
    if (this.arrival >= 0) this.#move(this.#share.count);
  }

  #move(by: number): void {
    this.#atS = Number.NaN;
    this.#number += by;
    if (this.#gaps === undefined) {
      this.#place += by;
      return;
    }
    for (let gap = 0; gap < by && this.#place < this.#total; gap++) this.#place += this.#gaps.exponential(1);
  }
}

/** Exact number of arrivals of all shares together. Walks through all of them when the spacing is by chance. */
export function arrivalsIn(load: OpenLoad, seed: number): number {
  if (load.spacing === "even") return Math.ceil(Math.max(0, load.arrivalsBy(load.spanS) - 0.5));
  const schedule = new Schedule(load, seed, { index: 0, count: 1 });
  let arrivals = 0;
  for (; schedule.arrival >= 0; schedule.advance()) arrivals++;
  return arrivals;
}

/** Exact number of arrivals of all shares with planned instants in [fromS, toS). */
export function arrivalsBetween(
  load: OpenLoad,
  seed: number,
  { fromS, toS }: { fromS: number; toS: number },
): number {
  const schedule = new Schedule(load, seed, { index: 0, count: 1 });
  let arrivals = 0;
  for (; schedule.arrival >= 0 && schedule.atS < toS; schedule.advance())
    if (schedule.atS >= fromS) arrivals++;
  return arrivals;
}
