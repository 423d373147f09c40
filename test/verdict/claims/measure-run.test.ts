/** Every figure of a run that claims are about, from planted evidence. */
import { describe, expect, test } from "vitest";
import { scenarios } from "../../../scenarios/catalog.ts";
import { buyingOperations, measureRun } from "../../../verdict/claims/measure-run.ts";
import type { RunMeasure } from "../../../verdict/claims/measures.ts";
import type { Evidence } from "../../../verdict/evidence.ts";
import { disturbed } from "../../fakes/disturbed.ts";
import { evidence, guaranteesKept, nothing, tallied, without } from "../../fakes/evidence.ts";

const measured = (measure: RunMeasure, seen: Evidence = evidence()) => measureRun(measure, seen, tallied());

const value = (measure: RunMeasure, seen?: Evidence) => {
  const found = measured(measure, seen);
  return "value" in found ? found.value : found.missing;
};

describe("how fast", () => {
  test.each<{ readonly measure: RunMeasure; readonly is: number }>([
    { measure: { figure: "response", quantile: "p50" }, is: 3.2 },
    { measure: { figure: "response", quantile: "p99" }, is: 41.2 },
    { measure: { figure: "response", quantile: "p95", operation: "seckill_try" }, is: 12.4 },
    { measure: { figure: "completed-per-s" }, is: 400 },
    { measure: { figure: "good-per-s" }, is: 400 },
    { measure: { figure: "orders-per-s" }, is: 1 },
  ])("$measure is $is", ({ measure, is }) => {
    expect(value(measure)).toBe(is);
  });

  test("good answers are fewer than complete ones when some of them are wrong", () => {
    const seen = evidence({
      overall: { outcomes: { ok: 2_410, "sold-out": 1_500, refused: 40, wrong: 50 } },
    });
    expect(value({ figure: "good-per-s" }, seen)).toBe(395);
    expect(value({ figure: "completed-per-s" }, seen)).toBe(400);
  });

  test("a percentile of a few requests is none", () => {
    const few = evidence({ operations: { seckill_try: { count: 499 } } });
    const p99 = { figure: "response", quantile: "p99", operation: "seckill_try" } as const;
    expect(value(p99, few)).toBe("p99 takes 500 requests, and there were 499");
    expect(value({ ...p99, quantile: "p95" }, few)).toBe(12.4);
    expect(value({ ...p99, operation: "search" })).toBe("nobody asked for search in this run");
  });

  test("one of many unanswered requests is known only to be as long as the answered ones say", () => {
    const seen = evidence({ load: { planned: 4_100 } });
    expect(measured({ figure: "response", quantile: "p99" }, seen)).toEqual({ value: 41.2, isLeast: true });
    expect(measured({ figure: "response", quantile: "p50" }, seen)).toEqual({ value: 3.2 });
  });

  test("attempts to buy are those of our scenarios, and where there are none there is no rate of orders", () => {
    const attempts = scenarios.flatMap(({ operations }) =>
      Object.entries(operations).flatMap(([name, operation]) => (operation.attempts === true ? [name] : [])),
    );
    expect(new Set(attempts)).toEqual(buyingOperations);
    const [page] = Object.values(evidence().operations);
    const seen = { ...evidence(), operations: { search: page! } };
    expect(value({ figure: "orders-per-s" }, seen)).toContain("nobody tried to buy");
  });
});

describe("how well", () => {
  test("of all that was planned, whether it was sent or not", () => {
    expect(measured({ figure: "good-ratio" }, evidence({ load: { planned: 5_000 } }))).toEqual({
      value: 0.8,
      outOf: 5_000,
    });
    expect(measured({ figure: "good-ratio", operation: "seckill_page" })).toEqual({ value: 1, outOf: 2_400 });
  });
});

