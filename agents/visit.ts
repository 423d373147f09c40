/** One arrival under way: a single operation or a journey; at most one request of it is out at a time. */
import type { Outcome } from "../metrics/outcome.ts";
import type { Answer, Operation, Step } from "../scenarios/scenario.ts";
import type { Exchange } from "./senders/sender.ts";
import type { CrowdShopper } from "./shoppers.ts";

/** An operation with its place in the recorder. */
export interface NamedOperation {
  readonly name: string;
  readonly index: number;
  readonly operation: Operation;
}

/** Whoever runs the visits. */
export interface VisitHost {
  visitFired(visit: Visit, atMs: number, waitedMs: number): void;
  visitAnswered(visit: Visit, answer: Answer, atMs: number): void;
  visitFailed(visit: Visit, how: "timeout" | "disconnected", isSent: boolean, atMs: number): void;
  visitDropped(visit: Visit, atMs: number): void;
  visitImpossible(visit: Visit, because: string): void;
}

/** Where the request of a visit is. */
export type Whereabouts = "nowhere" | "waiting" | "fired";

/** Reused from arrival to arrival, because at 20,000 a second garbage is what an agent would be busy with. */
export class Visit implements Exchange {
  readonly shopper: CrowdShopper;
  readonly #host: VisitHost;
  /** What is being done now, or next. */
  doing: NamedOperation | undefined;
  journey: Generator<Step, void, Outcome> | undefined;
  plannedMs = 0;
  firedMs = 0;
  whereabouts: Whereabouts = "nowhere";
  /** Number of the attempt whose outcome is open; -1 when none is. */
  openAttempt = -1;
  /** Closed loads only: which of the online shoppers this is; -1 in an open load. */
  seat = -1;

  constructor(shopper: CrowdShopper, host: VisitHost) {
    this.shopper = shopper;
    this.#host = host;
  }

  get wantsBody(): boolean {
    return this.doing?.operation.judge !== undefined;
  }

  fired(atMs: number, waitedMs: number): void {
    this.#host.visitFired(this, atMs, waitedMs);
  }

  answered(answer: Answer, atMs: number): void {
    this.#host.visitAnswered(this, answer, atMs);
  }

  failed(how: "timeout" | "disconnected", isSent: boolean, atMs: number): void {
    this.#host.visitFailed(this, how, isSent, atMs);
  }

  dropped(atMs: number): void {
    this.#host.visitDropped(this, atMs);
  }

  impossible(because: string): void {
    this.#host.visitImpossible(this, because);
  }
}
