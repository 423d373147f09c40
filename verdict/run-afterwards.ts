/** What is known of a run only when all is over, as series: nodes, books, what each fault cost, the verdict. */
import type { RunSeries } from "../metrics/series/run-series.ts";
import { type Recovery, recoveries } from "./recovery/recovery.ts";
import type { Judged } from "./reports/report.ts";
import { correctnessOf } from "./result.ts";

export function tellAfterwards(run: RunSeries, judged: Judged): void {
  const { evidence, verdict } = judged;
  for (const { name: node, tier, cpuUsedRatio, throttledRatio, cpuBudgetMillicores } of evidence.nodes) {
    run.gauge("bench_node_cpu_mean_ratio", { node, tier }, cpuUsedRatio);
    run.gauge("bench_node_throttled_mean_ratio", { node, tier }, throttledRatio);
    run.gauge("bench_node_cpu_budget_cores", { node, tier }, cpuBudgetMillicores / 1_000);
  }
  for (const { id, clockErrorMs } of evidence.agents)
    run.gauge("bench_agent_clock_error_seconds", { agent: id.replace(/^agent-/, "") }, clockErrorMs / 1_000);
  tellBooks(run, judged);
  for (const recovery of recoveries(evidence)) tellRecovery(run, recovery);
  const broken = new Map<string, number>();
  for (const { check, kind, status } of verdict.findings)
    if (kind === "correctness" && status !== "inconclusive")
      broken.set(check, (broken.get(check) ?? 0) + Number(status === "refuted"));
  for (const [invariant, count] of broken) run.total("bench_invariant_violations", { invariant }, count);
  const isFit = verdict.findings.every(({ check, status }) => !ofAgents.has(check) || status === "upheld");
  run.gauge("bench_instrument_ok", {}, Number(isFit));
  run.gauge("bench_verdict", { verdict: verdict.status }, 1);
}

/** Checks of our own agents; others of the instrument are about faults and what was kept. */
const ofAgents: ReadonlySet<string> = new Set(["own-health", "agents-present"]);

function tellBooks(run: RunSeries, { evidence, tally }: Judged): void {
  const books = correctnessOf(evidence, tally);
  if (books === null) return;
  const { stockInitial, sold, remaining, oversold } = books;
  run.gauge("bench_stock_remaining", {}, remaining);
  for (const [state, units] of Object.entries({ initial: stockInitial, sold, oversold }))
    run.gauge("bench_stock_units", { state }, units);
  const { accepted, rejected, indeterminate, lost, phantom, duplicates } = books;
  const attempts = { accepted, rejected, unknown: indeterminate, lost, phantom, duplicate: duplicates };
  for (const [state, count] of Object.entries(attempts)) run.total("bench_orders", { state }, count);
}

/** What nobody knows is not told: a target that did not get over a fault has no time in which it did. */
function tellRecovery(run: RunSeries, recovery: Recovery): void {
  const { fault, times, tails, window, budget, metastable, noticed, amplification } = recovery;
  const parts = { before: tails.before, during: tails.during, "first-10s": tails.first10S, rest: tails.rest };
  // What was never answered counts as infinitely long.
  for (const [part, tail] of Object.entries(parts))
    run.gauge("bench_fault_p99_seconds", { fault, part }, finite(tail?.p99Ms) / 1_000);
  const told = {
    bench_fault_lasted_seconds: recovery.lastedS,
    bench_fault_impact_seconds: times?.toImpactS,
    bench_fault_recover_under_seconds: times?.underFaultS,
    bench_fault_recover_seconds: times?.afterClearS,
    bench_fault_detect_seconds: noticed?.detectS,
    bench_fault_area_lost_seconds: window.loss?.areaLostS,
    bench_fault_lost_requests: window.loss?.lostGood,
    bench_fault_budget_burned_ratio: budget?.burnedRatio,
    bench_fault_amplification_ratio: amplification?.worst?.factor,
    bench_fault_metastable:
      metastable?.isMetastable === undefined ? undefined : Number(metastable.isMetastable),
  } as const;
  for (const [name, value] of Object.entries(told) as [keyof typeof told, number | undefined][])
    run.gauge(name, { fault }, finite(value));
  run.gauge("bench_fault_good_ratio", { fault, part: "during" }, finite(recovery.duringRatio));
  run.gauge("bench_fault_good_ratio", { fault, part: "after" }, finite(recovery.afterRatio));
}

const finite = (value: number | undefined): number =>
  value === undefined || !Number.isFinite(value) ? Number.NaN : value;
