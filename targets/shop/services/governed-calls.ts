/**
 * Calls to one service, governed: not more of them than it can take, none to a member that fails, none longer than
 * whoever asked will wait, and a second try only where one is paid for.
 *
 *     time left? ─▶ room? ─▶ a member whose breaker admits? ─▶ call ──answered──▶ done
 *                                     ▲                          │
 *                                     └── may be repeated, and the budget pays ── failed
 *
 * Whatever is tried again: after a try of which it is unknown what it did, a write is never said to be undone.
 */
import { NotDone } from "../data/not-done.ts";
import { CallFailed } from "./call-failed.ts";
import { type BreakerLimits, CircuitBreaker } from "./circuit-breaker.ts";
import { RetryBudget } from "./retry-budget.ts";
import { leftMs } from "./time-budget.ts";

export interface GovernanceLimits {
  readonly breaker: BreakerLimits;
  /** Calls in hand above which no more are made. */
  readonly inFlightLimit: number;
  /** Retries per call that are paid for in the long run. */
  readonly retryRatio: number;
  /** Retries that can be saved up. */
  readonly retriesSaved: number;
}

/**
 * What may be done again. `read`: always, since nothing is done by it. `set`: always, since doing it twice is doing it
 * once. `once`: only when it is known that nothing was done.
 */
export type Kind = "read" | "set" | "once";

export interface GovernedCall<T> {
  readonly name: string;
  readonly kind: Kind;
  /** The longest one try may take. */
  readonly timeoutMs: number;
  /** One try at a member, by number; fails with `NotDone` or `CallFailed` when there was no answer. */
  readonly once: (member: number, timeoutMs: number) => Promise<T>;
}

/** Why a call was not made: too many in hand, every breaker open, or no time left. */
export type Refusal = "crowded" | "open" | "late";

/** What came of a call, as it is counted; `full`: whoever was asked, or a bus on the way, had no room for it, and nothing was done. */
export type CallOutcome = "answered" | "undone" | "full" | "unknown" | Refusal;

/** What is told of calls while they are made. */
export interface CallWatcher {
  /** `seconds` from being asked to its end, further tries included. */
  outcome(call: string, outcome: CallOutcome, seconds: number): void;
  retried(): void;
}

export interface GovernedCallsOptions {
  /** Of the service, for people. */
  readonly service: string;
  readonly members: number;
  /** Absent: no limits, no breakers, and retries without a budget. */
  readonly limits: GovernanceLimits | undefined;
  readonly watcher: CallWatcher;
  nowMs(): number;
}

const TRIES_GOVERNED = 2;
/** Without governance: the first one, and two more whatever happens to everybody else. */
const TRIES_UNGOVERNED = 3;

export class GovernedCalls {
  readonly #options: GovernedCallsOptions;
  readonly #breakers: readonly CircuitBreaker[];
  readonly #retries: RetryBudget | undefined;
  #inFlight = 0;
  #turn = 0;

  constructor(options: GovernedCallsOptions) {
    const { members, limits, nowMs } = options;
    this.#options = options;
    this.#breakers = limits
      ? Array.from({ length: members }, () => new CircuitBreaker(limits.breaker, nowMs))
      : [];
    this.#retries = limits && new RetryBudget(limits.retryRatio, limits.retriesSaved);
  }

  /** Of each member; empty without governance. */
  get breakers(): readonly Pick<CircuitBreaker, "state">[] {
    return this.#breakers;
  }

  /**
   * @throws {NotDone} when nothing was done
   * @throws {CallFailed} when it is unknown what was done
   */
  async run<T>(call: GovernedCall<T>): Promise<T> {
    const { watcher, nowMs } = this.#options;
    const startedAtMs = nowMs();
    const tell = (outcome: CallOutcome) =>
      watcher.outcome(call.name, outcome, (nowMs() - startedAtMs) / 1_000);
    try {
      const answer = await this.#tries(call);
      tell("answered");
      return answer;
    } catch (error) {
      tell(outcomeOf(error));
      throw error;
    }
  }

  async #tries<T>(call: GovernedCall<T>): Promise<T> {
    const most = this.#options.limits ? TRIES_GOVERNED : TRIES_UNGOVERNED;
    let first: NotDone | CallFailed | undefined;
    this.#retries?.earn();
    for (let tried = 1; ; tried++) {
      try {
        return await this.#once(call);
      } catch (error) {
        if (!(error instanceof CallFailed) && !(error instanceof NotDone)) throw error;
        first = graver(first, error);
        const mayRepeat = tried < most && isWorthwhile(error, call.kind);
        if (mayRepeat && (this.#retries?.spend() ?? true)) {
          this.#options.watcher.retried();
          continue;
        }
        throw call.kind === "read" && first instanceof CallFailed ? readFailed(first) : first;
      }
    }
  }

  async #once<T>({ name, timeoutMs: usualMs, once }: GovernedCall<T>): Promise<T> {
    const timeoutMs = leftMs(this.#options.nowMs(), usualMs);
    if (timeoutMs < 1) throw new Refused("late", `${name}: no time is left`);
    const { service, limits } = this.#options;
    if (limits && this.#inFlight >= limits.inFlightLimit)
      throw new Refused("crowded", `${name}: ${this.#inFlight} calls to ${service} are in hand`);
    const member = this.#nextMember(name);
    const breaker = this.#breakers[member];
    this.#inFlight++;
    try {
      const answer = await once(member, timeoutMs);
      breaker?.succeeded();
      return answer;
    } catch (error) {
      if (isIllness(error)) breaker?.failed();
      else breaker?.succeeded();
      throw error;
    } finally {
      this.#inFlight--;
    }
  }

  /** The next one in turn that is not left alone. */
  #nextMember(name: string): number {
    const { members, limits, service } = this.#options;
    for (let tried = 0; tried < members; tried++) {
      const member = this.#turn++ % members;
      if (!limits || this.#breakers[member]!.admits()) return member;
    }
    throw new Refused("open", `${name}: ${service} is left alone`);
  }
}

/** Trying again would be refused again. */
class Refused extends NotDone {
  readonly refusal: Refusal;

  constructor(refusal: Refusal, sentence: string) {
    super(refusal === "crowded" ? "full" : "unreachable", sentence);
    this.refusal = refusal;
  }
}

/** A service that says no has answered; silence is illness, and so is not reaching what it needs itself. */
const isIllness = (error: unknown) =>
  error instanceof CallFailed || (error instanceof NotDone && error.reason === "unreachable");

/** Whether another try may be made, and could go better. */
function isWorthwhile(error: NotDone | CallFailed, kind: Kind): boolean {
  if (error instanceof CallFailed) return kind !== "once";
  return !(error instanceof Refused) && error.reason !== "full";
}

/** What is unknown stays unknown, whatever a later try says; otherwise the first reason is the one to tell. */
function graver(first: NotDone | CallFailed | undefined, next: NotDone | CallFailed): NotDone | CallFailed {
  if (first === undefined) return next;
  return first instanceof NotDone && next instanceof CallFailed ? next : first;
}

/** By reading nothing is ever done. */
const readFailed = (error: CallFailed) => new NotDone("unreachable", error.message, error);

function outcomeOf(error: unknown): CallOutcome {
  if (error instanceof Refused) return error.refusal;
  if (!(error instanceof NotDone)) return "unknown";
  return error.reason === "full" ? "full" : "undone";
}
