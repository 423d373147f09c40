/** A load model answers one question about time: how many arrivals are due by t? No clock, no timers, no state. */

/** Arrivals come whether or not earlier ones were answered: the default, because shoppers do not wait for each other. */
export interface OpenLoad {
  readonly kind: "open";
  /** Length in seconds, > 0. */
  readonly spanS: number;
  /** Highest instantaneous rate, arrivals per second. */
  readonly peakPerS: number;
  /** How arrivals lie around the mean curve: evenly on it, or Poisson around it (seeded). */
  readonly spacing: "even" | "poisson";
  /**
   * Mean arrivals due in [0, atS), as a real number; the caller takes the floor.
   * Never decreases. `atS` beyond `spanS` gives the total.
   * @throws {RangeError} when `atS` is negative
   */
  arrivalsBy(atS: number): number;
  /** One line for people: `400 /s for 30 s`. */
  describe(): string;
}

/** A fixed population whose members wait for answers and think. Hides overload; always labelled as closed. */
export interface ClosedLoad {
  readonly kind: "closed";
  readonly spanS: number;
  /** Shoppers online at `atS`, whole number >= 0. */
  shoppersAt(atS: number): number;
  readonly peakShoppers: number;
  describe(): string;
}

export type LoadModel = OpenLoad | ClosedLoad;
