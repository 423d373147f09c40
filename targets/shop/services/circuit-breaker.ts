/**
 * A circuit breaker: a service that fails is left alone for a while, instead of being waited for by everybody.
 *
 *     closed ──enough calls of the last seconds failed──▶ open ──rest is over──▶ one call tries
 *        ▲                                                  ▲                         │
 *        └───────────────────── it went well ───────────────┼────────────────────────┤
 *                                                           └────── it failed ───────┘
 */
export interface BreakerLimits {
  /** How far back calls count, in whole seconds. */
  readonly windowS: number;
  /** Fewer calls than that in the window say nothing. */
  readonly leastCalls: number;
  /** Share of failed calls in the window from which it opens, 0-1. */
  readonly failureRatio: number;
  /** How long it stays open before one call may try. */
  readonly restMs: number;
}

export type BreakerState = "closed" | "open" | "trying";

interface Second {
  readonly second: number;
  calls: number;
  failures: number;
}

export class CircuitBreaker {
  readonly #limits: BreakerLimits;
  readonly #nowMs: () => number;
  #seconds: Second[] = [];
  #state: BreakerState = "closed";
  #opensAgainAtMs = 0;

  constructor(limits: BreakerLimits, nowMs: () => number) {
    this.#limits = limits;
    this.#nowMs = nowMs;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** Whether a call may be made now; who is told yes must tell `succeeded` or `failed` afterwards. */
  admits(): boolean {
    switch (this.#state) {
      case "closed":
        return true;
      case "trying":
        return false;
      case "open":
        if (this.#nowMs() < this.#opensAgainAtMs) return false;
        this.#state = "trying";
        return true;
      default:
        return this.#state satisfies never;
    }
  }

  succeeded(): void {
    if (this.#state === "trying") {
      this.#state = "closed";
      this.#seconds = [];
    }
    this.#now().calls++;
  }

  failed(): void {
    const now = this.#now();
    now.calls++;
    now.failures++;
    if (this.#state === "trying" || (this.#state === "closed" && this.#isTooMuch())) this.#open();
  }

  #open(): void {
    this.#state = "open";
    this.#opensAgainAtMs = this.#nowMs() + this.#limits.restMs;
  }

  #isTooMuch(): boolean {
    const calls = this.#seconds.reduce((sum, second) => sum + second.calls, 0);
    const failures = this.#seconds.reduce((sum, second) => sum + second.failures, 0);
    return calls >= this.#limits.leastCalls && failures >= calls * this.#limits.failureRatio;
  }

  /** The present second, after those that no longer count have been let go. */
  #now(): Second {
    const second = Math.floor(this.#nowMs() / 1_000);
    this.#seconds = this.#seconds.filter((each) => each.second > second - this.#limits.windowS);
    const last = this.#seconds.at(-1);
    if (last?.second === second) return last;
    const fresh = { second, calls: 0, failures: 0 };
    this.#seconds.push(fresh);
    return fresh;
  }
}
