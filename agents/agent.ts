/** The life of an agent: dial in, say who it is, drive what it is asked to, leave when told or when left alone. */
import { credentials } from "@grpc/grpc-js";
import { Cleanup } from "../base/cleanup.ts";
import { type Clock, sleep, systemClock } from "../base/clock.ts";
import { Failure, sentenceOf } from "../base/failure.ts";
import { toMessage } from "../proto/codec.ts";
import {
  type Assignment,
  BenchServiceClient,
  type JoinRequest,
  type JoinResponse,
} from "../proto/generated/bench.ts";
import { buildDigest } from "../proto/version.ts";
import { orderOf, senderOf, warmConnections } from "./assignment.ts";
import { Drive } from "./drive.ts";
import { FineClock } from "./fine-clock.ts";
import { Health } from "./health.ts";
import type { Sender } from "./senders/sender.ts";

export interface AgentOptions {
  /** host:port of the controller's front door. */
  readonly controller: string;
  readonly token: string;
  /** The index it was spawned for; -1 for any. */
  readonly wantedIndex: number;
  /** Name of the machine, for people. */
  readonly host: string;
  /** Its monotonic clock is the one that start instants are on. */
  readonly clock?: Clock;
  /** Makes it leave. */
  readonly signal: AbortSignal;
}

/** Sleeps less than this are not worth a wake-up of their own: see the pacer. */
const grainMs = 0.2;

/**
 * And waits below this are not worth a sleep. Measured on two cores with Node 20.20: a sleep and a ring take about
 * 35 us of CPU; with this figure 100,000 arrivals a second cost no more than without, and 140,000 could be driven
 * instead of 120,000.
 */
const spinBelowMs = 0.02;

/** Half of what the controller waits for us to be ready; connections not open by then are opened when needed. */
const warmWithinMs = 10_000;

/** Neither the other side nor our own connections and threads may keep an agent that was told to leave within a second. */
const leaveWithinMs = 500;

/**
 * Serves one controller until it says goodbye.
 * @throws {Failure} `agents` when the controller cannot be reached, refuses us or is lost; `usage` when an assignment
 *   cannot be driven (the controller was told too)
 */
export async function runAgent(options: AgentOptions): Promise<void> {
  const { controller, clock = systemClock, signal } = options;
  const client = new BenchServiceClient(controller, credentials.createInsecure(), {
    // A controller that vanished without closing the connection is noticed within 15 s.
    "grpc.keepalive_time_ms": 10_000,
    "grpc.keepalive_timeout_ms": 5_000,
    "grpc.max_receive_message_length": -1,
  });
  const stream = client.join();
  const say = (words: NonNullable<JoinRequest["say"]>) => void stream.write({ say: words });
  const closed = new Promise<void>((resolve) => {
    stream.on("end", resolve);
    stream.on("error", () => resolve());
  });
  const work = new Work(say, clock);
  let isWelcome = false;
  const leave = new AbortController();
  try {
    await new Promise<void>((resolve, reject) => {
      const stop = () => reject(new Failure("interrupted", "the agent was told to stop"));
      if (signal.aborted) stop();
      signal.addEventListener("abort", stop, { signal: leave.signal });
      work.onFailure = reject;
      stream.on("error", (error) => reject(lost(controller, isWelcome, error)));
      stream.on("end", () => reject(lost(controller, isWelcome, undefined)));
      stream.on("data", ({ say: heard }: JoinResponse) => {
        switch (heard?.$case) {
          case undefined:
            return;
          case "welcome":
            isWelcome = true;
            return;
          case "clock":
            say({ $case: "clock", value: { id: heard.value.id, agentMs: clock.nowMs() } });
            return;
          case "assignment":
            work.prepare(heard.value);
            return;
          case "start":
            work.start(heard.value.drive, heard.value.atAgentMs);
            return;
          case "stop":
            work.stop(heard.value.drive, heard.value.because);
            return;
          case "goodbye":
            if (isWelcome) resolve();
            else reject(new Failure("agents", `the controller refused this agent: ${heard.value.because}`));
            return;
          default:
            heard satisfies never;
        }
      });
      const { token, wantedIndex, host } = options;
      say({ $case: "hello", value: { token, pid: process.pid, build: buildDigest(), host, wantedIndex } });
    });
  } finally {
    leave.abort();
    stream.end();
    // The other side closes too, once it has read our last words.
    await Promise.race([Promise.all([closed, work[Symbol.asyncDispose]()]), sleep(leaveWithinMs)]);
    stream.cancel();
    client.close();
  }
}

