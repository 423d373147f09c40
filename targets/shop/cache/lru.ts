/** The hottest things in this node's own memory: at most `entries`, each for its own time, the longest unused goes first. */
export class Lru<V> {
  readonly #entries: number;
  readonly #nowMs: () => number;
  /** A Map remembers insertion order, so the first key is the one unused for longest. */
  readonly #kept = new Map<string, { readonly value: V; readonly untilMs: number }>();

  constructor(entries: number, nowMs: () => number) {
    this.#entries = entries;
    this.#nowMs = nowMs;
  }

  get size(): number {
    return this.#kept.size;
  }

  /** The value, or undefined when it is not kept or its time is over. */
  get(key: string): V | undefined {
    const found = this.#kept.get(key);
    if (found === undefined) return undefined;
    this.#kept.delete(key);
    if (found.untilMs <= this.#nowMs()) return undefined;
    this.#kept.set(key, found);
    return found.value;
  }

  set(key: string, value: V, ttlMs: number): void {
    this.#kept.delete(key);
    this.#kept.set(key, { value, untilMs: this.#nowMs() + ttlMs });
    if (this.#kept.size <= this.#entries) return;
    const [oldest] = this.#kept.keys();
    this.#kept.delete(oldest!);
  }

  delete(key: string): void {
    this.#kept.delete(key);
  }

  /** Everything kept whose time is not over, the longest unused first. */
  entries(): readonly (readonly [key: string, value: V])[] {
    const nowMs = this.#nowMs();
    return [...this.#kept].flatMap(([key, { value, untilMs }]) =>
      untilMs > nowMs ? [[key, value] as const] : [],
    );
  }
}
