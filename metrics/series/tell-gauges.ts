/** What is known of agents and nodes at one moment, as series: the same while a run goes on and when it is told again. */
import type { SecondHealth } from "../second-health.ts";
import type { RunSeries } from "./run-series.ts";

export function tellAgent(run: RunSeries, agent: string, seen: SecondHealth): void {
  run.gauge("bench_scheduler_lag_seconds", { agent }, seen.slipP99Ms / 1_000);
  run.gauge("bench_event_loop_delay_seconds", { agent }, seen.eventLoopDelayP99Ms / 1_000);
  run.gauge("bench_agent_cpu_ratio", { agent }, seen.agentCpuRatio);
  run.gauge("bench_agent_stall_seconds", { agent }, seen.stalledMs / 1_000);
  run.gauge("bench_agent_gc_pause_seconds", { agent }, seen.gcPauseMs / 1_000);
  run.gauge("bench_agent_throttled_ratio", { agent }, seen.throttledRatio ?? Number.NaN);
  run.gauge("bench_host_cpu_pressure_ratio", { agent }, seen.cpuSomeRatio ?? Number.NaN);
  run.gauge("bench_host_steal_ratio", { agent }, seen.stealRatio ?? Number.NaN);
}

/** How a node was between two looks. */
export interface NodeUsed {
  readonly node: string;
  readonly tier: string;
  /** Of its budget; of one core where there are no budgets. */
  readonly cpuUsedRatio: number;
  /** Share of scheduler periods in which it was held back. */
  readonly throttledRatio: number;
}

export function tellNode(run: RunSeries, { node, tier, cpuUsedRatio, throttledRatio }: NodeUsed): void {
  run.gauge("bench_node_cpu_ratio", { node, tier }, cpuUsedRatio);
  run.gauge("bench_node_throttled_ratio", { node, tier }, throttledRatio);
}
