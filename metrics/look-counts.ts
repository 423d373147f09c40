/** Counts looks at guarantees, in place: two numbers for each guarantee. */
import { type Guarantee, guarantees, type Looks } from "./guarantee.ts";

const indexOf = new Map(guarantees.map((guarantee, index) => [guarantee, index] as const));

export class LookCounts {
  readonly #checked = new Uint32Array(guarantees.length);
  readonly #broken = new Uint32Array(guarantees.length);

  add(guarantee: Guarantee, isKept: boolean): void {
    const index = indexOf.get(guarantee)!;
    this.#checked[index]!++;
    if (!isKept) this.#broken[index]!++;
  }

  /** Those that were looked at, in the order of `guarantees`. */
  looks(): readonly Looks[] {
    return guarantees.flatMap((guarantee, index) =>
      this.#checked[index] === 0
        ? []
        : [{ guarantee, checked: this.#checked[index]!, broken: this.#broken[index]! }],
    );
  }
}
