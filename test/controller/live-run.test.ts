/** What is told while a run goes on: nothing falls between two looks, and there are no more series than the plan has parts. */
import { describe, expect, test } from "vitest";
import { LiveRun } from "../../controller/live-run.ts";
import { Latency } from "../../metrics/latency.ts";
import { Recorder } from "../../metrics/recorder.ts";
import { ReportedSecond } from "../../metrics/reported-second.ts";
import type { SecondHealth } from "../../metrics/second-health.ts";
import type { Labels, Sample, SeriesName } from "../../metrics/series/catalog.ts";
import type { TimelineSecond } from "../../metrics/timeline-second.ts";
import { calm } from "../metrics/calm.ts";

const described = { runId: "r1", scenario: "browse", target: "stage-04", info: { seed: "42" } };
const live = (operations: readonly string[] = ["home"]) => new LiveRun(described, operations);
const second = (more: Partial<TimelineSecond> = {}): TimelineSecond => ({
  ...{ atS: 0, phase: "all", planned: 100, fired: 100, completed: 100, failed: 0, dropped: 0, inFlight: 3 },
  ...{ p50Ms: 5, p99Ms: 10, bad: 0, ...more },
});
const health = (slipP99Ms: number): SecondHealth => ({
  ...{ slipP99Ms, eventLoopDelayP99Ms: 1, stalledMs: 2, gcPauseMs: 3, agentCpuRatio: 0.4 },
});
const told = (samples: readonly Sample[], name: SeriesName, labels: Labels = {}) =>
  samples.find(
    (each) =>
      each.name === name &&
      Object.entries(labels).every(([label, value]) => each.labels[label as keyof Labels] === value),
  )?.value;

test("every operation begins at nothing with every outcome: what first appears with a value has no rate", () => {
  const samples = live(["home", "buy"]).look();
  for (const op of ["home", "buy"])
    for (const outcome of ["ok", "sold-out", "timeout"])
      expect(told(samples, "bench_requests", { op, outcome })).toBe(0);
});

test("what agents report is counted once they have, and asked for as often as somebody likes", () => {
  const run = live();
  const recorder = new Recorder({ drive: 0, operations: ["home"] });
  recorder.planned(0);
  recorder.planned(0);
  recorder.fired(0, 100, 0);
  recorder.settled(0, 0, 0, "ok", 8_000, 7_000);
  const interval = recorder.close(0, { inFlight: 0, waiting: 1 }).interval("all", calm);
  const reported = new ReportedSecond(0);
  reported.add(interval);
  run.counted(interval.counts);
  run.settled(reported.tallies());
  reported.release();
  for (let twice = 0; twice < 2; twice++) {
    const samples = run.look();
    expect(told(samples, "bench_requests_planned")).toBe(2);
    expect(told(samples, "bench_requests_fired")).toBe(1);
    expect(told(samples, "bench_requests", { op: "home", outcome: "ok" })).toBe(1);
    expect(told(samples, "bench_request_duration_seconds", { op: "home", le: "0.01" })).toBe(1);
    expect(told(samples, "bench_service_time_seconds", { op: "home", le: "0.005" })).toBe(0);
  }
});

test("a fault, a phase and a late agent of one second are seen at the next look, and not at the one after", () => {
  const run = live();
  run.second(second({ phase: "warm-up" }));
  run.agent(0, health(80));
  run.agent(0, health(1));
  run.second(second({ faults: ["kill:shop-1@1"] }));
  run.second(second({ phase: "open", planned: 50 }));
  const seen = run.look();
  expect(["warm-up", "all", "open"].map((phase) => told(seen, "bench_phase", { phase }))).toEqual([1, 1, 1]);
  expect(told(seen, "bench_fault_active", { fault: "kill:shop-1@1" })).toBe(1);
  expect(told(seen, "bench_scheduler_lag_seconds", { agent: "0" })).toBe(0.08);
  expect(told(seen, "bench_intended_rate")).toBe(50);
  run.agent(0, health(2));
  const after = run.look();
  expect(["warm-up", "all", "open"].map((phase) => told(after, "bench_phase", { phase }))).toEqual([0, 0, 1]);
  expect(told(after, "bench_fault_active", { fault: "kill:shop-1@1" })).toBe(0);
  expect(told(after, "bench_scheduler_lag_seconds", { agent: "0" })).toBe(0.002);
});