describe("looks and pages", () => {
  const broken = evidence({ consistency: { "read-your-writes": { checked: 200, broken: 8 } } });

  test("looks are counted with how many there were", () => {
    const guarantee = "read-your-writes";
    expect(measured({ figure: "broken-looks", guarantee }, broken)).toEqual({ value: 8, outOf: 200 });
    expect(measured({ figure: "broken-looks-ratio", guarantee }, broken)).toEqual({
      value: 0.04,
      outOf: 200,
    });
    expect(measured({ figure: "broken-looks", guarantee }, evidence(guaranteesKept))).toEqual({
      value: 0,
      outOf: 320,
    });
  });

  test("no look is no 0", () => {
    const guarantee = "session-kept";
    expect(value({ figure: "broken-looks", guarantee }, broken)).toContain("nobody looks at session-kept");
    const unlooked = evidence({ consistency: { "session-kept": { checked: 0, broken: 0 } } });
    expect(value({ figure: "broken-looks-ratio", guarantee }, unlooked)).toContain("not one shopper");
  });

  test("answers that were not what was asked for", () => {
    const seen = evidence({ overall: { outcomes: { ok: 3_996, wrong: 4 } } });
    expect(measured({ figure: "wrong-answers" }, seen)).toEqual({ value: 4, outOf: 4_000 });
    expect(measured({ figure: "wrong-answers" })).toEqual({ value: 0, outOf: 4_000 });
  });

  test("pages that did not show what the database held", () => {
    const pages = { checked: 200, differedAtFirst: 3, stale: 0, watchedS: 5, examples: [] };
    expect(measured({ figure: "pages-differing" }, evidence({ pages }))).toEqual({ value: 3, outOf: 200 });
    expect(value({ figure: "pages-differing" })).toContain("nobody held pages");
  });
});

describe("what the target did for it", () => {
  const watched = (until: number) => ({
    ...{ detectors: [], detections: [] },
    traffic: [
      { atS: -5, counts: { statements: 100 } },
      { atS: 0.2, counts: { statements: 1_000 } },
      { atS: 39.8, counts: { statements: until } },
    ],
  });

  test("counters are of the requests sent between two looks", () => {
    // 39.6 s at 400 /s are 15,840 requests.
    const seen = { ...disturbed(), watched: watched(1_000 + 15_840 * 2) };
    expect(value({ figure: "counted-per-request", counter: "statements" }, seen)).toBeCloseTo(2, 9);
    expect(value({ figure: "counted-per-request", counter: "cacheReads" }, seen)).toContain(
      "counts cacheReads",
    );
    expect(value({ figure: "counted-per-request", counter: "statements" })).toContain("nobody read");
  });

  test("CPU is that of budgets, of a tier or of all", () => {
    // 0.61 of 200 m and 0.2 of 300 m for 10 s, by 4,000 answers.
    expect(value({ figure: "cpu-ms-per-request", tier: "app" })).toBeCloseTo(0.305, 9);
    expect(value({ figure: "cpu-ms-per-request" })).toBeCloseTo(0.455, 9);
    expect(value({ figure: "node-cpu-ms-per-request", nodes: ["trade-1", "not-here"] })).toBeCloseTo(0.15, 9);
    expect(value({ figure: "busiest-cpu-ms-per-request", node: "shop" })).toBeCloseTo(0.305, 9);
    expect(value({ figure: "busiest-cpu-ms-per-request", node: "trad" })).toBe("it has no trad");
    expect(value({ figure: "cpu-ms-per-request", tier: "queue" })).toBe("it has no node of tier queue");
    const free = evidence({ targetSeen: { budgets: { mechanism: "none" } } });
    expect(value({ figure: "cpu-ms-per-request", tier: "app" }, free)).toBeCloseTo(1.525, 9);
  });

  test("the busiest node by the mean of its tier, in cores and not in shares", () => {
    const node = { tier: "app", throttledRatio: 0 };
    const nodes = [
      { ...node, name: "shop-1", cpuUsedRatio: 0.5, cpuBudgetMillicores: 400 },
      { ...node, name: "shop-2", cpuUsedRatio: 0.5, cpuBudgetMillicores: 200 },
    ];
    expect(value({ figure: "imbalance", tier: "app" }, evidence({ nodes }))).toBeCloseTo(4 / 3, 9);
    expect(value({ figure: "imbalance", tier: "app" })).toContain("nothing to be uneven");
    expect(value({ figure: "imbalance", node: "shop" }, evidence({ nodes }))).toBeCloseTo(4 / 3, 9);
    expect(value({ figure: "imbalance", node: "sho" }, evidence({ nodes }))).toBe("it has no sho");
    expect(value({ figure: "used-ratio", tier: "app" })).toBe(0.61);
    const free = evidence({ targetSeen: { budgets: { mechanism: "none" } } });
    expect(value({ figure: "used-ratio", tier: "app" }, free)).toContain("no CPU budgets");
  });
});

