/** How late the relay itself is: what it does to connections is not to be taken for what a fault does. */
import type { Clock } from "../../base/clock.ts";

const EVERY_MS = 10;

export class LoopDelay {
  readonly #clock: Clock;
  readonly #late: (lateMs: number) => void;
  #cancel: (() => void) | undefined;

  /** @param late told every ten milliseconds by how much that was later */
  constructor(clock: Clock, late: (lateMs: number) => void) {
    this.#clock = clock;
    this.#late = late;
  }

  start(): void {
    if (this.#cancel === undefined) this.#next();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #next(): void {
    const dueMs = this.#clock.nowMs() + EVERY_MS;
    this.#cancel = this.#clock.after(EVERY_MS, () => {
      this.#late(Math.max(0, this.#clock.nowMs() - dueMs));
      this.#next();
    });
  }
}
