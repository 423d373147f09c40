/** One second of all agents together. Keeps its histograms only as long as they may still change. */
import type { Counts } from "./interval.ts";
import { Latency } from "./latency.ts";
import { percentileMs } from "./percentiles.ts";

export class SecondSum {
  agents = 0;
  phase = "";
  counts: Counts | undefined;
  bad = 0;
  #slip: Latency | undefined = Latency.blank();
  #response: Latency | undefined = Latency.blank();
  /** Present once it has cooled. */
  #cooled: { readonly slip: string; readonly response: string } | undefined;

  get slip(): Latency {
    this.#thaw();
    return this.#slip!;
  }

  addResponse(response: Latency): void {
    this.#thaw();
    this.#response!.add(response);
  }

  percentiles(): { readonly p50Ms: number; readonly p99Ms: number; readonly slipP99Ms: number } {
    const wasCool = this.#cooled !== undefined;
    this.#thaw();
    const p50Ms = percentileMs(this.#response!, 50);
    const p99Ms = percentileMs(this.#response!, 99);
    const slipP99Ms = percentileMs(this.#slip!, 99);
    if (wasCool) this.cool();
    return { p50Ms, p99Ms, slipP99Ms };
  }

  /** Keeps only the encodings; false when it was cool already. */
  cool(): boolean {
    if (this.#cooled !== undefined) return false;
    this.#cooled = { slip: this.#slip!.encode(), response: this.#response!.encode() };
    this.release();
    return true;
  }

  release(): void {
    this.#slip?.release();
    this.#response?.release();
    this.#slip = undefined;
    this.#response = undefined;
  }

  #thaw(): void {
    if (this.#cooled === undefined) return;
    this.#slip = Latency.decode(this.#cooled.slip);
    this.#response = Latency.decode(this.#cooled.response);
    this.#cooled = undefined;
  }
}
