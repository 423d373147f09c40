/** A fault while it is injected: from when on it may disturb, and whether it is still under way when nobody waits for it any more. */
import type { Clock } from "../base/clock.ts";
import type { PreparedFault } from "./fault.ts";
import { within } from "./within.ts";

export interface InjectionParts {
  readonly clock: Clock;
  /** On `clock`. */
  readonly dueAtMs: number;
  /** Aborts when the run is broken off. */
  readonly signal: AbortSignal;
  /** Called once, when it is due: from here on it may disturb. Never when it is over before. */
  onDue(): void;
}

/** After it is due: a node that is started anew with a defect may need a minute for that. Our choice. */
const LIMIT_MS = 90_000;
/** For whoever heeds the signal. */
const MOMENT_MS = 50;

export class Injection {
  readonly #prepared: PreparedFault;
  readonly #parts: InjectionParts;
  #cancelDue = () => {};
  #isUnderWay = false;
  #work: Promise<void> = Promise.resolve();

  constructor(prepared: PreparedFault, parts: InjectionParts) {
    this.#prepared = prepared;
    this.#parts = parts;
  }

  get isUnderWay(): boolean {
    return this.#isUnderWay;
  }

  /** @throws when it fails, is not done in time, or the run is broken off; it may still be under way then */
  async begin(): Promise<void> {
    const { clock, dueAtMs, signal } = this.#parts;
    const waitMs = dueAtMs - clock.nowMs();
    // What is armed ahead is injected before it is due, and what is made ready ahead disturbs nobody yet.
    if (waitMs > 0) this.#cancelDue = clock.after(waitMs, () => this.#parts.onDue());
    else this.#parts.onDue();
    const givenUp = new AbortController();
    const limitMs = Math.max(LIMIT_MS, this.#prepared.limitMs ?? 0);
    this.#work = this.#inject(AbortSignal.any([signal, givenUp.signal]));
    this.#work.catch(() => {}); // Told to whoever waits for it.
    try {
      await within(this.#work, {
        ...{ clock, signal, limitMs: Math.max(0, waitMs) + limitMs },
        tooLate: `it was not injected within ${limitMs / 1000} s`,
      });
    } catch (error) {
      givenUp.abort(error);
      throw error;
    }
  }

  /** It is over: it will not be due any more. */
  end(): void {
    this.#cancelDue();
  }

  /** Waits for its end for a moment. Never rejects. */
  async pause(): Promise<void> {
    const { clock } = this.#parts;
    if (!this.#isUnderWay) return;
    const end = this.#work.catch(() => {});
    await within(end, { clock, limitMs: MOMENT_MS, tooLate: "it is still under way" }).catch(() => {});
  }

  async #inject(signal: AbortSignal): Promise<void> {
    this.#isUnderWay = true;
    try {
      await this.#prepared.inject(signal);
    } finally {
      this.#isUnderWay = false;
    }
  }
}
