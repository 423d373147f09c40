/** Sees whether a node gets its CPU later than in the moments before a fault: by its machine's budget, or by others on it. */
import { type Clock, sleep } from "../../base/clock.ts";
import type { NodeHandle } from "../../targets/running-target.ts";
import {
  type CpuReading,
  type CpuSpan,
  cpuBetween,
  heldBackWords,
  readCpu,
  waitingWords,
} from "./cpu-reading.ts";

/** A shorter look before the fault says nothing of how it usually is. Our choice: 25 of the usual periods. */
const BASELINE_MS = 500;
/** How much earlier than the fault the look begins, seconds. */
export const BASELINE_S = 1;

export class HeldBack {
  readonly #read: () => Promise<CpuReading>;
  readonly #clock: Clock;
  readonly #first: CpuReading;
  #before: CpuSpan | undefined;
  #since: CpuReading | undefined;

  private constructor(read: () => Promise<CpuReading>, clock: Clock, first: CpuReading) {
    this.#read = read;
    this.#clock = clock;
    this.#first = first;
  }

  /**
   * Begins to look.
   * @throws {Error} when the node's machine has no budget
   */
  static async begin(
    node: NodeHandle,
    clock: Clock,
    read = () => readCpu(node, () => clock.nowMs()),
  ): Promise<HeldBack> {
    return new HeldBack(read, clock, await read());
  }

  /** To be called right before it is disturbed; waits when it has not looked for long enough. A second time does nothing. */
  async disturb(signal: AbortSignal): Promise<void> {
    if (this.#before !== undefined) return;
    const waitMs = this.#first.atMs + BASELINE_MS - this.#clock.nowMs();
    if (waitMs > 0) await sleep(waitMs, signal, this.#clock);
    this.#since = await this.#read();
    this.#before = cpuBetween(this.#first, this.#since);
  }

  /** It is disturbed no longer: what was before counts no more. */
  async calm(): Promise<void> {
    if (this.#since !== undefined) this.#since = await this.#read();
  }

  /** A sentence once it is held back, or kept waiting, more than before. */
  async seen(): Promise<string | undefined> {
    if (this.#before === undefined || this.#since === undefined) return undefined;
    const since = cpuBetween(this.#since, await this.#read());
    return heldBackWords(this.#before, since) ?? waitingWords(this.#before, since);
  }
}
