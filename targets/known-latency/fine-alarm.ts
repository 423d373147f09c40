/**
 * An alarm finer than Node's timers, which come in whole milliseconds: a thread sleeps on a shared word, which the kernel
 * times in microseconds, and rings. Turning the loop instead would take a whole core from whoever is being measured.
 */
import { once } from "node:events";
import { Worker } from "node:worker_threads";

/** As text, because a file of its own would have another name and loader in dist/ than in the sources. */
const thread = `
const { parentPort, workerData: { word, atMs } } = require("node:worker_threads");
const nowMs = () => { const [s, ns] = process.hrtime(); return s * 1e3 + ns / 1e6; };
let seen = 0;
for (;;) {
  Atomics.wait(word, 0, seen);
  seen = Atomics.load(word, 0);
  for (;;) {
    const leftMs = atMs[0] - nowMs();
    if (leftMs <= 0) break;
    Atomics.wait(word, 0, seen, leftMs);
    seen = Atomics.load(word, 0);
  }
  parentPort.postMessage(seen);
}`;

/** One alarm at a time. */
export class FineAlarm {
  readonly #word = new Int32Array(new SharedArrayBuffer(4));
  readonly #atMs = new Float64Array(new SharedArrayBuffer(8));
  readonly #worker: Worker;
  #then: (() => void) | undefined;
  /** Rings of alarms that were cancelled or replaced are told by their number. */
  #number = 0;

  private constructor() {
    // No loaders for the thread: it is plain JavaScript.
    this.#worker = new Worker(thread, {
      eval: true,
      execArgv: [],
      workerData: { word: this.#word, atMs: this.#atMs },
    });
    this.#worker.on("message", (number: number) => this.#ring(number));
  }

  /** Resolves when the thread is running. */
  static async start(): Promise<FineAlarm> {
    const alarm = new FineAlarm();
    await once(alarm.#worker, "online");
    // From now on it is no reason to go on living.
    alarm.#worker.unref();
    return alarm;
  }

  /** Calls back about a tenth of a millisecond after `delayMs` have gone. Replaces the alarm before; returns its cancellation. */
  set(delayMs: number, then: () => void): () => void {
    const [s, ns] = process.hrtime();
    this.#then = then;
    this.#atMs[0] = s * 1e3 + ns / 1e6 + delayMs;
    this.#number = Atomics.add(this.#word, 0, 1) + 1;
    Atomics.notify(this.#word, 0);
    const number = this.#number;
    return () => {
      if (this.#number === number) this.#then = undefined;
    };
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #ring(number: number): void {
    if (number !== this.#number) return;
    const then = this.#then;
    this.#then = undefined;
    then?.();
  }
}
