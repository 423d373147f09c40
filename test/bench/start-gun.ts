/** The start of many simulated agents in one process, and the one clock by which it is judged. */
import { sharedNowMs } from "../../agents/fine-clock.ts";
import type { Clock } from "../../base/clock.ts";

/** Far above what noting the start takes, far below the second after which the agents have something to do. */
const pauseMs = 20;

/**
 * Notes when each agent's start instant has come, before any of them does anything about it: here they share a thread,
 * on a thousand machines none would wait for another.
 */
export class StartGun {
  readonly #clock: Clock;
  readonly #waiting: { readonly dueMs: number; readonly then: (startedMs: number) => void }[] = [];

  /** `clock` is this process's own. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `dueMs` and `startedMs` are on this process's clock. */
  await(dueMs: number, then: (startedMs: number) => void): void {
    const place = this.#waiting.findLastIndex((other) => other.dueMs <= dueMs) + 1;
    this.#waiting.splice(place, 0, { dueMs, then });
    if (place === 0) this.#clock.after(dueMs - performance.now(), () => this.#fire());
  }

  #fire(): void {
    // In order of their instants. Clock readings differ by microseconds, so the last is due almost at once.
    const all = this.#waiting.splice(0);
    const startedMs: number[] = [];
    for (const { dueMs } of all) {
      let nowMs = performance.now();
      while (nowMs < dueMs) nowMs = performance.now();
      startedMs.push(nowMs);
    }
    // The process beside us has the same core and the same instant to note.
    this.#clock.after(pauseMs, () => {
      for (const [nth, { then }] of all.entries()) then(startedMs[nth] ?? Number.NaN);
    });
  }
}

/** The machine's monotonic clock less this process's, from the closest of many pairs of looks. */
export function originOf(): number {
  let [closestMs, origin] = [Number.POSITIVE_INFINITY, 0];
  for (let look = 0; look < 1000; look++) {
    const before = performance.now();
    const shared = sharedNowMs();
    const after = performance.now();
    if (after - before < closestMs) [closestMs, origin] = [after - before, shared - (before + after) / 2];
  }
  return origin;
}