/** The drives, one after another. */
class Work implements AsyncDisposable {
  readonly #say: (words: NonNullable<JoinRequest["say"]>) => void;
  readonly #clock: Clock;
  readonly #leaving = new AbortController();
  #prepared: Prepared | undefined;
  /** Drives stopped before they were ready. */
  readonly #stopped = new Map<number, string>();
  onFailure: (error: unknown) => void = () => {};

  constructor(say: (words: NonNullable<JoinRequest["say"]>) => void, clock: Clock) {
    this.#say = say;
    this.#clock = clock;
  }

  prepare(assignment: Assignment): void {
    this.#makeReady(assignment).catch((error: unknown) => this.#fail(error));
  }

  start(drive: number, atAgentMs: number): void {
    const prepared = this.#prepared;
    if (prepared?.number !== drive) {
      this.#fail(new Failure("agents", `told to start drive ${drive}, which is not prepared`));
      return;
    }
    this.#driveIt(prepared, atAgentMs).catch((error: unknown) => this.#fail(error));
  }

  stop(drive: number, because: string): void {
    if (this.#prepared?.number === drive) this.#prepared.drive.stop(because);
    else this.#stopped.set(drive, because);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#leaving.abort(new Failure("interrupted", "the agent is leaving"));
    await this.#prepared?.cleanup[Symbol.asyncDispose]();
  }

  async #makeReady(assignment: Assignment): Promise<void> {
    const cleanup = new Cleanup();
    try {
      const order = await orderOf(assignment);
      const clock = cleanup.use(await FineClock.start(this.#clock));
      const vitals = cleanup.use(new Health(this.#clock));
      const sender = cleanup.use(senderOf(assignment, this.#clock));
      const connections = warmConnections(assignment, order.scenario.requestsPerArrival);
      await sender.warm(connections, warmWithinMs, this.#leaving.signal);
      const drive = new Drive(order, {
        sender,
        clock,
        vitals,
        grainMs,
        spinBelowMs,
        emit: (interval) => this.#say({ $case: "interval", value: toMessage(interval) }),
      });
      this.#prepared = { number: assignment.drive, drive, sender, cleanup };
      const stopped = this.#stopped.get(assignment.drive);
      if (stopped !== undefined) drive.stop(stopped);
      this.#say({ $case: "ready", value: { drive: assignment.drive } });
    } catch (error) {
      await cleanup[Symbol.asyncDispose]();
      throw error;
    }
  }

  async #driveIt({ number, drive, cleanup }: Prepared, atAgentMs: number): Promise<void> {
    const { intervals, cutShort, because } = await drive.run(atAgentMs);
    this.#prepared = undefined;
    await cleanup[Symbol.asyncDispose]();
    this.#say({ $case: "farewell", value: { drive: number, intervals, cutShort, because } });
  }

  /** Tells the controller before leaving, so that it need not guess. */
  #fail(error: unknown): void {
    if (this.#leaving.signal.aborted) return;
    const hint = error instanceof Failure ? (error.hint ?? "") : "";
    const problems = error instanceof Failure ? error.problems : [];
    this.#say({
      $case: "trouble",
      value: { sentence: [sentenceOf(error), ...problems].join("; "), hint },
    });
    this.onFailure(error);
  }
}

interface Prepared {
  readonly number: number;
  readonly drive: Drive;
  readonly sender: Sender;
  readonly cleanup: Cleanup;
}

function lost(controller: string, isWelcome: boolean, error: Error | undefined): Failure {
  const why = error === undefined ? "it closed the connection" : sentenceOf(error);
  const sentence = isWelcome
    ? `the controller at ${controller} is gone: ${why}`
    : `the controller at ${controller} cannot be joined: ${why}`;
  return new Failure("agents", sentence, error === undefined ? {} : { cause: error });
}
