/**
 * Calls to one service, governed: not more of them than it can take, none to one that fails, none longer than whoever
 * asked will wait, and a second try only where one is paid for.
 */
import { NotDone } from "../data/not-done.ts";
import { type BreakerLimits, CircuitBreaker } from "./circuit-breaker.ts";
import { RetryBudget } from "./retry-budget.ts";
import { leftMs } from "./time-budget.ts";

/** What came of one try, as far as it matters for the next. */
export class CallFailed extends Error {
  /** `undone`: the service was not reached, or says that nothing was done. `unknown`: it may have been done. */
  readonly outcome: "undone" | "unknown";

  constructor(outcome: CallFailed["outcome"], sentence: string, cause?: unknown) {
    super(sentence, cause === undefined ? undefined : { cause });
    this.name = "CallFailed";
    this.outcome = outcome;
  }
}

export interface GovernanceLimits {
  readonly breaker: BreakerLimits;
  /** Calls in hand above which no more are made. */
  readonly inFlightLimit: number;
  readonly retryRatio: number;
  readonly retriesSaved: number;
  /** The longest one call may take. */
  readonly timeoutMs: number;
}

export interface GovernedCall<T> {
  readonly name: string;
  /** Whether it may be repeated although it may have been done. */
  readonly isRepeatable: boolean;
  /** One try; fails with `CallFailed` when there was no answer. */
  readonly once: (timeoutMs: number) => Promise<T>;
}

/** Why calls were not made, counted. */
export type Refusal = "crowded" | "open" | "late";

/** One first try, and one more. */
const TRIES = 2;

export class GovernedCalls {
  readonly #service: string;
  readonly #limits: GovernanceLimits;
  readonly #nowMs: () => number;
  readonly #breaker: CircuitBreaker;
  readonly #retries: RetryBudget;
  readonly #refused: (refusal: Refusal) => void;
  #inFlight = 0;

  constructor(
    service: string,
    limits: GovernanceLimits,
    nowMs: () => number,
    refused: (refusal: Refusal) => void,
  ) {
    this.#service = service;
    this.#limits = limits;
    this.#nowMs = nowMs;
    this.#breaker = new CircuitBreaker(limits.breaker, nowMs);
    this.#retries = new RetryBudget(limits.retryRatio, limits.retriesSaved);
    this.#refused = refused;
  }

  get state() {
    return this.#breaker.state;
  }

  /**
   * @throws {NotDone} when nothing was done
   * @throws {CallFailed} when it is unknown what was done
   */
  async run<T>(call: GovernedCall<T>): Promise<T> {
    this.#retries.earn();
    for (let tries = 1; ; tries++) {
      try {
        return await this.#once(call);
      } catch (error) {
        if (!(error instanceof CallFailed)) throw error;
        const mayRepeat = call.isRepeatable || error.outcome === "undone";
        if (tries < TRIES && mayRepeat && this.#retries.spend()) continue;
        throw error.outcome === "undone" ? new NotDone("unreachable", error.message, error) : error;
      }
    }
  }

  async #once<T>({ name, once }: GovernedCall<T>): Promise<T> {
    const timeoutMs = leftMs(this.#nowMs(), this.#limits.timeoutMs);
    if (timeoutMs < 1) throw this.#refusal("late", `${name}: no time is left`);
    if (this.#inFlight >= this.#limits.inFlightLimit)
      throw this.#refusal("crowded", `${name}: ${this.#inFlight} calls to ${this.#service} are in hand`);
    if (!this.#breaker.admits()) throw this.#refusal("open", `${name}: ${this.#service} is left alone`);
    this.#inFlight++;
    try {
      const answer = await once(timeoutMs);
      this.#breaker.succeeded();
      return answer;
    } catch (error) {
      // A service that says no has answered; only silence is illness.
      if (error instanceof CallFailed) this.#breaker.failed();
      else this.#breaker.succeeded();
      throw error;
    } finally {
      this.#inFlight--;
    }
  }

  /** Trying again would be refused again. */
  #refusal(refusal: Refusal, sentence: string): NotDone {
    this.#refused(refusal);
    return new NotDone(refusal === "crowded" ? "full" : "unreachable", sentence);
  }
}
