/** A run that a real Prometheus asks while it goes on: what it was told, and what the dashboards make of it, then and later. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { boards } from "../../dashboards/catalog.ts";
import { Ports } from "../../targets/launch/ports.ts";
import type { RunResult } from "../../verdict/result-schema.ts";
import { askPanels, type Shown, wrongIn } from "../contracts/board-questions.ts";
import { noPrometheus, RealPrometheus } from "../contracts/real-prometheus.ts";
import { Desk, missingFor, resultOf } from "./bench.ts";

const missing = missingFor("stage-01");
const why = missing === undefined ? noPrometheus : ` (skipped: ${missing})`;

describe.skipIf(why !== "")(`a run that is watched by a Prometheus${why}`, () => {
  const desk = new Desk();
  let live: RealPrometheus;
  let later: RealPrometheus;
  let result: RunResult;
  let shown: Shown;

  beforeAll(async () => {
    const port = await new Ports().next();
    const config = `global: { scrape_interval: 1s }
scrape_configs:
  - job_name: bench
    static_configs: [{ targets: ["127.0.0.1:${port}"] }]
`;
    live = await RealPrometheus.start([], config);
    const fromS = Date.now() / 1_000;
    const said = await desk.bench(
      ...["run", "flash-sale", "--target", "stage-01", "--rate", "60", "--duration", "16s", "--warmup", "2s"],
      ...["--chaos", "kill:shop@6s+3s", "--metrics", `${port}`, "--json"],
    );
    result = resultOf(said);
    const exported = await desk.bench("report", "latest", "--format", "openmetrics", "--out", "-");
    expect(exported.code, exported.stderr).toBe(0);
    later = await RealPrometheus.start([exported.stdout]);
    const chosen = { run_id: result.runId, run_a: result.runId, run_b: result.runId };
    // As somebody sees it who looks a moment later: points of a chart are five seconds apart.
    shown = { fromS, toS: Date.now() / 1_000 + 10, chosen };
  });
  afterAll(async () => {
    await live?.[Symbol.asyncDispose]();
    await later?.[Symbol.asyncDispose]();
    desk[Symbol.dispose]();
  });

  const valueAtEnd = async (server: RealPrometheus, selector: string) => {
    const [answer] = await server.instant(`sum(last_over_time(${selector}[10m]))`, shown.toS);
    return answer?.values[0]?.[1];
  };

  test("it has seen the run as it was, and how it ended", async () => {
    const planned = (await valueAtEnd(live, "bench_requests_planned_total")) ?? 0;
    expect(planned).toBe(result.load.planned);
    expect(await valueAtEnd(live, `bench_verdict{verdict="${result.verdict.status}"}`)).toBe(1);
    const [fault] = await live.range('bench_fault_active{fault="kill:shop@6"} == 1', { ...shown, stepS: 1 });
    expect(fault!.values.length).toBeGreaterThanOrEqual(2);
    const [node] = await live.range('bench_node_cpu_ratio{node="shop"}', { ...shown, stepS: 1 });
    expect(new Set(node!.values.map(([, value]) => value)).size).toBeGreaterThan(1);
  });

  test("what is back-filled later is what the result says", async () => {
    expect(await valueAtEnd(later, "bench_requests_planned_total")).toBe(result.load.planned);
    const settled = Object.values(result.operations).reduce((sum, { count }) => sum + count, 0);
    expect(await valueAtEnd(later, "bench_requests_total")).toBe(settled);
    expect(await valueAtEnd(later, 'bench_stock_units{state="oversold"}')).toBe(
      result.correctness === null ? undefined : result.correctness.oversold,
    );
  });

  /**
   * A search is not a run; what a fault set off was watched for too short a time here. Nothing has to be wrong for the rest:
   * a time that nobody knows (a fault that was not noticed) is not told.
   */
  const silent =
    /bench_fault_(amplification_ratio|metastable|impact_seconds|detect_seconds|recover_\w+|area_lost\w+|lost_requests|budget\w+|p99_seconds)\b/;

  test.each(boards.filter(({ uid }) => uid !== "bench-capacity"))(
    "every panel of $uid has an answer, live and later",
    async (board) => {
      for (const server of [live, later]) {
        const asked = await askPanels(board, server, shown);
        expect(asked.filter(({ expr }) => !silent.test(expr)).flatMap(wrongIn)).toEqual([]);
      }
    },
  );
});
