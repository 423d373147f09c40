/** Which faults were in place when: told as they come and go, asked second by second. */

interface Spell {
  readonly id: string;
  readonly fromMs: number;
  toMs: number;
}

export class FaultsOn {
  readonly #spells: Spell[] = [];

  /**
   * `kind` is that of an event of the conductor; others than the coming and going of a fault change nothing. It comes when
   * it is due, for injecting it disturbs already: a node is killed, and seconds later started with a defect.
   */
  heard(kind: string, id: unknown, atMs: number): void {
    if (typeof id !== "string") return;
    if (kind === "fault-due") this.#spells.push({ id, fromMs: atMs, toMs: Number.POSITIVE_INFINITY });
    if (kind !== "fault-mended") return;
    for (const spell of this.#spells) if (spell.id === id) spell.toMs = Math.min(spell.toMs, atMs);
  }

  /** Ids of those in place in some of [fromMs, toMs), in the order they came. */
  between(fromMs: number, toMs: number): readonly string[] {
    return this.#spells.filter((spell) => spell.fromMs < toMs && spell.toMs > fromMs).map(({ id }) => id);
  }
}
