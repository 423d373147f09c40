/** Time that passes only when a test says so. */
import type { Clock } from "../../base/clock.ts";

export interface ManualClockOptions {
  readonly startMs?: number;
  readonly epochMs?: number;
  /** What one turn of the loop takes while somebody asks for the next turn. */
  readonly turnMs?: number;
}

interface Timer {
  readonly atMs: number;
  ring: (() => void) | undefined;
}

export class ManualClock implements Clock {
  readonly #epochOffsetMs: number;
  readonly #turnMs: number;
  #nowMs: number;
  #timers: Timer[] = [];
  #turns: (() => void)[] = [];

  constructor({ startMs = 0, epochMs = 1_700_000_000_000, turnMs = 0.25 }: ManualClockOptions = {}) {
    this.#nowMs = startMs;
    this.#epochOffsetMs = epochMs - startMs;
    this.#turnMs = turnMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  epochMs(): number {
    return this.#nowMs + this.#epochOffsetMs;
  }

  after(delayMs: number, then: () => void): () => void {
    const timer: Timer = { atMs: this.#nowMs + Math.max(0, delayMs), ring: then };
    this.#timers.push(timer);
    return () => {
      timer.ring = undefined;
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  soon(then: () => void): void {
    this.#turns.push(then);
  }

  /** Timers set and not rung. */
  get timers(): number {
    return this.#timers.length;
  }

  /** Lets `ms` pass in an idle loop: every timer rings at its exact instant. */
  pass(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      this.#ringDue();
      const hasTurns = this.#turns.length > 0;
      for (const turn of this.#turns.splice(0)) turn();
      if (this.#nextTimerMs() <= this.#nowMs) continue;
      if (this.#nowMs >= untilMs) return;
      const wakeMs = hasTurns ? this.#nowMs + this.#turnMs : Number.POSITIVE_INFINITY;
      this.#nowMs = Math.min(untilMs, wakeMs, this.#nextTimerMs());
    }
  }

  /** Lets `ms` pass while the loop is busy: nothing rings until time passes again. */
  stall(ms: number): void {
    this.#nowMs += ms;
  }

  #ringDue(): void {
    for (;;) {
      const dueMs = this.#nextTimerMs();
      if (dueMs > this.#nowMs) return;
      const timer = this.#timers.find(({ atMs }) => atMs === dueMs)!;
      this.#timers = this.#timers.filter((other) => other !== timer);
      timer.ring?.();
    }
  }

  #nextTimerMs(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...this.#timers.map(({ atMs }) => atMs));
  }
}