describe("how requests are shared out, by the nodes' own counts", () => {
  const node = { tier: "app", throttledRatio: 0, cpuUsedRatio: 0.5 };
  const nodes = [
    { ...node, name: "shop-1", cpuBudgetMillicores: 400, requests: 500 },
    { ...node, name: "shop-2", cpuBudgetMillicores: 200, requests: 500 },
    { ...node, name: "db", tier: "db", cpuBudgetMillicores: 200 },
  ];
  const imbalance = { figure: "request-imbalance", tier: "app" } as const;
  const offBudget = { figure: "off-budget", tier: "app" } as const;

  test("evenly, where budgets are two to one", () => {
    expect(value(imbalance, evidence({ nodes }))).toBe(1);
    expect(value(offBudget, evidence({ nodes }))).toBeCloseTo(1 / 6, 9);
  });

  test("by budget", () => {
    const [first, second, db] = nodes;
    const weighed = evidence({ nodes: [{ ...first!, requests: 1_000 }, second!, db!] });
    expect(value(imbalance, weighed)).toBeCloseTo(4 / 3, 9);
    expect(value(offBudget, weighed)).toBeCloseTo(0, 9);
  });

  test("is not known where one of them did not say, was asked by hardly anybody, or is alone", () => {
    const [first] = nodes;
    const silent = { ...node, name: "shop-2", cpuBudgetMillicores: 200 };
    expect(value(imbalance, evidence({ nodes: [first!, silent] }))).toBe(
      "how many requests reached shop-2 is not known",
    );
    const few = nodes.slice(0, 2).map((each) => ({ ...each, requests: 40 }));
    expect(value(offBudget, evidence({ nodes: few }))).toBe("only 80 requests reached tier app");
    expect(value(offBudget, evidence({ nodes: [first!] }))).toContain("nothing to share out");
    expect(value(imbalance, evidence({ nodes: [] }))).toBe("it has no node of tier app");
  });
});

test.each<RunMeasure>([
  { figure: "response", quantile: "p50" },
  { figure: "completed-per-s" },
  { figure: "good-per-s" },
  { figure: "orders-per-s" },
  { figure: "good-ratio" },
  { figure: "good-ratio-during" },
  { figure: "good-ratio-of-worst-fault" },
  { figure: "operation-good-ratio-during", operation: "page" },
  { figure: "effect-s" },
  { figure: "worst-second-during" },
  { figure: "dark-s" },
  { figure: "recovered-s" },
  { figure: "p99-during-ratio" },
  { figure: "fault", name: "stampedeFactor" },
  { figure: "detected-s" },
  { figure: "noticed-ratio", withinS: 10 },
  { figure: "hit-ratio" },
  { figure: "amplification", hop: "statements" },
  { figure: "oversold" },
  { figure: "lost" },
  { figure: "accepted-orders" },
  { figure: "broken-looks", guarantee: "read-your-writes" },
  { figure: "pages-differing" },
  { figure: "wrong-answers" },
  { figure: "busiest-cpu-ms-per-request", node: "shop" },
  { figure: "counted-per-request", counter: "requests" },
  { figure: "cpu-ms-per-request" },
  { figure: "node-cpu-ms-per-request", nodes: ["shop-1"] },
  { figure: "imbalance", tier: "app" },
  { figure: "imbalance", node: "shop" },
  { figure: "request-imbalance", tier: "app" },
  { figure: "off-budget", tier: "app" },
  { figure: "used-ratio", tier: "app" },
])("of a run in which nothing happened $figure is missing, with a sentence", (measure) => {
  const seen = measureRun(measure, without(nothing(), "strategy"), undefined);
  expect("missing" in seen && seen.missing.length > 10).toBe(true);
});
