/** Looks at guarantees over a whole run, all agents together. */
import type { Guarantee, Looks, LooksSeen } from "./guarantee.ts";

export class LookSums {
  readonly #sums = new Map<Guarantee, LooksSeen>();

  /** `atS` is the second of the answers, from the start of the measured part. */
  add(atS: number, looks: readonly Looks[]): void {
    for (const { guarantee, checked, broken } of looks) {
      const before = this.#sums.get(guarantee) ?? { checked: 0, broken: 0 };
      const sum = { ...before, checked: before.checked + checked, broken: before.broken + broken };
      this.#sums.set(guarantee, broken === 0 ? sum : { ...sum, ...brokenAt(atS, before) });
    }
  }

  /** By guarantee, as far as they were looked at. */
  totals(): Readonly<Partial<Record<Guarantee, LooksSeen>>> {
    return Object.fromEntries(this.#sums);
  }
}

const brokenAt = (
  atS: number,
  { firstBrokenAtS = atS, lastBrokenAtS = atS }: LooksSeen,
): Pick<LooksSeen, "firstBrokenAtS" | "lastBrokenAtS"> => ({
  firstBrokenAtS: Math.min(atS, firstBrokenAtS),
  lastBrokenAtS: Math.max(atS, lastBrokenAtS),
});
