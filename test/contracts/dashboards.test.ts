/** Dashboards without a Grafana: everything they ask is asked of a real Prometheus that has two runs and a search. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { boards } from "../../dashboards/catalog.ts";
import { problemsOf } from "../../dashboards/lint.ts";
import { hlogHeader, hlogLine } from "../../metrics/hlog.ts";
import { Latency } from "../../metrics/latency.ts";
import { searchSeries } from "../../verdict/capacity/search-series.ts";
import type { Evidence } from "../../verdict/evidence.ts";
import { judge } from "../../verdict/judge.ts";
import { recordedIn } from "../../verdict/recorded.ts";
import { openmetrics } from "../../verdict/reports/openmetrics.ts";
import { disturbed, faultSeen } from "../fakes/disturbed.ts";
import { tallied } from "../fakes/evidence.ts";
import { searchFound } from "../fakes/search-found.ts";
import { root } from "../house/files.ts";
import { askMarks, askPanels, choicesOn, type Shown, wrongIn } from "./board-questions.ts";
import { checkedByPromtool, noPrometheus, RealPrometheus } from "./real-prometheus.ts";

const rulesFolder = join(root, "dashboards/prometheus");

describe("rules", () => {
  const { groups } = parse(readFileSync(join(rulesFolder, "bench.rules.yml"), "utf8")) as {
    groups: { rules: { record?: string; alert?: string; expr: string }[] }[];
  };
  const rules = groups.flatMap((group) => group.rules);

  test("every alert is tried, and seen to call nobody while all is well", () => {
    const tests = readFileSync(join(rulesFolder, "bench.tests.yml"), "utf8");
    for (const { alert } of rules.filter((rule) => rule.alert !== undefined))
      expect(tests.split(`alertname: ${alert}`).length - 1, alert).toBeGreaterThanOrEqual(2);
    for (const { record } of rules.filter((rule) => rule.record !== undefined))
      expect(tests, record).toContain(`- expr: ${record}\n`);
  });

  test("panels and rules speak of the same", () => {
    const recorded = new Set(rules.flatMap(({ record }) => record ?? []));
    for (const board of boards) expect(problemsOf(board, recorded)).toEqual([]);
  });

  test.skipIf(noPrometheus !== "")(
    `promtool has nothing against them, and they do what they say${noPrometheus}`,
    async () => {
      const checked = await checkedByPromtool("check", "rules", join(rulesFolder, "bench.rules.yml"));
      expect(checked.stdout).toContain("SUCCESS");
      const tried = await checkedByPromtool("test", "rules", join(rulesFolder, "bench.tests.yml"));
      expect(tried.stdout).toContain("SUCCESS");
    },
  );
});

/** Half a year apart. */
const [acceptedS, newS] = [1_772_000_000, 1_787_842_200];
const [acceptedId, newId] = [
  "20260225T061320Z-flash-sale-stage-08-aaaa",
  "20260827T145000Z-flash-sale-stage-08-bbbb",
];

const balancer = { by: "proxy-1", source: "health-check", about: ["shop-1"] } as const;

/** A run with everything that can be told of one. */
function exported(runId: string, startEpochS: number): string {
  const made = disturbed({
    seconds: 90,
    faults: [faultSeen(30, 34)],
    bad: (tenth) => (tenth >= 300 && tenth < 340 ? 20 : 0),
    more: { runId, plan: { claim: { p99Ms: 250, errorRatio: 0.01 } } },
  });
  const evidence: Evidence = {
    ...made,
    watched: {
      detectors: [balancer],
      detections: [{ ...balancer, atS: 31, isBack: false, says: "shop-1 is down" }],
      traffic: [],
    },
  };
  const { warmupS, durationS } = evidence.plan;
  const log = [hlogHeader((startEpochS - warmupS) * 1_000)];
  const [outcomes, agents, nodes]: [string[], string[], string[]] = [[], [], []];
  const line = (value: object) => `${JSON.stringify(value)}\n`;
  for (const { atS, outcomes: seen, planned, health } of evidence.timeline) {
    const second = atS + warmupS;
    const response = Latency.blank();
    for (let at = 0; at < planned; at++) response.record(at % 50 === 0 ? 180_000 : 40_000);
    for (const kind of ["response", "service"]) log.push(hlogLine(`buy.${kind}`, second, 1, response));
    response.release();
    outcomes.push(line({ second, operation: "buy", outcomes: seen }));
    for (const agent of [0, 1]) agents.push(line({ second, agent, health }));
    if (atS % 5 === 4)
      for (const { name: node, tier, cpuUsedRatio, throttledRatio } of evidence.nodes)
        nodes.push(line({ second, node, tier, cpuUsedRatio, throttledRatio }));
  }
  const files = {
    log: log.join(""),
    outcomes: outcomes.join(""),
    agents: agents.join(""),
    nodes: nodes.join(""),
  };
  const recorded = recordedIn(files, { warmupS, durationS });
  return openmetrics.render({ evidence, tally: tallied(), verdict: judge(evidence, tallied()), recorded });
}