test("who is no Prometheus takes nothing away from it", () => {
  const run = live();
  run.second(second({ faults: ["kill:shop-1@1"] }));
  run.agent(0, health(80));
  run.second(second({}));
  for (const isScrape of [false, false, true]) {
    const seen = run.look(isScrape);
    expect(told(seen, "bench_fault_active", { fault: "kill:shop-1@1" })).toBe(1);
    expect(told(seen, "bench_scheduler_lag_seconds", { agent: "0" })).toBe(0.08);
  }
  expect(told(run.look(), "bench_fault_active", { fault: "kill:shop-1@1" })).toBe(0);
});

test("when the drive is over nothing is so any more, and what was counted stands", () => {
  const run = live();
  run.counted({ planned: 9, fired: 9, completed: 9, failed: 0, dropped: 0, inFlight: 0, waiting: 0 });
  run.second(second({ faults: ["kill:shop-1@1"], inFlight: 7 }));
  run.agent(0, health(80));
  run.nodes([{ node: "shop-1", tier: "app", cpuUsedRatio: 0.9, throttledRatio: 0.4 }]);
  run.look();
  run.ended();
  const seen = run.look();
  expect(told(seen, "bench_requests_planned")).toBe(9);
  expect(told(seen, "bench_inflight")).toBe(0);
  expect(told(seen, "bench_fault_active", { fault: "kill:shop-1@1" })).toBe(0);
  expect(told(seen, "bench_phase", { phase: "all" })).toBe(0);
  for (const name of [
    "bench_scheduler_lag_seconds",
    "bench_agent_cpu_ratio",
    "bench_node_cpu_ratio",
  ] as const)
    expect(told(seen, name), name).toBeUndefined();
});

test("what is still so is still told", () => {
  const run = live();
  run.second(second({ faults: ["slow:db@1"] }));
  for (let looks = 0; looks < 3; looks++)
    expect(told(run.look(), "bench_fault_active", { fault: "slow:db@1" })).toBe(1);
});

describe("attempts to buy", () => {
  test("are told by what the shoppers know", () => {
    const run = live();
    for (const booked of ["accepted", "accepted", "rejected", "indeterminate", "never-sent"] as const)
      run.booked(booked);
    const samples = run.look();
    expect(
      ["accepted", "rejected", "unknown"].map((state) => told(samples, "bench_orders", { state })),
    ).toEqual([2, 1, 1]);
  });

  test("of a run in which nobody buys there are none", () => {
    expect(
      live()
        .look()
        .some(({ name }) => name === "bench_orders"),
    ).toBe(false);
  });
});

test("nodes are as they were last seen", () => {
  const run = live();
  const node = { node: "shop-1", tier: "app", cpuUsedRatio: 0.8, throttledRatio: 0.1 };
  run.nodes([node]);
  run.nodes([{ ...node, cpuUsedRatio: 0.5 }]);
  expect(told(run.look(), "bench_node_cpu_ratio", { node: "shop-1", tier: "app" })).toBe(0.5);
});

test("fifty operations and sixteen agents are so many series, however long they go on", () => {
  const operations = Array.from({ length: 50 }, (_, index) => `op-${index}`);
  const run = live(operations);
  const latency = Latency.blank();
  for (let at = 1; at < 2_000; at++) latency.record(at * 37);
  const sizes = [0, 1, 2].map((atS) => {
    for (const name of operations)
      run.series.operation(name, { outcomes: { ok: 10, error: 1 }, response: latency, service: latency });
    for (let agent = 0; agent < 16; agent++) run.agent(agent, health(1));
    run.second(second({ atS }));
    return run.look().length;
  });
  // 24 bounds, +Inf, sum and count of two clocks, and eight outcomes, for each; five of each agent; ten or so of the run.
  const most = 50 * (2 * 27 + 8) + 16 * 6 + 12;
  expect(sizes[0]).toBeLessThanOrEqual(most);
  expect(new Set(sizes).size).toBe(1);
});
