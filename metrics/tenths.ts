/** Requests and good answers by tenths of a second, under the instant they were planned for: what recovery is measured in. */
import { isGood, type Outcome } from "./outcome.ts";

export const tenthsPerSecond = 10;
const tenthMs = 1000 / tenthsPerSecond;

/** Ten counts each. */
export interface Tenths {
  /** Requests planned, sent or not. */
  readonly planned: readonly number[];
  /** Of those, answered well and within the limit. What was never sent or never answered is not among them. */
  readonly good: readonly number[];
}

/** What is to be added to the tenths of one second. */
export interface TenthsDelta extends Tenths {
  readonly plannedSecond: number;
}

/** Which tenth of the drive an instant is in, counted from its start. */
export const tenthOf = (sinceStartMs: number): number => Math.max(0, Math.floor(sinceStartMs / tenthMs));

/** Counts what one agent sees. Holds only what became known since it was last taken. */
export class TenthCounts {
  readonly #goodWithinMs: number;
  /** By planned second: ten of planned, then ten of good. */
  readonly #counts = new Map<number, Uint32Array<ArrayBuffer>>();
  #latestSecond = -1;
  #latest = new Uint32Array(0);

  /** @param goodWithinMs a good answer that takes longer is none, milliseconds from the planned instant */
  constructor(goodWithinMs: number) {
    this.#goodWithinMs = goodWithinMs;
  }

  planned(tenth: number): void {
    const second = Math.floor(tenth / tenthsPerSecond);
    this.#of(second)[tenth - second * tenthsPerSecond]!++;
  }

  /** `tenth` is that of the planned instant, `responseMs` counts from there. */
  settled(tenth: number, outcome: Outcome, responseMs: number): void {
    if (responseMs > this.#goodWithinMs || !isGood(outcome)) return;
    const second = Math.floor(tenth / tenthsPerSecond);
    this.#of(second)[tenthsPerSecond + tenth - second * tenthsPerSecond]!++;
  }

  /** What became known since the last time, in order of the planned second. */
  take(): readonly TenthsDelta[] {
    const taken = [...this.#counts]
      .toSorted(([a], [b]) => a - b)
      .map(([plannedSecond, counts]) => ({
        plannedSecond,
        planned: [...counts.subarray(0, tenthsPerSecond)],
        good: [...counts.subarray(tenthsPerSecond)],
      }));
    this.#counts.clear();
    this.#latestSecond = -1;
    return taken;
  }

  #of(second: number): Uint32Array<ArrayBuffer> {
    if (second === this.#latestSecond) return this.#latest;
    let counts = this.#counts.get(second);
    if (counts === undefined) this.#counts.set(second, (counts = new Uint32Array(2 * tenthsPerSecond)));
    this.#latestSecond = second;
    this.#latest = counts;
    return counts;
  }
}

/** `into` grows by `more`, tenth by tenth. */
export function addTenths(
  into: { readonly planned: number[]; readonly good: number[] },
  { planned, good }: Tenths,
): void {
  for (let tenth = 0; tenth < tenthsPerSecond; tenth++) {
    into.planned[tenth]! += planned[tenth]!;
    into.good[tenth]! += good[tenth]!;
  }
}

/** Ten counts of nothing, to be added to. */
export const noTenths = (): { readonly planned: number[]; readonly good: number[] } => ({
  planned: new Array<number>(tenthsPerSecond).fill(0),
  good: new Array<number>(tenthsPerSecond).fill(0),
});
