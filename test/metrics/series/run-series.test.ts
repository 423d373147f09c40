/** What is told of a run to Prometheus: bounded, cumulative where it says so, and true to what was fed. */
import { describe, expect, test } from "vitest";
import { Latency } from "../../../metrics/latency.ts";
import { outcomes } from "../../../metrics/outcome.ts";
import {
  type Labels,
  labelNames,
  type Sample,
  type SeriesName,
  type SeriesSpec,
  series,
} from "../../../metrics/series/catalog.ts";
import { openMetricsOf } from "../../../metrics/series/openmetrics.ts";
import { RunSeries } from "../../../metrics/series/run-series.ts";

const of = (count: number, ms: number): Latency => {
  const latency = Latency.blank();
  for (let at = 0; at < count; at++) latency.record(ms * 1_000);
  return latency;
};
const run = () =>
  new RunSeries({
    ...{ runId: "r1", scenario: "browse", target: "stage-04", info: { seed: "42", strategy: "F8" } },
    limitMs: 250,
  });
const second = { planned: 100, fired: 98, dropped: 2, inFlight: 3, phases: ["all"], faults: [] };
const sampled = (samples: readonly Sample[], name: SeriesName, labels: Labels = {}, part?: Sample["part"]) =>
  samples.find(
    (each) =>
      each.name === name &&
      (part === undefined || each.part === part) &&
      Object.entries(labels).every(([label, value]) => each.labels[label as keyof Labels] === value),
  )?.value;

describe("the catalogue", () => {
  test.each(Object.entries(series) as [SeriesName, SeriesSpec][])("%s", (name, { kind, help, labels }) => {
    expect(name).toMatch(/^bench_[a-z0-9_]+$/);
    expect(name).not.toMatch(/_total$|_ms$|_us$|_percent$/);
    expect(help).toMatch(/^[A-Z1].*\.$/);
    for (const label of labels) expect(labelNames).toContain(label);
    expect(labels.includes("le")).toBe(kind === "histogram");
  });
});

test("counters add up over operations and seconds; gauges are what was told last", () => {
  const told = run();
  for (const count of [40, 60]) {
    told.operation("home", { outcomes: { ok: count }, response: of(count, 10), service: of(count, 8) });
    told.second({ ...second, inFlight: count });
  }
  told.operation("buy", {
    ...{ outcomes: { ok: 1, "sold-out": 8, error: 1 } },
    ...{ response: of(10, 20), service: of(9, 15) },
  });
  const samples = told.samples();
  expect(sampled(samples, "bench_requests", { op: "home", outcome: "ok" })).toBe(100);
  expect(sampled(samples, "bench_requests", { op: "buy", outcome: "sold-out" })).toBe(8);
  expect(sampled(samples, "bench_requests_planned")).toBe(200);
  expect(sampled(samples, "bench_dropped")).toBe(4);
  expect(sampled(samples, "bench_inflight")).toBe(60);
  expect(sampled(samples, "bench_slo_all")).toBe(110);
  expect(sampled(samples, "bench_slo_good")).toBe(109);
  const home = { op: "home" };
  expect(sampled(samples, "bench_request_duration_seconds", { ...home, le: "0.01" })).toBe(100);
  expect(sampled(samples, "bench_request_duration_seconds", { ...home, le: "0.0075" })).toBe(0);
  expect(sampled(samples, "bench_request_duration_seconds", { ...home, le: "0.25" })).toBe(100);
  expect(sampled(samples, "bench_request_duration_seconds", { ...home, le: "+Inf" })).toBe(100);
  expect(sampled(samples, "bench_service_time_seconds", { op: "buy" }, "_count")).toBe(9);
});

test("what is good and late is not good for the objective, and is so once where it was bad anyway", () => {
  const told = run();
  told.operation("home", { outcomes: { ok: 10 }, response: of(10, 251), service: of(10, 1) });
  expect(sampled(told.samples(), "bench_slo_good")).toBe(0);
  const late = of(7, 10);
  late.add(of(3, 9_000));
  told.operation("home", { outcomes: { ok: 7, timeout: 3 }, response: late, service: of(10, 1) });
  expect(sampled(told.samples(), "bench_slo_good")).toBe(7);
});

test("a phase and a fault that are over are 0, and stay to be seen", () => {
  const told = run();
  told.second({ ...second, phases: ["preheat"], faults: ["kill:shop-1@5"] });
  told.second({ ...second, phases: ["open"] });
  const samples = told.samples();
  expect(sampled(samples, "bench_phase", { phase: "preheat" })).toBe(0);
  expect(sampled(samples, "bench_phase", { phase: "open" })).toBe(1);
  expect(sampled(samples, "bench_fault_active", { fault: "kill:shop-1@5" })).toBe(0);
});

