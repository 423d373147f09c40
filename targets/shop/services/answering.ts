/**
 * How a service answers one call: not more of them at once than it can take, nothing for a caller who has gone, and a
 * failure that says whether anything was done.
 */
import { Metadata, type ServerUnaryCall, type sendUnaryData, status } from "@grpc/grpc-js";
import { NotDone } from "../data/not-done.ts";
import type { Log } from "../log.ts";
import { undone } from "./grpc-outcome.ts";

/** What came of a call, as it is counted. */
export type AnswerOutcome = "done" | "full" | "late" | "undone" | "unknown";

export interface AnsweringOptions {
  /** Calls in hand above which more are refused; infinite without governance. */
  readonly inFlightLimit: number;
  readonly log: Log;
  observe(method: string, outcome: AnswerOutcome, seconds: number): void;
  nowMs(): number;
  epochMs(): number;
}

export type Work<Q, A> = (request: Q) => Promise<A>;

export class Answering {
  readonly #options: AnsweringOptions;
  #inFlight = 0;

  constructor(options: AnsweringOptions) {
    this.#options = options;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** The handler that gRPC calls for `method`. */
  unary<Q, A>(method: string, work: Work<Q, A>) {
    return (call: ServerUnaryCall<Q, A>, done: sendUnaryData<A>): void => {
      const refusal = this.#refusal(method, call.getDeadline());
      if (refusal) {
        const outcome = refusal.reason === "full" ? "full" : "late";
        this.#options.observe(method, outcome, 0);
        done(undone(refusal));
        return;
      }
      const startedAtMs = this.#options.nowMs();
      this.#inFlight++;
      const finish = (outcome: AnswerOutcome) => {
        this.#inFlight--;
        this.#options.observe(method, outcome, (this.#options.nowMs() - startedAtMs) / 1_000);
      };
      // Also what it throws before it gives a promise is a failure of the call, and not of the process.
      Promise.resolve(call.request)
        .then(work)
        .then(
          (answer) => {
            finish("done");
            done(null, answer);
          },
          (error: unknown) => {
            finish(error instanceof NotDone ? "undone" : "unknown");
            done(this.#failure(method, error));
          },
        );
    };
  }

  #refusal(method: string, deadline: Date | number): NotDone | undefined {
    if (Number(deadline) <= this.#options.epochMs())
      return new NotDone("undone", `${method}: whoever asked has given up`);
    if (this.#inFlight < this.#options.inFlightLimit) return undefined;
    return new NotDone("full", `${method}: ${this.#inFlight} calls are in hand`);
  }

  #failure(method: string, error: unknown) {
    this.#options.log.error(error instanceof NotDone ? "undone" : "failed", error, { method });
    if (error instanceof NotDone) return undone(error);
    const details = error instanceof Error ? error.message : String(error);
    return { code: status.INTERNAL, details, metadata: new Metadata() };
  }
}
