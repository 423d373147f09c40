/** A search for the knee as a Prometheus would have been told of it: the same for as long as it took, for probes have no time of their own. */
import type { Labels, Sample, SeriesName } from "../../metrics/series/catalog.ts";
import { openMetricsOf } from "../../metrics/series/openmetrics.ts";
import type { CapacitySeen, Knee } from "./capacity-seen.ts";
import type { ProbeSeen } from "./probe.ts";

/** Prometheus forgets what it has not heard of for five minutes. */
const everyS = 60;

/** OpenMetrics text with timestamps. */
export function searchSeries(seen: CapacitySeen): string {
  const fromS = Date.parse(seen.startedAt) / 1_000;
  const steps = Math.max(1, Math.ceil(seen.tookS / everyS));
  const samples = samplesOf(seen);
  return openMetricsOf(
    Array.from({ length: steps + 1 }, (_, step) => ({
      epochS: fromS + (seen.tookS * step) / steps,
      samples,
    })),
  );
}

function samplesOf(seen: CapacitySeen): readonly Sample[] {
  const { runId, scenario, target, objective, knee, probes, saturated, afterOverload } = seen;
  const run: Labels = { run_id: runId, scenario, target };
  const gauge: Gauge = (name, value, labels = {}) =>
    value === undefined || !Number.isFinite(value)
      ? []
      : [{ name, part: "", labels: { ...run, ...labels }, value }];
  return [
    ...gauge("bench_capacity_info", 1),
    ...gauge("bench_capacity_objective_p99_seconds", objective.p99Ms / 1_000),
    ...(knee === undefined ? [] : ofKnee(gauge, knee)),
    ...(saturated?.tier === undefined
      ? []
      : gauge("bench_capacity_saturated", 1, { tier: saturated.tier, sureness: saturated.sureness })),
    ...gauge("bench_capacity_back_after_seconds", afterOverload?.backAfterS),
    ...probes.flatMap((probe, index) => ofProbe(gauge, probe, String(index + 1).padStart(2, "0"))),
  ];
}

type Gauge = (name: SeriesName, value: number | undefined, labels?: Labels) => readonly Sample[];

const ofKnee = (gauge: Gauge, knee: Knee): readonly Sample[] => [
  ...gauge("bench_capacity_knee_rate", knee.ratePerS, { bound: "carried" }),
  ...gauge("bench_capacity_knee_rate", knee.belowPerS, { bound: "not-carried" }),
  ...gauge("bench_capacity_goodput_rate", knee.goodPerS),
  ...gauge("bench_capacity_p99_seconds", knee.p99Ms / 1_000),
  ...knee.nodes.flatMap(({ name: node, tier, cpuUsedRatio, throttledRatio }) => [
    ...gauge("bench_capacity_node_cpu_ratio", cpuUsedRatio, { node, tier }),
    ...gauge("bench_capacity_node_throttled_ratio", throttledRatio, { node, tier }),
  ]),
];

const ofProbe = (gauge: Gauge, seen: ProbeSeen, probe: string): readonly Sample[] => [
  ...gauge("bench_probe_rate", seen.ratePerS, { probe, aim: seen.aim, answer: seen.answer }),
  ...gauge("bench_probe_offered_rate", seen.offeredPerS, { probe }),
  ...gauge("bench_probe_completed_rate", seen.completedPerS, { probe }),
  ...gauge("bench_probe_good_rate", seen.goodPerS, { probe }),
  ...gauge("bench_probe_p50_seconds", seen.p50Ms / 1_000, { probe }),
  ...gauge("bench_probe_p99_seconds", seen.p99Ms / 1_000, { probe }),
  ...seen.nodes.flatMap(({ name: node, tier, cpuUsedRatio }) =>
    gauge("bench_probe_node_cpu_ratio", cpuUsedRatio, { probe, node, tier }),
  ),
];
