/** What shoppers do: operations with their judges, journeys of several steps, and when which of them happen. */
import type { Random } from "../base/random.ts";
import type { LoadModel } from "../load/load-model.ts";
import type { Guarantee } from "../metrics/guarantee.ts";
import type { Outcome } from "../metrics/outcome.ts";

/** One request as data. `path` is absolute on the target's origin. */
export interface ShopRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE" | "HEAD" | "PATCH";
  readonly path: string;
  /**
   * Sent as it is, with `content-type: application/json` unless `headers` says otherwise. With the sender `grpc` it is the
   * message, one character per octet (Latin-1), and so is the text of the answer.
   */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A complete answer. `text()` decodes the body when a judge asks; bodies nobody asks for are thrown away. */
export interface Answer {
  readonly status: number;
  header(name: string): string | undefined;
  text(): string;
}

/** The sale under attack, as numbers that cross the wire. */
export interface Sale {
  readonly saleId: number;
  readonly itemId: number;
  readonly stock: number;
  readonly perUserLimit: number;
}

/** What is known about the target's world; the same for every agent. */
export interface World {
  readonly items: number;
  readonly categories: number;
  readonly users: number;
  /** Present when the scenario sells something in a flash sale. */
  readonly sale?: Sale;
  /** Prefix of every idempotency key of this drive: `<tag>.<attempt>`. */
  readonly tag: string;
}

/** Who is acting: one arrival's shopper. All chance comes from `chance`, which belongs to the arrival number. */
export interface Shopper {
  readonly arrival: number;
  /** 1 ... world.users */
  readonly userId: number;
  /** An item drawn by the scenario's popularity: 1 ... world.items. A new draw at every read. */
  drawItem(): number;
  readonly chance: Random;
  readonly world: World;
  /** Key of the attempt being made; stays the same until `newAttempt` is called. */
  attemptKey(): string;
  /** What this shopper remembers from earlier answers of the journey. */
  readonly memory: Map<string, string | number>;
  /**
   * Called by a judge whose answer shows whether what this shopper may rely on was kept. Only of an answer to a request
   * that was made after the yes it is held against; one that shows nothing (an error, "busy") is no look.
   */
  saw(guarantee: Guarantee, isKept: boolean): void;
}

export interface Operation {
  /** What to send. Pure but for `shopper.chance`, and for notes in `shopper.memory` that the judge needs. */
  request(shopper: Shopper): ShopRequest;
  /** What the answer means; may keep things in `shopper.memory`. Default: 2xx and 3xx are ok, the rest is error. */
  judge?(answer: Answer, shopper: Shopper): Outcome;
  /**
   * True when it tries to buy: each request is an attempt with a dense id, its idempotency key, and an entry in the
   * ledger that the books are compared with.
   */
  readonly attempts?: boolean;
}

/** One step of a journey: wait `afterS` seconds (think time), then do `operation`. */
export interface Step {
  readonly operation: string;
  /** Seconds after the previous answer; 0 or absent for at once. */
  readonly afterS?: number;
}

/**
 * The steps of one shopper, in order; the outcome of each step comes back into the generator.
 * At most `attemptsPerArrival` of them may be attempts.
 */
export type Journey = (shopper: Shopper) => Generator<Step, void, Outcome>;

/** Relative weights by the name of an operation or journey; they need not add up to 1. */
export type Mix = Readonly<Record<string, number>>;

export interface Phase {
  readonly name: string;
  /** Seconds from the start of the measured part; the first phase also covers the warm-up. */
  readonly fromS: number;
  readonly toS: number;
  readonly mix: Mix;
}

/** Item popularity: p(rank) proportional to rank^-exponent; 0 is uniform. */
export interface Popularity {
  readonly exponent: number;
}

/** What a run may change about a scenario's shape. Rate is arrivals per second at the peak. */
export interface Shape {
  readonly ratePerS: number;
  readonly durationS: number;
}

export interface Scenario {
  readonly name: string;
  /** One line for `bench list`. */
  readonly title: string;
  readonly operations: Readonly<Record<string, Operation>>;
  readonly journeys: Readonly<Record<string, Journey>>;
  /** When arrivals are due over [0, durationS). */
  load(shape: Shape): LoadModel;
  /** Contiguous, in order, from 0 to durationS. */
  phases(shape: Shape): readonly Phase[];
  readonly popularity: Popularity;
  /** Units of the sale to open for this shape, when the scenario needs one. */
  sale?(shape: Shape): { readonly stock: number; readonly perUserLimit: number };
  /** Mean requests of one arrival, for the plan's expectation; measured or derived, with its source in the file. */
  readonly requestsPerArrival: number;
  /** Where the traffic model comes from. */
  readonly source: string;
  /** What its shoppers look at; a run in which nobody could is then inconclusive about it. Absent: nothing for certain. */
  readonly guarantees?: readonly Guarantee[];
}

/** Attempt ids of arrival k are k * attemptsPerArrival + (0 ... attemptsPerArrival - 1): dense, and known without talking. */
export const attemptsPerArrival = 4;

// What a scenario file needs, in one import: `import { defineScenario, hold } from "stagebench/scenarios"`.
export { exponential, fading } from "../load/exponential.ts";
export { hold } from "../load/hold.ts";
export { inTurn } from "../load/in-turn.ts";
export { ramp } from "../load/ramp.ts";
export { shoppersOnline } from "../load/shoppers-online.ts";
export { spike } from "../load/spike.ts";
export { sum } from "../load/sum.ts";
export { wave } from "../load/wave.ts";
export { defineScenario } from "./define-scenario.ts";
export type { ScenarioInput } from "./scenario-input.ts";
