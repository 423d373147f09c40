/** What a run is exported as, in a real Prometheus: back-filled, asked, and equal to what the evidence says. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sleep } from "../../base/clock.ts";
import { hlogHeader, hlogLine } from "../../metrics/hlog.ts";
import { Latency } from "../../metrics/latency.ts";
import { labelNames } from "../../metrics/series/catalog.ts";
import { systemProbes } from "../../targets/launch/components.ts";
import { Ports } from "../../targets/launch/ports.ts";
import { judge } from "../../verdict/judge.ts";
import { recordedIn } from "../../verdict/recorded.ts";
import { openmetrics } from "../../verdict/reports/openmetrics.ts";
import { disturbed, faultSeen } from "../fakes/disturbed.ts";
import { tallied } from "../fakes/evidence.ts";

const [promtool, prometheus] = ["promtool", "prometheus"].map((name) => systemProbes.programPath(name));
const reason = promtool && prometheus ? "" : " (skipped: there is no prometheus on this machine)";

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

describe.skipIf(reason !== "")(`a run in a Prometheus${reason}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "bench-prometheus-"));
  let server: ChildProcess | undefined;
  let url = "";
  const run = promisify(execFile);

  beforeAll(async () => {
    const file = join(folder, "run.om");
    writeFileSync(file, exported());
    await run(promtool!, ["tsdb", "create-blocks-from", "openmetrics", file, join(folder, "data")]);
    const port = await new Ports().next();
    url = `http://127.0.0.1:${port}`;
    writeFileSync(join(folder, "prometheus.yml"), "global: {}\n");
    server = spawn(
      prometheus!,
      [
        `--config.file=${join(folder, "prometheus.yml")}`,
        `--storage.tsdb.path=${join(folder, "data")}`,
        ...["--storage.tsdb.retention.time=100y", `--web.listen-address=127.0.0.1:${port}`],
      ],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    for (let tries = 0; tries < 300; tries++) {
      const answer = await fetch(`${url}/-/ready`).catch(() => undefined);
      if (answer?.status === 200) return;
      await sleep(100);
    }
    throw new Error("the prometheus did not become ready within 30 s");
  });
  afterAll(async () => {
    const ended = server && new Promise((done) => server?.once("exit", done));
    server?.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });

  /** At the end of the run, unless something else is said; the value of each series by one label. */
  async function ask(query: string, { by = "run_id", atS = evidence.timeline.length } = {}) {
    const time = String(startEpochS + atS);
    const answer = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query, time })}`);
    const { data, error } = (await answer.json()) as {
      data?: { result: { metric: Record<string, string>; value: [number, string] }[] };
      error?: string;
    };
    if (data === undefined) throw new Error(error);
    return Object.fromEntries(data.result.map(({ metric, value }) => [metric[by] ?? "", Number(value[1])]));
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
    expect(await ask("bench_node_cpu_ratio", { by: "node" })).toEqual(
      Object.fromEntries(nodes.map(({ name, cpuUsedRatio }) => [name, cpuUsedRatio])),
    );
    expect(await ask("bench_stock_units", { by: "state" })).toEqual({
      ...{ initial: 10, sold: 10, remaining: 0, oversold: 0 },
    });
    expect(await ask("bench_invariant_violations", { by: "invariant" })).toMatchObject({ "no-oversell": 0 });
    expect(Object.values(await ask("bench_verdict"))).toEqual([1]);
  });

  test("every label of every series is one of the allowed", async () => {
    const answer = await fetch(`${url}/api/v1/labels`);
    const { data } = (await answer.json()) as { data: string[] };
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
