/** Reads the counters of the shops around an instant: once from long before, at it, and each second after it. */
import { type Clock, sleep } from "../../base/clock.ts";
import type { FaultAccount } from "../fault.ts";
import type { DatabaseReads, ReadsSeen } from "./database-reads.ts";
import { stampedeOf } from "./stampede.ts";

/** Seconds watched after the instant: pages live on for two in the shops' own memory, and are missed only then. */
const WATCHED_S = 3;

export class StampedeWatch {
  readonly #reads: DatabaseReads;
  readonly #clock: Clock;
  readonly #before: ReadsSeen;
  #stop = new AbortController();
  #looks: Promise<ReadsSeen>[] = [];

  private constructor(reads: DatabaseReads, clock: Clock, before: ReadsSeen) {
    this.#reads = reads;
    this.#clock = clock;
    this.#before = before;
  }

  /** Takes the look from before. @throws when no shop tells */
  static async begin(reads: DatabaseReads, clock: Clock): Promise<StampedeWatch> {
    return new StampedeWatch(reads, clock, await reads.now());
  }

  /** It will happen at this instant of the clock, unless it is broken off. */
  arm(atMs: number, signal: AbortSignal): void {
    this.close();
    this.#stop = new AbortController();
    const eitherSignal = AbortSignal.any([signal, this.#stop.signal]);
    this.#looks = Array.from({ length: 1 + WATCHED_S }, (_, second) =>
      this.#lookAt(atMs + second * 1_000, eitherSignal),
    );
  }

  /** Waits for the last look. */
  async account(signal: AbortSignal): Promise<FaultAccount> {
    const [at, ...after] = await orAborted(Promise.all(this.#looks), signal);
    if (at === undefined) throw new Error("it was never armed");
    return stampedeOf({ before: this.#before, at, after });
  }

  close(): void {
    this.#stop.abort(new Error("it is not watched any more"));
  }

  #lookAt(atMs: number, signal: AbortSignal): Promise<ReadsSeen> {
    const waited = sleep(Math.max(0, atMs - this.#clock.nowMs()), signal, this.#clock);
    const look = waited.then(() => this.#reads.now());
    look.catch(() => {}); // Told to whoever asks for the account.
    return look;
  }
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
