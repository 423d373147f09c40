/** An event-loop probe of our own: a timer that should come every 10 ms, and how late it does. */
import type { Clock } from "../base/clock.ts";
import { Latency } from "../metrics/latency.ts";

export const probeEveryMs = 10;

/**
 * Records the lateness of each beat. A stall swallows the beats that should have come meanwhile, so they are entered as
 * well, each with the lateness it would have had: a stall of 1 s weighs 100 samples, not one. (Node's own monitor gives
 * it one: nodejs/node#34661.)
 */
export class Probe {
  readonly #clock: Clock;
  readonly #onBeat: () => void;
  #delay = Latency.blank();
  #dueMs = 0;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, onBeat: () => void) {
    this.#clock = clock;
    this.#onBeat = onBeat;
    this.#sleep();
  }

  /** Packed histogram of the lateness since the last call, microseconds. */
  take(): Uint8Array {
    const taken = this.#delay;
    this.#delay = Latency.blank();
    const packed = taken.pack();
    taken.release();
    return packed;
  }

  stop(): void {
    this.#cancel?.();
    this.#delay.release();
    this.#delay = Latency.blank();
  }

  #sleep(): void {
    this.#dueMs = this.#clock.nowMs() + probeEveryMs;
    this.#cancel = this.#clock.after(probeEveryMs, () => {
      const lateMs = Math.max(0, this.#clock.nowMs() - this.#dueMs);
      this.#delay.recordWithSwallowed(lateMs * 1000, probeEveryMs * 1000);
      this.#onBeat();
      this.#sleep();
    });
  }
}
