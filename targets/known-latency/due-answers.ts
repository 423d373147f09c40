/** Answers that wait for their instant, given within microseconds of it: the last of the wait is spent turning the loop. */

export interface DueTools {
  nowMs(): number;
  /** Calls back once, `delayMs` from now or a little later; there is one such wait at a time. Returns its cancellation. */
  after(delayMs: number, then: () => void): () => void;
  /** Calls back after I/O was looked at. */
  soon(then: () => void): void;
}

interface Waiting {
  readonly dueMs: number;
  readonly answer: () => void;
}

/** An alarm rings 0.1 ms late or more: the rest is waited for by turning the loop. */
const turningMs = 0.35;
/** The last of it is waited for without looking at anything else: one turn of the loop takes about this long. */
const standingMs = 0.03;

export class DueAnswers {
  readonly #tools: DueTools;
  /** A heap: the earliest is first. */
  readonly #heap: Waiting[] = [];
  #isTurning = false;
  #cancelTimer: (() => void) | undefined;

  constructor(tools: DueTools) {
    this.#tools = tools;
  }

  get waiting(): number {
    return this.#heap.length;
  }

  /** `answer` is called at `dueMs`, never before it. */
  add(dueMs: number, answer: () => void): void {
    this.#push({ dueMs, answer });
    if (!this.#isTurning && this.#heap[0]!.dueMs === dueMs) this.#arm();
  }

  readonly #turn = (): void => {
    this.#isTurning = false;
    this.#cancelTimer = undefined;
    for (let next = this.#heap[0]; next !== undefined; next = this.#heap[0]) {
      let leftMs = next.dueMs - this.#tools.nowMs();
      if (leftMs > standingMs) break;
      while (leftMs > 0) leftMs = next.dueMs - this.#tools.nowMs();
      this.#pop();
      next.answer();
    }
    if (!this.#isTurning) this.#arm();
  };

  #arm(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const next = this.#heap[0];
    if (next === undefined) return;
    const leftMs = next.dueMs - this.#tools.nowMs();
    if (leftMs > turningMs) {
      this.#cancelTimer = this.#tools.after(leftMs - turningMs, this.#turn);
    } else {
      this.#isTurning = true;
      this.#tools.soon(this.#turn);
    }
  }

  #push(waiting: Waiting): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(waiting);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent]!.dueMs <= waiting.dueMs) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = waiting;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]!.dueMs < heap[child]!.dueMs) child++;
      if (heap[child]!.dueMs >= last.dueMs) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }
}
