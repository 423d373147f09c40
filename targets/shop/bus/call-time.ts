/** How long one call may take, and that its caller may leave before. Ends by itself, and must be let go when it is over. */
export class CallTime {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #endsAtMs: number;
  readonly #nowMs: () => number;

  constructor(limitMs: number, nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#endsAtMs = nowMs() + limitMs;
    this.#timer = setTimeout(() => this.#controller.abort("late" satisfies TimeOver), limitMs);
  }

  /** Aborted when the time is over or the caller has left; `whyOver` says which. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What is left, in milliseconds; never below 0. */
  get leftMs(): number {
    return Math.max(0, this.#endsAtMs - this.#nowMs());
  }

  /** The caller is gone, and nobody waits for an answer. */
  callerLeft(): void {
    clearTimeout(this.#timer);
    this.#controller.abort("gone" satisfies TimeOver);
  }

  /** The call is over. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}

/** Why a call that is not over has no more time. */
export type TimeOver = "late" | "gone";

export const whyOver = ({ reason }: AbortSignal): TimeOver => (reason === "gone" ? "gone" : "late");
