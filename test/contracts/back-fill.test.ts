/** What a run is exported as, in a real Prometheus: back-filled, asked, and equal to what the evidence says. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hlogHeader, hlogLine } from "../../metrics/hlog.ts";
import { Latency } from "../../metrics/latency.ts";
import { labelNames } from "../../metrics/series/catalog.ts";
import { judge } from "../../verdict/judge.ts";
import { recordedIn } from "../../verdict/recorded.ts";
import { openmetrics } from "../../verdict/reports/openmetrics.ts";
import { disturbed, faultSeen } from "../fakes/disturbed.ts";
import { tallied } from "../fakes/evidence.ts";
import { noPrometheus, RealPrometheus } from "./real-prometheus.ts";

/** 27 August 2026, ten minutes to three: a run of last quarter. */
const startEpochS = 1_787_842_200;
const evidence = disturbed({
  faults: [faultSeen(10, 14)],
  bad: (tenth) => (tenth >= 100 && tenth < 140 ? 20 : 0),
});
const perSecond = evidence.timeline[0]!.planned;

/** What its agents would have left: two operations, three quarters and one quarter of the requests. */
function exported(): string {
  const { warmupS, durationS } = evidence.plan;
  const log = [hlogHeader((startEpochS - warmupS) * 1_000)];
  const outcomes: string[] = [];
  for (const { atS, outcomes: seen } of evidence.timeline)
    for (const [operation, share] of [
      ["home", 0.75],
      ["buy", 0.25],
    ] as const) {
      const response = Latency.blank();
      for (let at = 0; at < perSecond * share; at++) response.record(at % 100 === 0 ? 180_000 : 40_000);
      const second = atS + warmupS;
      for (const kind of ["response", "service"])
        log.push(hlogLine(`${operation}.${kind}`, second, 1, response));
      const part = Object.fromEntries(
        Object.entries(seen).map(([name, count]) => [name, (count ?? 0) * share]),
      );
      outcomes.push(`${JSON.stringify({ second, operation, outcomes: part })}\n`);
    }
  const recorded = recordedIn({ log: log.join(""), outcomes: outcomes.join("") }, { warmupS, durationS });
  return openmetrics.render({ evidence, tally: tallied(), verdict: judge(evidence, tallied()), recorded });
}

describe.skipIf(noPrometheus !== "")(`a run in a Prometheus${noPrometheus}`, () => {
  let server: RealPrometheus;
  beforeAll(async () => {
    server = await RealPrometheus.start([exported()]);
  });
  afterAll(() => server?.[Symbol.asyncDispose]());

  /** At the end of the run, unless something else is said; the value of each series by one label. */
  async function ask(query: string, { by = "run_id", atS = evidence.timeline.length } = {}) {
    const answered = await server.instant(query, startEpochS + atS);
    return Object.fromEntries(answered.map(({ metric, values }) => [metric[by] ?? "", values[0]![1]]));
  }

  test("what was offered, answered and thrown away", async () => {
    const { timeline, runId } = evidence;
    const planned = timeline.reduce((sum, second) => sum + second.planned, 0);
    expect(await ask("bench_requests_planned_total")).toEqual({ [runId]: planned });
    const bad = timeline.reduce((sum, { outcomes }) => sum + (outcomes.error ?? 0), 0);
    expect(bad).toBeGreaterThan(0);
    expect(await ask("sum by (outcome) (bench_requests_total)", { by: "outcome" })).toEqual({
      ...{ ok: planned - bad, error: bad },
    });
    expect(await ask("sum by (op) (bench_requests_total)", { by: "op" })).toEqual({
      ...{ home: planned * 0.75, buy: planned * 0.25 },
    });
  });

  test("quantiles out of the buckets, near to those of the histogram", async () => {
    const query = (quantile: number) =>
      `histogram_quantile(${quantile}, sum by (le) (bench_request_duration_seconds_bucket))`;
    const [[, p50]] = Object.entries(await ask(query(0.5))) as [[string, number]];
    expect(p50).toBeGreaterThan(0.03);
    expect(p50).toBeLessThanOrEqual(0.05);
    const [[, p999]] = Object.entries(await ask(query(0.999))) as [[string, number]];
    expect(p999).toBeGreaterThan(0.15);
    expect(p999).toBeLessThanOrEqual(0.2);
  });

  test("when the fault was in place, and when it was not", async () => {
    const fault = "kill:shop-1@10";
    expect(await ask("bench_fault_active", { by: "fault", atS: 12 })).toEqual({ [fault]: 1 });
    expect(await ask("bench_fault_active", { by: "fault", atS: 30 })).toEqual({ [fault]: 0 });
  });

  test("rates are those that were offered", async () => {
    const [[, rate]] = Object.entries(await ask("rate(bench_requests_planned_total[10s])")) as [
      [string, number],
    ];
    expect(rate).toBeCloseTo(perSecond, 0);
  });

  test("nodes, books and the verdict", async () => {
    const { nodes } = evidence;
    expect(await ask("bench_node_cpu_mean_ratio", { by: "node" })).toEqual(
      Object.fromEntries(nodes.map(({ name, cpuUsedRatio }) => [name, cpuUsedRatio])),
    );
    expect(await ask("bench_stock_units", { by: "state" })).toEqual({
      ...{ initial: 10, sold: 10, oversold: 0 },
    });
    expect(Object.values(await ask("bench_stock_remaining"))).toEqual([0]);
    expect(await ask("bench_invariant_violations_total", { by: "invariant" })).toMatchObject({
      "no-oversell": 0,
    });
    expect(Object.values(await ask("bench_verdict"))).toEqual([1]);
  });

  test("every label of every series is one of the allowed", async () => {
    const data = await server.labels();
    const allowed: readonly string[] = labelNames;
    expect(data.filter((label) => label !== "__name__" && !allowed.includes(label))).toEqual([]);
    expect(data).toEqual(expect.arrayContaining(["run_id", "op", "outcome", "le"]));
  });

  test("a counter that appears late has begun at nothing, so that all of it is seen as an increase", async () => {
    const { timeline } = evidence;
    const bad = timeline.reduce((sum, { outcomes }) => sum + (outcomes.error ?? 0), 0);
    const query = `sum(increase(bench_requests_total{outcome="error"}[${timeline.length + 5}s]))`;
    const [[, increase]] = Object.entries(await ask(query)) as [[string, number]];
    expect(increase / bad).toBeCloseTo(1, 0);
  });
});
