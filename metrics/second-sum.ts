/** One second of all agents together. Keeps its histogram only as long as it may still change. */
import type { Counts } from "./interval.ts";
import { Latency } from "./latency.ts";
import type { Outcome } from "./outcome.ts";
import { percentileMs } from "./percentiles.ts";
import { type SecondHealth, worse } from "./second-health.ts";
import { noTenths } from "./tenths.ts";

/** What there is to know of the response times without their histogram. */
interface Cooled {
  readonly encoded: string;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export class SecondSum {
  agents = 0;
  phase = "";
  counts: Counts | undefined;
  bad = 0;
  /** Of the requests planned in this second. */
  readonly outcomes: Partial<Record<Outcome, number>> = {};
  /** Of the requests planned in this second. */
  readonly tenths = noTenths();
  #health: SecondHealth | undefined;
  #response: Latency | undefined = Latency.blank();
  /** Present once it has cooled. */
  #cooled: Cooled | undefined;

  /** Absent until an agent has reported. */
  get health(): SecondHealth | undefined {
    return this.#health;
  }

  addHealth(health: SecondHealth): void {
    this.#health = this.#health === undefined ? health : worse(this.#health, health);
  }

  addResponse(response: Latency): void {
    if (this.#cooled !== undefined) {
      this.#response = Latency.decode(this.#cooled.encoded);
      this.#cooled = undefined;
    }
    this.#response!.add(response);
  }

  /** V2 encoding of the response times, microseconds. */
  get response(): string {
    return this.#cooled?.encoded ?? this.#response!.encode();
  }

  percentiles(): { readonly p50Ms: number; readonly p99Ms: number } {
    const { p50Ms, p99Ms } = this.#cooled ?? percentilesOf(this.#response!);
    return { p50Ms, p99Ms };
  }

  /** Keeps only the encoding; false when it was cool already. */
  cool(): boolean {
    if (this.#cooled !== undefined) return false;
    const response = this.#response!;
    this.#cooled = { encoded: response.encode(), ...percentilesOf(response) };
    this.release();
    return true;
  }

  release(): void {
    this.#response?.release();
    this.#response = undefined;
  }
}

const percentilesOf = (response: Latency) => ({
  p50Ms: percentileMs(response, 50),
  p99Ms: percentileMs(response, 99),
});
