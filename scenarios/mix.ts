/** Weighted choice, by the chance of an arrival. */
import type { Random } from "../base/random.ts";
import type { Mix, Phase } from "./scenario.ts";

/** Draws names with probabilities proportional to their weights; a weight of 0 is never drawn. */
export class MixTable {
  readonly #names: readonly string[];
  /** Weights added up, name by name. */
  readonly #upTo: readonly number[];
  readonly #total: number;

  /** @throws {RangeError} when no weight is above 0, or one is below */
  constructor(mix: Mix) {
    const entries = Object.entries(mix).filter(([, weight]) => weight !== 0);
    let total = 0;
    this.#names = entries.map(([name]) => name);
    this.#upTo = entries.map(([, weight]) => {
      total += weight;
      return total;
    });
    this.#total = total;
    const isSound = entries.every(([, weight]) => weight > 0 && Number.isFinite(weight));
    if (!(total > 0) || !isSound) throw new RangeError("a mix needs weights >= 0, some above 0");
  }

  /** A name; takes exactly one number of `chance`. */
  draw(chance: Random): string {
    const at = chance.next() * this.#total;
    let entry = 0;
    while (entry < this.#upTo.length - 1 && this.#upTo[entry]! <= at) entry++;
    return this.#names[entry]!;
  }

  /** Probability of `name`, 0-1. */
  ratioOf(name: string): number {
    const entry = this.#names.indexOf(name);
    return entry < 0 ? 0 : (this.#upTo[entry]! - (this.#upTo[entry - 1] ?? 0)) / this.#total;
  }
}

/** The phase an arrival planned at `atS` (from the start of the measured part) belongs to; warm-up has negative `atS`. */
export function phaseAt(phases: readonly Phase[], atS: number): Phase {
  return phases.find((phase) => atS < phase.toS) ?? phases[phases.length - 1]!;
}
