/**
 * How a service answers one call: not more of them at once than it can take, nor more a second from one caller than it may
 * make, nothing for a caller who has gone, and a failure that says whether anything was done.
 */
import { Metadata, type ServerUnaryCall, type sendUnaryData, status } from "@grpc/grpc-js";
import { NotDone } from "../data/not-done.ts";
import type { Defects } from "../defects.ts";
import type { Log } from "../log.ts";
import { callerOf } from "./caller-name.ts";
import type { CallerRates } from "./caller-rates.ts";
import { undone } from "./grpc-outcome.ts";

/** What came of a call, as it is counted. */
export type AnswerOutcome = "done" | "undone" | "unknown" | AnswerRefusal;

/** Why a call was not begun: too many in hand, too many of this caller lately, or nobody waits for it any more. */
export type AnswerRefusal = "full" | "over-rate" | "late";

export interface AnsweringOptions {
  /** Calls in hand above which more are refused; infinite without governance. */
  readonly inFlightLimit: number;
  /** Absent: every caller may call as often as it likes. */
  readonly rates?: Pick<CallerRates, "admits"> | undefined;
  /** Planted on purpose. */
  readonly defects?: Pick<Defects, "fails" | "extraMs">;
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

  /** The handler that gRPC calls for `method` of `service`. */
  unary<Q, A>(service: string, method: string, work: Work<Q, A>) {
    return (call: ServerUnaryCall<Q, A>, done: sendUnaryData<A>): void => {
      const refusal = this.#refusal(service, call);
      if (refusal) {
        this.#options.observe(method, refusal, 0);
        done(undone(this.#refused(method, refusal)));
        return;
      }
      const startedAtMs = this.#options.nowMs();
      this.#inFlight++;
      const finish = (outcome: AnswerOutcome, answered: () => void) => {
        const end = () => {
          this.#inFlight--;
          this.#options.observe(method, outcome, (this.#options.nowMs() - startedAtMs) / 1_000);
          answered();
        };
        const extraMs = this.#options.defects?.extraMs(this.#options.nowMs() - startedAtMs) ?? 0;
        if (extraMs > 0) setTimeout(end, extraMs);
        else end();
      };
      // Also what it throws before it gives a promise is a failure of the call, and not of the process.
      Promise.resolve(call.request)
        .then((request) => this.#spoiled(request))
        .then(work)
        .then(
          (answer) => finish("done", () => done(null, answer)),
          (error: unknown) => {
            const outcome = error instanceof NotDone ? "undone" : "unknown";
            finish(outcome, () => done(this.#failure(method, error)));
          },
        );
    };
  }

  /** Nothing is done of what fails by a planted defect, and its caller is not told so: defects do not say that they are. */
  #spoiled<Q>(request: Q): Q {
    if (this.#options.defects?.fails() === true) throw new Error("a planted defect");
    return request;
  }

  #refusal(service: string, call: ServerUnaryCall<unknown, unknown>): AnswerRefusal | undefined {
    const { epochMs, inFlightLimit, rates } = this.#options;
    if (Number(call.getDeadline()) <= epochMs()) return "late";
    if (this.#inFlight >= inFlightLimit) return "full";
    // Last, so that a call which is refused for another reason uses nothing up.
    return rates?.admits(service, callerOf(call)) === false ? "over-rate" : undefined;
  }

  #refused(method: string, refusal: AnswerRefusal): NotDone {
    switch (refusal) {
      case "late":
        return new NotDone("undone", `${method}: whoever asked has given up`);
      case "full":
        return new NotDone("full", `${method}: ${this.#inFlight} calls are in hand`);
      case "over-rate":
        return new NotDone("full", `${method}: its caller calls more often than it may`);
      default:
        return refusal satisfies never;
    }
  }

  #failure(method: string, error: unknown) {
    this.#options.log.error(error instanceof NotDone ? "undone" : "failed", error, { method });
    if (error instanceof NotDone) return undone(error);
    const details = error instanceof Error ? error.message : String(error);
    return { code: status.INTERNAL, details, metadata: new Metadata() };
  }
}
