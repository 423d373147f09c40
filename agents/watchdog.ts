/**
 * A thread that watches the main loop's heartbeat: the loop itself cannot time its own stalls while it stalls, and a
 * timer of its own that comes late looks the same as one that was never due.
 */
import { Worker } from "node:worker_threads";

/** As text, because a file of its own would have another name and loader in dist/ than in the sources. */
const thread = `
const { workerData: { beat, longestUs } } = require("node:worker_threads");
let seen = Atomics.load(beat, 0);
let lastMs = performance.now();
for (;;) {
  Atomics.wait(beat, 0, seen, 20);
  const nowMs = performance.now();
  const silentUs = Math.round((nowMs - lastMs) * 1000);
  if (silentUs > Atomics.load(longestUs, 0)) Atomics.store(longestUs, 0, silentUs);
  const now = Atomics.load(beat, 0);
  if (now !== seen) { seen = now; lastMs = nowMs; }
}`;

export class Watchdog implements AsyncDisposable {
  readonly #beat = new Int32Array(new SharedArrayBuffer(4));
  readonly #longestUs = new Int32Array(new SharedArrayBuffer(4));
  readonly #worker: Worker;

  constructor() {
    // No loaders for the thread: it is plain JavaScript.
    this.#worker = new Worker(thread, {
      eval: true,
      execArgv: [],
      workerData: { beat: this.#beat, longestUs: this.#longestUs },
    });
    this.#worker.unref();
  }

  /** The main loop is alive. */
  beat(): void {
    Atomics.add(this.#beat, 0, 1);
    Atomics.notify(this.#beat, 0);
  }

  /** Longest time without a heartbeat that was seen since the last call, milliseconds; includes one still going on. */
  takeLongestMs(): number {
    return Atomics.exchange(this.#longestUs, 0, 0) / 1000;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }
}
