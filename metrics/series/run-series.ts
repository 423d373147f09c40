/** What is known of a run so far, as samples. Fed by the second, while the run goes on or when it is told again. */
import type { Latency } from "../latency.ts";
import { isGood, type Outcome } from "../outcome.ts";
import { type Labels, runLabels, type Sample, type SeriesName, series } from "./catalog.ts";
import { boundsMs, LatencyBuckets } from "./latency-buckets.ts";

export interface RunDescribed {
  readonly runId: string;
  readonly scenario: string;
  readonly target: string;
  /** Of the seed, the strategy, the version of bench. */
  readonly info: Labels;
  /** What the target claims of its p99; a good answer that takes longer is not good for the objective. */
  readonly limitMs?: number;
  /** Share of requests that the target claims to answer badly at most. */
  readonly errorRatio?: number;
  /** Whatever else latencies are held against: all are bounds of the histograms. */
  readonly otherLimitsMs?: readonly number[];
  /** Ids of faults, with the nodes that they are done to. */
  readonly faultNodes?: ReadonlyMap<string, readonly string[]>;
}

/** Of all agents together. */
export interface SecondTold {
  readonly planned: number;
  readonly fired: number;
  readonly dropped: number;
  readonly inFlight: number;
  /** Those that went on since the last sample. */
  readonly phases: readonly string[];
  /** Ids of those in place since the last sample. */
  readonly faults: readonly string[];
}

export interface OperationTold {
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
  readonly response: Latency;
  readonly service: Latency;
}

export class RunSeries {
  readonly #run: Labels;
  readonly #info: Labels;
  readonly #limitMs: number | undefined;
  readonly #bounds: readonly number[];
  readonly #faultNodes: ReadonlyMap<string, readonly string[]>;
  readonly #operations = new Map<string, OperationSoFar>();
  readonly #totals = { planned: 0, fired: 0, dropped: 0, sloAll: 0, sloGood: 0 };
  /** Gauges, and counters that are known as a whole. */
  readonly #told = new Map<string, Sample>();

  constructor(described: RunDescribed) {
    const { runId, scenario, target, info, limitMs, errorRatio, otherLimitsMs = [] } = described;
    this.#run = { run_id: runId, scenario, target };
    this.#info = info;
    this.#limitMs = limitMs;
    this.#faultNodes = described.faultNodes ?? new Map();
    this.#bounds = boundsMs([...otherLimitsMs, ...(limitMs === undefined ? [] : [limitMs])]);
    if (limitMs !== undefined) this.gauge("bench_objective_p99_seconds", {}, limitMs / 1_000);
    if (errorRatio !== undefined) this.gauge("bench_objective_error_ratio", {}, errorRatio);
  }

  /** The measured part, Unix time. */
  began(epochS: number): void {
    this.gauge("bench_run_start_seconds", {}, epochS);
  }

  /** Requests of one operation that were answered or given up. */
  operation(name: string, { outcomes, response, service }: OperationTold): void {
    const seen = this.#operation(name);
    let [all, good] = [0, 0];
    for (const [outcome, count = 0] of Object.entries(outcomes) as [Outcome, number][]) {
      seen.outcomes.set(outcome, (seen.outcomes.get(outcome) ?? 0) + count);
      all += count;
      if (isGood(outcome)) good += count;
    }
    seen.response.add(response);
    seen.service.add(service);
    // Late answers are taken to be among the bad ones as far as there are any: no more than so many are good in time.
    const late = this.#limitMs === undefined ? 0 : response.countAbove(this.#limitMs * 1_000);
    this.#totals.sloAll += all;
    this.#totals.sloGood += Math.min(good, Math.max(0, response.count - late));
  }

  /** Says that these will come, so that they begin at 0: what first appears with a value has no rate. */
  announce(operation: string, outcomes: Iterable<Outcome>): void {
    const seen = this.#operation(operation);
    for (const outcome of outcomes) if (!seen.outcomes.has(outcome)) seen.outcomes.set(outcome, 0);
  }

  second(told: SecondTold): void {
    this.count(told);
    this.now(told);
  }

  /** More requests that were due, sent or thrown away. */
  count({ planned, fired, dropped }: Pick<SecondTold, "planned" | "fired" | "dropped">): void {
    this.#totals.planned += planned;
    this.#totals.fired += fired;
    this.#totals.dropped += dropped;
  }

