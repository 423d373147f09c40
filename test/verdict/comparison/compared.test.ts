import { describe, expect, test } from "vitest";
import { compared } from "../../../verdict/comparison/compared.ts";
import { type FigureName, figuresOf, type Rule } from "../../../verdict/comparison/figure.ts";
import type { RunSeen } from "../../../verdict/comparison/run-seen.ts";
import { evidence } from "../../fakes/evidence.ts";
import { run } from "../../fakes/repeated-runs.ts";

const rule = (figure: FigureName, margin: number, more: Partial<Rule> = {}): Rule => ({
  figure,
  margin,
  isAsked: false,
  ...more,
});

const runs = (figure: FigureName, values: readonly number[]): readonly RunSeen[] =>
  values.map((value, at) => run(`run-${at}`, { [figure]: value }));

const held = (
  figure: FigureName,
  margin: number,
  a: readonly number[],
  b: readonly number[],
  isPaired = false,
) => compared(rule(figure, margin), { a: runs(figure, a), b: runs(figure, b), isPaired }, 0.95);

describe("by ratio", () => {
  test.each([
    { why: "much slower", b: [50, 51, 49, 50, 52], status: "regression" },
    { why: "the same", b: [40, 41, 39, 40, 41], status: "ok" },
    { why: "about as much slower as it may be", b: [44, 45, 43, 44, 45], status: "undecided" },
    { why: "faster", b: [30, 31, 29, 30, 30], status: "ok" },
  ])("a p99 that is $why is $status", ({ b, status }) => {
    expect(held("p99", 0.1, [40, 41, 39, 40, 40], b)).toMatchObject({ status });
  });

  test("the change is a ratio of geometric means, with an interval around it", () => {
    const { change, a, b } = held("p99", 0.1, [20, 40, 80, 40, 40], [40, 80, 160, 80, 80]);
    expect([a, b]).toEqual([expect.closeTo(40, 6), expect.closeTo(80, 6)]);
    expect(change?.value).toBeCloseTo(2, 9);
    expect(change!.low).toBeLessThan(2);
    expect(change!.high).toBeGreaterThan(2);
  });

  test("less goodput is worse, more is better", () => {
    expect(held("goodput", 0.05, [400, 401, 399], [300, 301, 299])).toMatchObject({ status: "regression" });
    expect(held("goodput", 0.05, [400, 401, 399], [500, 501, 499])).toMatchObject({
      status: "ok",
      isImproved: true,
    });
    expect(held("goodput", 0.05, [400, 401, 399], [396, 397, 395])).toMatchObject({
      status: "ok",
      isImproved: false,
    });
  });

  test("pairs that drift together are told apart where two samples are not", () => {
    const a = [40, 50, 60, 70, 80];
    const b = a.map((value, at) => value * 1.3 + at * 0.1);
    expect(held("p99", 0.1, a, b, true).status).toBe("regression");
    expect(held("p99", 0.1, a, b, false).status).toBe("undecided");
  });
});

describe("by difference", () => {
  test.each([
    { why: "none on either side", a: [0, 0, 0, 0, 0], b: [0, 0, 0, 0, 0], status: "ok" },
    {
      why: "one in a hundred where there were none",
      a: [0, 0, 0, 0, 0],
      b: [0.01, 0.011, 0.009, 0.01, 0.01],
      status: "regression",
    },
    { why: "one in a thousand", a: [0, 0, 0, 0, 0], b: [0.001, 0.0012, 0.0009, 0.001, 0.001], status: "ok" },
  ])("errors, $why: $status", ({ a, b, status }) => {
    expect(held("errors", 0.005, a, b)).toMatchObject({ status });
  });

  test("no errors among few requests do not prove that there are none", () => {
    const few = runs("errors", [0, 0, 0]).map((each) => ({
      ...each,
      figures: { ...each.figures, errors: { value: 0, requests: 20 } },
    }));
    expect(compared(rule("errors", 0.005), { a: few, b: few, isPaired: false }, 0.95).status).toBe(
      "undecided",
    );
  });
});

describe("what cannot be told", () => {
  const few = (requests: number) => run("few", {}, { figures: { p99: { value: 40, requests } } });

  test.each([
    { isAsked: false, status: "not-held" },
    { isAsked: true, status: "undecided" },
  ])("a tail of too few requests is $status when asked for by name is $isAsked", ({ isAsked, status }) => {
    const sides = { a: [few(9_999), few(12_000)], b: [few(12_000), few(12_000)], isPaired: false };
    const seen = compared(rule("p99", 0.1, { isAsked }), sides, 0.95);
    expect(seen).toMatchObject({ status, because: "a run has 9999 requests, and p99 takes 10000" });
    expect(seen.isStuck).toBe(isAsked);
  });

  test("10,000 requests are enough for a p99", () => {
    const sides = { a: [few(10_000), few(10_000)], b: [few(10_000), few(10_000)], isPaired: false };
    expect(compared(rule("p99", 0.1), sides, 0.95).status).toBe("ok");
  });

  test("one run, no run, a figure that is 0 or not there: undecided, never ok", () => {
    expect(held("p99", 0.1, [40], [40, 41]).status).toBe("undecided");
    expect(held("p99", 0.1, [], []).status).toBe("undecided");
    expect(held("p99", 0.1, [0, 0], [40, 41]).status).toBe("undecided");
    const sides = { a: runs("p99", [1, 2]), b: runs("p99", [1, 2]), isPaired: false };
    expect(compared(rule("p99", 0.1, { operation: "none" }), sides, 0.95).status).toBe("undecided");
  });

  test.each([
    { why: "the interval reaches over the margin", a: [40, 41], b: [30, 60], isStuck: false },
    { why: "there is one run of a side", a: [40], b: [40, 41], isStuck: false },
    { why: "a figure is 0 in a run", a: [0, 40], b: [40, 41], isStuck: true },
  ])("what more runs would leave undecided: $isStuck when $why", ({ a, b, isStuck }) => {
    expect(held("p99", 0.1, a, b)).toMatchObject({ status: "undecided", isStuck });
  });
});

test("figures of a run are of all together and of each operation", () => {
  const figures = figuresOf(evidence());
  expect(figures["p99"]).toEqual({ value: 41.2, requests: 4_000 });
  expect(figures["seckill_try.p50"]).toEqual({ value: 3.2, requests: 1_600 });
  expect(figures["goodput"]?.value).toBe(400);
  expect(figures["errors"]?.value).toBe(0);
});

test("sold out and refused are good answers, errors and time-outs are not", () => {
  const overall = {
    ...evidence().overall,
    count: 100,
    outcomes: { ok: 50, "sold-out": 30, error: 15, timeout: 5 },
  };
  expect(figuresOf({ ...evidence(), overall })["errors"]?.value).toBeCloseTo(0.2, 12);
});