describe.skipIf(noPrometheus !== "")(`what dashboards ask${noPrometheus}`, () => {
  const search = searchFound(newS + 7_200);
  const ofRun: Shown = {
    fromS: newS - 10,
    toS: newS + 100,
    chosen: { run_id: newId, run_a: acceptedId, run_b: newId },
  };
  const ofSearch: Shown = { fromS: newS + 7_190, toS: newS + 7_310, chosen: { run_search: search.runId } };
  const shownOn = (uid: string) => (uid === "bench-capacity" ? ofSearch : ofRun);
  let server: RealPrometheus;
  beforeAll(async () => {
    server = await RealPrometheus.start([
      exported(acceptedId, acceptedS),
      exported(newId, newS),
      searchSeries(search),
    ]);
  });
  afterAll(() => server?.[Symbol.asyncDispose]());

  describe.each(boards.map((board) => ({ uid: board.uid, board })))("$uid", ({ uid, board }) => {
    test("variables have something to choose from", async () => {
      const choices = await choicesOn(board, server, shownOn(uid));
      expect([...choices].filter(([, values]) => values.length === 0)).toEqual([]);
    });

    test("every panel is answered, by numbers within its unit", async () => {
      const asked = await askPanels(board, server, shownOn(uid));
      expect(asked.length).toBeGreaterThan(0);
      expect(asked.filter(({ expr }) => !silent.test(expr)).flatMap(wrongIn)).toEqual([]);
    });
  });

  /**
   * Nothing amplified and nothing stayed down in this run, and it was watched for too short a time to say so; and the target
   * was not well again while the fault was on.
   */
  const silent = /bench_fault_(amplification_ratio|metastable|recover_under_seconds)\b/;

  test("the accepted run is moved onto the new one by the time between them", async () => {
    const compare = boards.find(({ uid }) => uid === "bench-compare")!;
    const choices = await choicesOn(compare, server, ofRun);
    expect(choices.get("shift")).toEqual([String(1_000 * (newS - acceptedS) + 1)]);
    expect(choices.get("run_a")).toEqual(expect.arrayContaining([acceptedId, newId]));
    const [offered] = (await askPanels(compare, server, ofRun)).filter(
      ({ about }) => about === "Offered: accepted",
    );
    const most = Math.max(...offered!.answered[0]!.values.map(([, value]) => value));
    expect(most).toBeGreaterThan(300);
  });

  test("two runs that are the same have not changed", async () => {
    const compare = boards.find(({ uid }) => uid === "bench-compare")!;
    const changes = (await askPanels(compare, server, ofRun)).filter(({ about }) =>
      about.endsWith(": change"),
    );
    expect(changes.map(({ answered }) => answered[0]?.values[0]?.[1])).toEqual([0, 0, 0]);
  });

  test("the fault is marked while it was in place, and then not", async () => {
    const run = boards.find(({ uid }) => uid === "bench-run")!;
    const [faults] = await askMarks(run, server, ofRun);
    const [marked] = faults!.answered;
    expect(marked?.metric["fault"]).toBe("kill:shop-1@30");
    const times = marked!.values.map(([atS]) => atS - newS);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(30);
    expect(Math.max(...times)).toBeLessThanOrEqual(45);
  });

  test("a search is told for as long as it took", async () => {
    const [knee] = await server.instant(
      'bench_capacity_knee_rate{bound="carried"}',
      newS + 7_200 + search.tookS / 2,
    );
    expect(knee).toMatchObject({
      metric: { run_id: search.runId },
      values: [[expect.any(Number), search.knee!.ratePerS]],
    });
  });
});