test("a fault is told of every node that it is done to, and of none where it is done to the target as a whole", () => {
  const told = new RunSeries({
    ...{ runId: "r1", scenario: "browse", target: "stage-09", info: {} },
    faultNodes: new Map([["zone-lost:a@5", ["shop-1", "db-1"]]]),
  });
  told.second({ ...second, faults: ["zone-lost:a@5", "flood@9"] });
  told.second({ ...second, faults: ["flood@9"] });
  const seen = told.samples().filter(({ name }) => name === "bench_fault_active");
  expect(seen.map(({ labels, value }) => [labels.fault, labels.target_node, value])).toEqual([
    ["zone-lost:a@5", "shop-1", 0],
    ["zone-lost:a@5", "db-1", 0],
    ["flood@9", undefined, 1],
  ]);
});

test("a counter that is known as a whole never goes back", () => {
  const told = run();
  for (const count of [3, 5, 4]) told.total("bench_orders", { state: "accepted" }, count);
  expect(sampled(told.samples(), "bench_orders", { state: "accepted" }, "_total")).toBe(5);
});

test("what is announced begins at 0, and totals that are known better never go back", () => {
  const told = run();
  told.announce("home", ["ok", "error"]);
  expect(sampled(told.samples(), "bench_requests", { op: "home", outcome: "error" })).toBe(0);
  expect(sampled(told.samples(), "bench_request_duration_seconds", { op: "home", le: "+Inf" })).toBe(0);
  told.second(second);
  told.atLeast({ planned: 100, fired: 90, dropped: 10 });
  expect(sampled(told.samples(), "bench_requests_fired")).toBe(98);
  expect(sampled(told.samples(), "bench_dropped")).toBe(10);
});

test("of a run that did not keep what came of its requests it is not said that none was good", () => {
  const told = run();
  told.operation("home", { outcomes: {}, response: of(5, 10), service: of(5, 8) });
  expect(sampled(told.samples(), "bench_slo_all")).toBeUndefined();
});

test("what nobody knows is not told", () => {
  const told = run();
  told.gauge("bench_host_cpu_pressure_ratio", { agent: "0" }, Number.NaN);
  expect(sampled(told.samples(), "bench_host_cpu_pressure_ratio")).toBeUndefined();
});

test("the number of series is bounded by operations, outcomes, agents and nodes, however long it goes on", () => {
  const told = run();
  const operations = Array.from({ length: 50 }, (_, at) => `op${at}`);
  for (let atS = 0; atS < 30; atS++) {
    for (const name of operations)
      told.operation(name, {
        outcomes: Object.fromEntries(outcomes.map((outcome) => [outcome, 1])),
        ...{ response: of(8, atS + 1), service: of(8, atS + 1) },
      });
    for (let agent = 0; agent < 16; agent++)
      told.gauge("bench_agent_cpu_ratio", { agent: String(agent) }, atS / 30);
    told.second(second);
  }
  const samples = told.samples();
  const histograms = 50 * 2 * (25 + 3);
  // Of the run, its counters, of operations, of agents; rate, under way, phase and the claim.
  expect(samples.length).toBe(1 + 5 + 50 * outcomes.length + histograms + 16 + 4);
  expect(new Set(samples.map(({ name, part, labels }) => JSON.stringify([name, part, labels]))).size).toBe(
    samples.length,
  );
});

describe("as OpenMetrics", () => {
  const told = run();
  told.second(second);
  const first = told.samples();
  told.second({ ...second, phases: ['a "b"\\\n'] });
  const text = openMetricsOf([
    { epochS: 1_700_000_000, samples: first },
    { epochS: 1_700_000_001, samples: told.samples() },
  ]);

  test("families are together, with their kind, and series by series in the order of time", () => {
    expect(text.endsWith("\n# EOF\n")).toBe(true);
    const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name]) => name);
    expect(new Set(types).size).toBe(types.length);
    expect(text).toContain(
      [
        'bench_requests_planned_total{run_id="r1",scenario="browse",target="stage-04"} 100 1700000000.000',
        'bench_requests_planned_total{run_id="r1",scenario="browse",target="stage-04"} 200 1700000001.000',
      ].join("\n"),
    );
  });

  test("words with quotes and line breaks are escaped", () => {
    expect(text).toContain('phase="a \\"b\\"\\\\\\n"');
  });
});
