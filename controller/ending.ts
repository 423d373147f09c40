/** Why a run stops early: the first cause wins, everybody who waits hears it. */
import { Failure } from "../base/failure.ts";
import type { Ending } from "../verdict/evidence.ts";

export type EarlyEnding = Pick<Ending, "status" | "because">;

export class EndingWatch {
  readonly #abort = new AbortController();
  #early: EarlyEnding | undefined;

  /** Follows the user's signal: its abort is an interruption. */
  constructor(user: AbortSignal) {
    const interrupted = () => {
      const { message: because = "interrupted", cause } = user.reason instanceof Failure ? user.reason : {};
      this.end({ status: "interrupted", because }, cause);
    };
    if (user.aborted) interrupted();
    else user.addEventListener("abort", interrupted, { once: true });
  }

  /** Ends the run early; later causes are ignored. What the failure's own `cause` is may be handed on. */
  end(early: EarlyEnding, cause?: unknown): void {
    if (this.#early !== undefined) return;
    this.#early = early;
    this.#abort.abort(new Failure(kindOf[early.status], early.because, { cause }));
  }

  /** Undefined as long as nothing went wrong. */
  get early(): EarlyEnding | undefined {
    return this.#early;
  }

  /** Aborted with a `Failure` when the run ends early. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }
}

const kindOf = {
  complete: "interrupted",
  interrupted: "interrupted",
  "agents-lost": "agents",
  "target-died": "target",
  failed: "environment",
} as const;
