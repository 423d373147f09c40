/** One second of all agents together. Keeps its histogram only as long as it may still change. */
import type { Counts } from "./interval.ts";
import { Latency } from "./latency.ts";
import type { Outcome } from "./outcome.ts";
import { percentileMs } from "./percentiles.ts";
import { type SecondHealth, worse } from "./second-health.ts";
import { noTenths } from "./tenths.ts";
import type { Settled } from "./timeline-second.ts";

/** What there is to know of the response times without their histogram. */
interface Cooled {
  readonly encoded: string;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** How many were settled, and of these how many were no good answer, and how many came too late for one. */
export interface OperationInSecond {
  readonly settled: number;
  readonly bad: number;
  readonly late: number;
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
  /** Of the requests planned in this second, by operation; filled only where somebody wants to know. */
  readonly #operations = new Map<string, OperationInSecond>();
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

  addOperation(operation: string, more: OperationInSecond): void {
    const { settled = 0, bad = 0, late = 0 } = this.#operations.get(operation) ?? {};
    this.#operations.set(operation, {
      settled: settled + more.settled,
      bad: bad + more.bad,
      late: late + more.late,
    });
  }

  /** In the order of their names. */
  operations(): Readonly<Record<string, Settled>> {
    return Object.fromEntries(
      [...this.#operations]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, { settled, bad, late }]) => [name, { settled, good: settled - Math.max(bad, late) }]),
    );
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
