/** How long each step of bringing a target up took, from its first beginning to its last end. */
import { type Clock, systemClock } from "../../base/clock.ts";

export class StepTimes {
  readonly #clock: Clock;
  readonly #spans = new Map<string, { fromMs: number; toMs: number }>();

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /** The step begins now, or goes on if others are in it already; call what is returned when it ends. */
  start(step: string): () => void {
    const nowMs = this.#clock.nowMs();
    const span = this.#spans.get(step) ?? { fromMs: nowMs, toMs: nowMs };
    this.#spans.set(step, span);
    return () => {
      span.toMs = Math.max(span.toMs, this.#clock.nowMs());
    };
  }

  /** Seconds by step, in the order in which the steps began. Steps overlap, so they add up to more than "total". */
  inSeconds(): Record<string, number> {
    return Object.fromEntries(
      [...this.#spans].map(([step, { fromMs, toMs }]) => [step, Math.round(toMs - fromMs) / 1_000]),
    );
  }
}
