/** The measured drive of a run, told to whoever asks while it goes on. Asking costs; being told costs next to nothing. */
import type { Counts } from "../metrics/interval.ts";
import { type Booked, outcomes } from "../metrics/outcome.ts";
import type { Tally } from "../metrics/reported-second.ts";
import { type SecondHealth, worse } from "../metrics/second-health.ts";
import type { Sample, SeriesName } from "../metrics/series/catalog.ts";
import { type RunDescribed, RunSeries } from "../metrics/series/run-series.ts";
import { type NodeUsed, tellAgent, tellNode } from "../metrics/series/tell-gauges.ts";
import type { TimelineSecond } from "../metrics/timeline-second.ts";

/** What a drive tells as it learns of it. */
export interface LiveFeed {
  /** @param measuredEpochMs when the measured part begins */
  began(measuredEpochMs: number): void;
  /** Of one agent in one second of the measured part. */
  counted(counts: Counts): void;
  agent(agent: number, health: SecondHealth): void;
  booked(booked: Booked): void;
  /** Of requests of the measured part; their histograms are released afterwards. */
  settled(tallies: readonly Tally[]): void;
  second(seen: TimelineSecond): void;
  nodes(used: readonly NodeUsed[]): void;
  /** The drive is over: what is so now is known no more, what was counted stands. */
  ended(): void;
}

/** What is known of the last seconds only. */
const momentary: readonly SeriesName[] = [
  "bench_scheduler_lag_seconds",
  "bench_event_loop_delay_seconds",
  "bench_agent_cpu_ratio",
  "bench_agent_stall_seconds",
  "bench_agent_gc_pause_seconds",
  "bench_agent_throttled_ratio",
  "bench_host_cpu_pressure_ratio",
  "bench_host_steal_ratio",
  "bench_node_cpu_ratio",
  "bench_node_throttled_ratio",
];

const stateOf = {
  accepted: "accepted",
  rejected: "rejected",
  indeterminate: "unknown",
  "never-sent": undefined,
} as const satisfies Readonly<Record<Booked, string | undefined>>;

export class LiveRun implements LiveFeed {
  /** For what is known only when all is over. */
  readonly series: RunSeries;
  readonly #attempts = { accepted: 0, rejected: 0, unknown: 0 };
  #hasAttempts = false;
  /** Since somebody last asked: a fault of two seconds must not fall between two looks. */
  readonly #phases = new Set<string>();
  readonly #faults = new Set<string>();
  readonly #agents = new Map<number, SecondHealth>();
  #latest: TimelineSecond | undefined;

  /** @param operations those of the scenario: all their series begin at 0 */
  constructor(described: RunDescribed, operations: Iterable<string>) {
    this.series = new RunSeries(described);
    for (const operation of operations) this.series.announce(operation, outcomes);
  }

  began(measuredEpochMs: number): void {
    this.series.began(measuredEpochMs / 1_000);
  }

  counted(counts: Counts): void {
    this.series.count(counts);
  }

  agent(agent: number, health: SecondHealth): void {
    const before = this.#agents.get(agent);
    this.#agents.set(agent, before === undefined ? health : worse(before, health));
  }

  booked(booked: Booked): void {
    const state = stateOf[booked];
    if (state === undefined) return;
    this.#hasAttempts = true;
    this.#attempts[state]++;
  }

  settled(tallies: readonly Tally[]): void {
    for (const { operation, outcomes: seen, response, service } of tallies)
      this.series.operation(operation, { outcomes: seen, response, service });
  }

  second(seen: TimelineSecond): void {
    this.#latest = seen;
    this.#phases.add(seen.phase);
    for (const fault of seen.faults ?? []) this.#faults.add(fault);
  }

  nodes(used: readonly NodeUsed[]): void {
    for (const each of used) tellNode(this.series, each);
  }

  ended(): void {
    this.#latest = undefined;
    this.#agents.clear();
    this.#phases.clear();
    this.#faults.clear();
    this.series.now({ planned: 0, inFlight: 0, phases: [], faults: [] });
    this.series.forget(momentary);
  }

  /**
   * As of now; what is told of a time is of that since the last look of a Prometheus.
   * @param isScrape whether it is one: whoever else looks takes nothing away from it
   */
  look(isScrape = true): readonly Sample[] {
    const { series } = this;
    if (this.#latest !== undefined) {
      const { planned, inFlight, phase, faults = [] } = this.#latest;
      series.now({ planned, inFlight, phases: [...this.#phases], faults: [...this.#faults] });
      if (isScrape) {
        this.#phases.clear();
        this.#faults.clear();
        this.#phases.add(phase);
        for (const fault of faults) this.#faults.add(fault);
      }
    }
    for (const [agent, health] of this.#agents) tellAgent(series, String(agent), health);
    if (isScrape) this.#agents.clear();
    if (this.#hasAttempts)
      for (const [state, count] of Object.entries(this.#attempts))
        series.total("bench_orders", { state }, count);
    return series.samples();
  }
}