  /** How it is now. */
  now({
    planned,
    inFlight,
    phases,
    faults,
  }: Pick<SecondTold, "planned" | "inFlight" | "phases" | "faults">): void {
    this.gauge("bench_intended_rate", {}, planned);
    this.gauge("bench_inflight", {}, inFlight);
    for (const [key, sample] of [...this.#told])
      if (sample.name === "bench_fault_active" || sample.name === "bench_phase")
        this.#told.set(key, { ...sample, value: 0 });
    for (const phase of phases) this.gauge("bench_phase", { phase }, 1);
    for (const fault of faults)
      for (const labels of this.#whereOf(fault)) this.gauge("bench_fault_active", { fault, ...labels }, 1);
  }

  /** Totals that are known by another way: a counter never goes back. */
  atLeast({ planned, fired, dropped }: Pick<SecondTold, "planned" | "fired" | "dropped">): void {
    this.#totals.planned = Math.max(this.#totals.planned, planned);
    this.#totals.fired = Math.max(this.#totals.fired, fired);
    this.#totals.dropped = Math.max(this.#totals.dropped, dropped);
  }

  /** What is so from now on; NaN is what nobody knows, and is not told. */
  gauge(name: SeriesName, labels: Labels, value: number): void {
    if (Number.isNaN(value)) return;
    const all = { ...this.#run, ...labels };
    this.#told.set(`${name} ${JSON.stringify(all)}`, { name, part: "", labels: all, value });
  }

  /** A counter that is known as a whole: it never goes back. */
  total(name: SeriesName, labels: Labels, value: number): void {
    const all = { ...this.#run, ...labels };
    const key = `${name} ${JSON.stringify(all)}`;
    const former = this.#told.get(key)?.value ?? 0;
    this.#told.set(key, { name, part: "_total", labels: all, value: Math.max(former, value) });
  }

  /** No more is told of these gauges. */
  forget(names: readonly SeriesName[]): void {
    for (const [key, { name }] of [...this.#told]) if (names.includes(name)) this.#told.delete(key);
  }

  /** As of now, series by series in the order of the catalogue. */
  samples(): readonly Sample[] {
    const found = [...this.#described(), ...this.#counters(), ...this.#histograms(), ...this.#told.values()];
    return found.toSorted((a, b) => placeOf.get(a.name)! - placeOf.get(b.name)!);
  }

  /** A fault on the target as a whole has no node of its own. */
  #whereOf(fault: string): readonly Labels[] {
    const nodes = this.#faultNodes.get(fault) ?? [];
    return nodes.length === 0 ? [{}] : nodes.map((node) => ({ target_node: node }));
  }

  #operation(name: string): OperationSoFar {
    let seen = this.#operations.get(name);
    if (seen === undefined) this.#operations.set(name, (seen = new OperationSoFar(this.#bounds)));
    return seen;
  }

  #described(): readonly Sample[] {
    return [{ name: "bench_run_info", part: "", labels: { ...this.#run, ...this.#info }, value: 1 }];
  }

  #counters(): readonly Sample[] {
    const { planned, fired, dropped, sloAll, sloGood } = this.#totals;
    const of = (name: SeriesName, value: number, labels: Labels = {}): Sample => ({
      ...{ name, part: "_total", labels: { ...this.#run, ...labels }, value },
    });
    return [
      of("bench_requests_planned", planned),
      of("bench_requests_fired", fired),
      of("bench_dropped", dropped),
      ...[...this.#operations].flatMap(([op, { outcomes }]) =>
        [...outcomes].map(([outcome, count]) => of("bench_requests", count, { op, outcome })),
      ),
      // Of runs that did not keep what came of single requests nobody knows how many were good.
      ...(sloAll === 0 && this.#hasSettled()
        ? []
        : [of("bench_slo_all", sloAll), of("bench_slo_good", sloGood)]),
    ];
  }

  #hasSettled(): boolean {
    return [...this.#operations.values()].some(({ response }) => response.count > 0);
  }

  #histograms(): readonly Sample[] {
    return [...this.#operations].flatMap(([op, { response, service }]) => [
      ...this.#histogram("bench_request_duration_seconds", op, response),
      ...this.#histogram("bench_service_time_seconds", op, service),
    ]);
  }

  #histogram(name: SeriesName, op: string, buckets: LatencyBuckets): readonly Sample[] {
    const labels = { ...this.#run, op };
    const below = buckets.belowEach();
    return [
      ...buckets.boundsMs.map(
        (bound, at): Sample => ({
          ...{ name, part: "_bucket", value: below[at] ?? 0 },
          labels: { ...labels, le: canonical(bound / 1_000) },
        }),
      ),
      { name, part: "_bucket", labels: { ...labels, le: "+Inf" }, value: buckets.count },
      { name, part: "_sum", labels, value: buckets.sumS },
      { name, part: "_count", labels, value: buckets.count },
    ];
  }
}

/** In the catalogue. */
const placeOf: ReadonlyMap<string, number> = new Map(Object.keys(series).map((name, place) => [name, place]));

/** As OpenMetrics writes numbers: a whole one has a point as well. */
const canonical = (value: number): string => (Number.isInteger(value) ? `${value}.0` : String(value));

class OperationSoFar {
  readonly outcomes = new Map<Outcome, number>();
  readonly response: LatencyBuckets;
  readonly service: LatencyBuckets;

  constructor(bounds: readonly number[]) {
    this.response = new LatencyBuckets(bounds);
    this.service = new LatencyBuckets(bounds);
  }
}

/** In the order in which they are written. */
export const labelsInOrder = (labels: Labels): readonly (readonly [string, string])[] =>
  (Object.entries(labels) as [keyof Labels, string][]).toSorted(
    ([a], [b]) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1),
  );

const rankOf = (name: keyof Labels): number => {
  const at = (runLabels as readonly string[]).indexOf(name);
  return at < 0 ? runLabels.length : at;
};
