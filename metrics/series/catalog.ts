/**
 * Every series that a run is told by, to Prometheus while it goes on and as OpenMetrics afterwards. Base units: seconds,
 * ratios 0-1. No label holds what a shopper or a target may invent: see `labelNames`.
 */

/** A closed set, and of each only values that a plan, a stage or this code names; so series are bounded before a run starts. */
export const labelNames = [
  ...["run_id", "scenario", "target"],
  ...["strategy", "seed", "version", "verdict"],
  ...["op", "outcome", "le", "phase", "fault", "agent", "node", "tier", "state", "invariant"],
] as const;

export type LabelName = (typeof labelNames)[number];
export type Labels = Readonly<Partial<Record<LabelName, string>>>;

export interface SeriesSpec {
  readonly kind: "counter" | "gauge" | "histogram";
  /** One sentence. */
  readonly help: string;
  /** Besides those of the run. */
  readonly labels: readonly LabelName[];
}

/** Every series has these. */
export const runLabels = ["run_id", "scenario", "target"] as const satisfies readonly LabelName[];

const counter = (help: string, ...labels: readonly LabelName[]): SeriesSpec => ({
  ...{ kind: "counter", help, labels },
});
const gauge = (help: string, ...labels: readonly LabelName[]): SeriesSpec => ({
  ...{ kind: "gauge", help, labels },
});
const histogram = (help: string, ...labels: readonly LabelName[]): SeriesSpec => ({
  ...{ kind: "histogram", help, labels: [...labels, "le"] },
});

/** By name, without what the kind adds to it: `_total`, `_bucket`, `_sum`, `_count`. */
export const series = {
  bench_run_info: gauge("1, with what else is known of the run.", "strategy", "seed", "version"),
  bench_requests_planned: counter("Requests that were due."),
  bench_requests_fired: counter("Requests that were sent."),
  bench_requests_dropped: counter(
    "Requests that were due and never sent, because the agent had too many under way.",
  ),
  bench_requests: counter("Requests that were answered or given up, by what came of them.", "op", "outcome"),
  bench_slo_all: counter("Requests that were answered or given up and are held against the objective."),
  bench_slo_good: counter("Those of them that were answered well within the claimed time."),
  bench_request_duration_seconds: histogram("Response time from the instant a request was due.", "op"),
  bench_service_time_seconds: histogram("Response time from the instant a request was really sent.", "op"),
  bench_intended_rate: gauge("Requests that were due in the last second."),
  bench_inflight: gauge("Requests under way."),
  bench_phase: gauge("1 when the phase went on since the sample before, else 0.", "phase"),
  bench_fault_active: gauge("1 when the fault was in place since the sample before, else 0.", "fault"),
  bench_scheduler_lag_seconds: gauge(
    "How late requests were sent, p99 of a second, the worst since the sample before.",
    "agent",
  ),
  bench_event_loop_delay_seconds: gauge("Delay of the agent's event loop, p99 of the last second.", "agent"),
  bench_agent_cpu_ratio: gauge("CPU of the agent in the last second, of one core.", "agent"),
  bench_agent_stall_seconds: gauge("Longest time without a heartbeat in the last second.", "agent"),
  bench_agent_gc_pause_seconds: gauge("Longest collection of garbage in the last second.", "agent"),
  bench_host_cpu_pressure_ratio: gauge(
    "Share of the last second in which somebody on the agent's host waited for a CPU.",
    "agent",
  ),
  bench_node_cpu_ratio: gauge(
    "Share of its CPU budget that a node used over the measured part.",
    "node",
    "tier",
  ),
  bench_node_throttled_ratio: gauge(
    "Share of scheduler periods in which a node was held back.",
    "node",
    "tier",
  ),
  bench_node_cpu_budget_cores: gauge("CPU budget of a node.", "node", "tier"),
  bench_stock_units: gauge("Units of what was sold, by the target's books.", "state"),
  bench_attempts: gauge("Attempts to buy, by what the books and the shoppers say of them.", "state"),
  bench_invariant_violations: gauge(
    "Of how many things (a stock, a database, all attempts) the check found it broken.",
    "invariant",
  ),
  bench_verdict: gauge("1 for the verdict on the run.", "verdict"),
} as const satisfies Readonly<Record<string, SeriesSpec>>;

export type SeriesName = keyof typeof series;

/** One value. `part` is what the kind adds to the name; none for a gauge. */
export interface Sample {
  readonly name: SeriesName;
  readonly part: "" | "_total" | "_bucket" | "_sum" | "_count";
  readonly labels: Labels;
  readonly value: number;
}
