/**
 * A thread that watches the main loop's heartbeat: the loop itself cannot time its own stalls while it stalls, and a
 * timer of its own that comes late looks the same as one that was never due.
 */
import { Worker } from "node:worker_threads";
import { sharedNowMs } from "./fine-clock.ts";

/** A stall that ended between two looks is seen this much too short at most. */
const lookEveryMs = 10;

/**
 * As text, because a file of its own would have another name and loader in dist/ than in the sources. It looks by
 * itself rather than being woken by each beat, which would cost the loop it watches a system call.
 */
const thread = `
const { workerData: { beatAtMs, longestUs, lookEveryMs } } = require("node:worker_threads");
const nowMs = () => { const [s, ns] = process.hrtime(); return s * 1e3 + ns / 1e6; };
const never = new Int32Array(new SharedArrayBuffer(4));
for (;;) {
  Atomics.wait(never, 0, 0, lookEveryMs);
  const silentUs = Math.round((nowMs() - beatAtMs[0]) * 1000);
  if (silentUs > Atomics.load(longestUs, 0)) Atomics.store(longestUs, 0, silentUs);
}`;

export class Watchdog implements AsyncDisposable {
  readonly #beatAtMs = new Float64Array(new SharedArrayBuffer(8));
  readonly #longestUs = new Int32Array(new SharedArrayBuffer(4));
  readonly #worker: Worker;

  constructor() {
    this.beat();
    // No loaders for the thread: it is plain JavaScript.
    this.#worker = new Worker(thread, {
      eval: true,
      execArgv: [],
      workerData: { beatAtMs: this.#beatAtMs, longestUs: this.#longestUs, lookEveryMs },
    });
    this.#worker.unref();
  }

  /** The main loop is alive. */
  beat(): void {
    this.#beatAtMs[0] = sharedNowMs();
  }

  /** Longest time without a heartbeat that was seen since the last call, milliseconds; includes one still going on. */
  takeLongestMs(): number {
    return Atomics.exchange(this.#longestUs, 0, 0) / 1000;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }
}
