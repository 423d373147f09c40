/**
 * What all agents reported of one second, as if one agent had seen it all. Exact: histograms add up, percentiles come
 * after. Filled as the intervals come, so that a thousand of them need the memory of one.
 */
import type { Interval, LatencyDelta } from "./interval.ts";
import { Latency } from "./latency.ts";
import { addOutcomes } from "./merge.ts";

/** The answers that became known in this second to one operation's requests of one planned second. */
export interface Tally {
  readonly plannedSecond: number;
  readonly operation: string;
  readonly outcomes: LatencyDelta["outcomes"];
  readonly response: Latency;
  readonly service: Latency;
}

/** Release it when its histograms have gone where they belong. */
export class ReportedSecond {
  readonly second: number;
  readonly slip = Latency.blank();
  readonly connectionWait = Latency.blank();
  readonly eventLoopDelay = Latency.blank();
  readonly #tallies = new Map<number, Map<string, Tally>>();

  constructor(second: number) {
    this.second = second;
  }

  /** @throws when it is the interval of another second, or not one: it may have been added in part then */
  add({ second, latencies, health }: Pick<Interval, "second" | "latencies" | "health">): void {
    if (second !== this.second) throw new Error(`second ${second} is not second ${this.second}`);
    this.slip.addPacked(health.slip);
    this.connectionWait.addPacked(health.connectionWait);
    this.eventLoopDelay.addPacked(health.eventLoopDelay);
    for (const { plannedSecond, operation, outcomes, response, service } of latencies) {
      const tally = this.#tally(plannedSecond, operation);
      addOutcomes(tally.outcomes, outcomes);
      tally.response.addPacked(response);
      tally.service.addPacked(service);
    }
  }

  /** By planned second, then by operation in the order of code units, so that every machine sorts alike. */
  tallies(): readonly Tally[] {
    return [...this.#tallies]
      .toSorted(([a], [b]) => a - b)
      .flatMap(([, ofSecond]) =>
        [...ofSecond].toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, tally]) => tally),
      );
  }

  release(): void {
    for (const latency of [this.slip, this.connectionWait, this.eventLoopDelay]) latency.release();
    for (const { response, service } of this.tallies()) {
      response.release();
      service.release();
    }
    this.#tallies.clear();
  }

  #tally(plannedSecond: number, operation: string): Tally {
    let ofSecond = this.#tallies.get(plannedSecond);
    if (ofSecond === undefined) this.#tallies.set(plannedSecond, (ofSecond = new Map()));
    let tally = ofSecond.get(operation);
    if (tally === undefined) {
      const [response, service] = [Latency.blank(), Latency.blank()];
      ofSecond.set(operation, (tally = { plannedSecond, operation, outcomes: {}, response, service }));
    }
    return tally;
  }
}
