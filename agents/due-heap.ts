/** What is due when: a binary heap by instant, first come first served among equals. No object per entry. */
export class DueHeap<T> {
  readonly #atMs: number[] = [];
  readonly #order: number[] = [];
  readonly #items: T[] = [];
  #pushed = 0;

  get size(): number {
    return this.#items.length;
  }

  /** Instant of the earliest, Infinity when there is none. */
  get nextMs(): number {
    return this.#atMs.length === 0 ? Number.POSITIVE_INFINITY : this.#atMs[0]!;
  }

  /** The earliest, which stays in. */
  get next(): T | undefined {
    return this.#items[0];
  }

  push(atMs: number, item: T): void {
    let at = this.#items.length;
    this.#atMs.push(atMs);
    this.#order.push(this.#pushed++);
    this.#items.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(at, parent)) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  /** Takes the earliest out. */
  pop(): T | undefined {
    const last = this.#items.length - 1;
    if (last < 0) return undefined;
    this.#swap(0, last);
    const item = this.#items.pop();
    this.#atMs.pop();
    this.#order.pop();
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      if (left >= last) break;
      const child = left + 1 < last && this.#isBefore(left + 1, left) ? left + 1 : left;
      if (!this.#isBefore(child, at)) break;
      this.#swap(child, at);
      at = child;
    }
    return item;
  }

  #isBefore(a: number, b: number): boolean {
    const apartMs = this.#atMs[a]! - this.#atMs[b]!;
    return apartMs === 0 ? this.#order[a]! < this.#order[b]! : apartMs < 0;
  }

  #swap(a: number, b: number): void {
    const atMs = this.#atMs[a]!;
    this.#atMs[a] = this.#atMs[b]!;
    this.#atMs[b] = atMs;
    const order = this.#order[a]!;
    this.#order[a] = this.#order[b]!;
    this.#order[b] = order;
    const item = this.#items[a]!;
    this.#items[a] = this.#items[b]!;
    this.#items[b] = item;
  }
}
