/**
 * Every series that a run is told by, to Prometheus while it goes on and as OpenMetrics afterwards. Base units: seconds,
 * ratios 0-1. No label holds what a shopper or a target may invent: see `labelNames`.
 */

/** A closed set, and of each only values that a plan, a stage or this code names; so series are bounded before a run starts. */
export const labelNames = [
  ...["run_id", "scenario", "target"],
  ...["strategy", "seed", "version", "verdict"],
  ...["op", "outcome", "le", "phase", "fault", "target_node", "agent", "node", "tier", "state", "invariant"],
  ...["part", "probe", "aim", "answer", "bound", "sureness"],
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
  bench_dropped: counter("Requests that were due and never sent, because the agent had too many under way."),
  bench_requests: counter("Requests that were answered or given up, by what came of them.", "op", "outcome"),
  bench_slo_all: counter("Requests that were answered or given up and are held against the objective."),
  bench_slo_good: counter("Those of them that were answered well within the claimed time."),
  bench_request_duration_seconds: histogram("Response time from the instant a request was due.", "op"),
  bench_service_time_seconds: histogram("Response time from the instant a request was really sent.", "op"),
  bench_intended_rate: gauge("Requests that were due in the last second."),
  bench_inflight: gauge("Requests under way."),
  bench_phase: gauge("1 when the phase went on since the sample before, else 0.", "phase"),
  bench_fault_active: gauge(
    "1 when the fault was in place since the sample before, else 0; one for each node that it was done to.",
    "fault",
    "target_node",
  ),
  bench_scheduler_lag_seconds: gauge(
    "How late requests were sent, p99 of a second, the worst since the sample before.",
    "agent",
  ),
  bench_event_loop_delay_seconds: gauge(
    "Delay of the agent's event loop, p99 of a second, the worst since the sample before.",
    "agent",
  ),
  bench_agent_cpu_ratio: gauge(
    "CPU of the agent in a second, of one core, the most since the sample before.",
    "agent",
  ),
  bench_agent_stall_seconds: gauge("Longest time without a heartbeat since the sample before.", "agent"),
  bench_agent_gc_pause_seconds: gauge("Longest collection of garbage since the sample before.", "agent"),
  bench_host_cpu_pressure_ratio: gauge(
    "Share of a second in which somebody on the agent's host waited for a CPU, the most since the sample before.",
    "agent",
  ),
  bench_host_steal_ratio: gauge(
    "Share of the CPUs' time that the hypervisor kept for others in a second, the most since the sample before.",
    "agent",
  ),
  bench_agent_throttled_ratio: gauge(
    "Share of scheduler periods of a second in which the agent was held back, the most since the sample before.",
    "agent",
  ),
  bench_agent_clock_error_seconds: gauge(
    "Within what the agent's clock is known on the controller's: half of the shortest round trip before the run.",
    "agent",
  ),
  bench_node_cpu_ratio: gauge(
    "Share of its CPU budget that a node used in the last seconds; of one core without budgets.",
    "node",
    "tier",
  ),
  bench_node_throttled_ratio: gauge(
    "Share of scheduler periods of the last seconds in which a node was held back.",
    "node",
    "tier",
  ),
  bench_node_cpu_mean_ratio: gauge(
    "Share of its CPU budget that a node used over the measured part.",
    "node",
    "tier",
  ),
  bench_node_throttled_mean_ratio: gauge(
    "Share of scheduler periods of the measured part in which a node was held back.",
    "node",
    "tier",
  ),
  bench_node_cpu_budget_cores: gauge("CPU budget of a node.", "node", "tier"),
  bench_stock_remaining: gauge("Units that were not sold, by the target's books."),
  bench_stock_units: gauge(
    "Units that there were, that were sold, and that were sold beyond the stock, by the target's books.",
    "state",
  ),
  bench_orders: counter("Attempts to order, by what the shoppers and the books say of them.", "state"),
  bench_invariant_violations: counter(
    "Of how many things (a stock, a database, all attempts) the check found it broken.",
    "invariant",
  ),
  bench_verdict: gauge("1 for the verdict on the run.", "verdict"),
  bench_instrument_ok: gauge("1 when nothing was found against the agents, else 0."),
  bench_run_start_seconds: gauge("Unix time at which the measured part began."),
  bench_objective_p99_seconds: gauge("Response time that 99 % of the requests are to stay within."),
  bench_objective_error_ratio: gauge("Share of requests that may have no good answer."),
  bench_fault_lasted_seconds: gauge(
    "From when the fault was seen to bite until it was seen to be gone.",
    "fault",
  ),
  bench_fault_impact_seconds: gauge("From when the fault was seen to bite until shoppers felt it.", "fault"),
  bench_fault_detect_seconds: gauge(
    "From when the fault was seen to bite until the target noticed.",
    "fault",
  ),
  bench_fault_recover_under_seconds: gauge(
    "From when the fault was seen to bite until all was well while it was on.",
    "fault",
  ),
  bench_fault_recover_seconds: gauge("From when the fault was seen to be gone until all was well.", "fault"),
  bench_fault_good_ratio: gauge(
    "Good of planned requests, while the fault was on or in the minute after it.",
    "fault",
    "part",
  ),
  bench_fault_p99_seconds: gauge("Response time before, during and after the fault.", "fault", "part"),
  bench_fault_area_lost_seconds: gauge(
    "What was lost by the fault, as seconds in which everything is.",
    "fault",
  ),
  bench_fault_lost_requests: gauge("Requests that would have been answered well without the fault.", "fault"),
  bench_fault_budget_burned_ratio: gauge("What the fault used of the errors that 30 days allow.", "fault"),
  bench_fault_amplification_ratio: gauge("Work of the hop that grew most, of what it was before.", "fault"),
  bench_fault_metastable: gauge("1 when the target stayed down after the fault was gone, else 0.", "fault"),
  bench_capacity_info: gauge("1, for a search for the knee."),
  bench_capacity_knee_rate: gauge(
    "Peak arrivals per second that were proven to be carried, and those that were not.",
    "bound",
  ),
  bench_capacity_goodput_rate: gauge("Good answers in time per second at the knee."),
  bench_capacity_p99_seconds: gauge("Response time at the knee, the highest of its proofs."),
  bench_capacity_objective_p99_seconds: gauge("Response time that was to be kept."),
  bench_capacity_node_cpu_ratio: gauge(
    "Share of its CPU budget that a node used at the knee.",
    "node",
    "tier",
  ),
  bench_capacity_node_throttled_ratio: gauge(
    "Share of scheduler periods in which a node was held back at the knee.",
    "node",
    "tier",
  ),
  bench_capacity_saturated: gauge(
    "1 for the tier that was full first, and how sure that is.",
    "tier",
    "sureness",
  ),
  bench_capacity_back_after_seconds: gauge("From the end of an overload until all was well."),
  bench_probe_rate: gauge(
    "Peak arrivals per second of a probe, and what it found.",
    "probe",
    "aim",
    "answer",
  ),
  bench_probe_offered_rate: gauge("Requests per second that were due in a probe.", "probe"),
  bench_probe_completed_rate: gauge("Complete answers per second of a probe.", "probe"),
  bench_probe_good_rate: gauge("Good answers in time per second of a probe.", "probe"),
  bench_probe_p50_seconds: gauge("Median response time of a probe.", "probe"),
  bench_probe_p99_seconds: gauge("Response time of a probe.", "probe"),
  bench_probe_node_cpu_ratio: gauge(
    "Share of its CPU budget that a node used in a probe.",
    "probe",
    "node",
    "tier",
  ),
} as const satisfies Readonly<Record<string, SeriesSpec>>;

export type SeriesName = keyof typeof series;

/** One value. `part` is what the kind adds to the name; none for a gauge. */
export interface Sample {
  readonly name: SeriesName;
  readonly part: "" | "_total" | "_bucket" | "_sum" | "_count";
  readonly labels: Labels;
  readonly value: number;
}
