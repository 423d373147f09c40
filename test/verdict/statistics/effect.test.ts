import { describe, expect, test } from "vitest";
import { Random } from "../../../base/random.ts";
import { intervalOf, mean, paired, pOf, variance, welch } from "../../../verdict/statistics/effect.ts";
import { normal, realRuns } from "../../fakes/repeated-runs.ts";

/** Student's own: hours of sleep gained by ten patients with either of two drugs (Biometrika 6, 1908). */
const first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2];
const second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];

describe("against what is published of Student's sleep data", () => {
  test("as two samples: t 1.8608, df 17.776, p 0.07939, interval -0.2055 to 3.3655", () => {
    const effect = welch(first, second);
    expect(effect.difference / effect.standardError).toBeCloseTo(1.8608, 4);
    expect(effect.df).toBeCloseTo(17.776, 3);
    expect(pOf(effect)).toBeCloseTo(0.07939, 5);
    const { low, high } = intervalOf(effect, 0.95);
    expect([low, high].map((value) => value.toFixed(4))).toEqual(["-0.2055", "3.3655"]);
  });

  test("as pairs: t 4.0621, df 9, p 0.002833, interval 0.7001 to 2.4599", () => {
    const effect = paired(first, second);
    expect(effect.difference / effect.standardError).toBeCloseTo(4.0621, 4);
    expect(effect.df).toBe(9);
    expect(pOf(effect)).toBeCloseTo(0.002833, 6);
    const { low, high } = intervalOf(effect, 0.95);
    expect([low, high].map((value) => value.toFixed(4))).toEqual(["0.7001", "2.4599"]);
  });
});

test("samples that vary very differently have few degrees of freedom", () => {
  expect(welch([0, 10, -10, 5], [1, 1.01, 0.99, 1]).df).toBeCloseTo(3, 1);
});

test("values that do not vary at all leave no doubt, unless one is known to be there", () => {
  expect(intervalOf(welch([2, 2, 2], [3, 3, 3]), 0.95)).toEqual({ low: 1, high: 1 });
  const { low, high } = intervalOf(welch([2, 2, 2], [3, 3, 3], [0.01, 0.01]), 0.95);
  expect(low).toBeLessThan(1);
  expect(high).toBeGreaterThan(1);
  expect(pOf(welch([2, 2], [2, 2]))).toBe(1);
});

test.each([
  { why: "one value does not vary", what: () => welch([1], [1, 2]) },
  { why: "pairs need two sides", what: () => paired([1, 2], [1, 2, 3]) },
  { why: "what is no number has no variance", what: () => variance([1, Number.NaN]) },
  { why: "nothing has no mean", what: () => mean([]) },
])("$why", ({ what }) => {
  expect(what).toThrow(RangeError);
});

/** 4,000 comparisons of nothing with nothing: the share of intervals that hold the truth. A 95 % interval may be off by chance by 0.35 points. */
describe("intervals hold the truth as often as they say (92 to 98 % of 4,000)", () => {
  const repeats = 4_000;
  const residuals = realRuns.p99.map(Math.log);
  const middle = mean(residuals);
  const draws = {
    "normal noise": (random: Random) => normal(random, 0.05),
    "noise drawn from ten real runs": (random: Random) => residuals[random.below(residuals.length)]! - middle,
    "noise with a long tail": (random: Random) => random.exponential(0.05),
  } as const;

  test.each(
    Object.entries(draws).flatMap(([noise, draw]) =>
      [5, 10].flatMap((runs) => [false, true].map((isPaired) => ({ noise, draw, runs, isPaired }))),
    ),
  )("$runs runs a side, $noise, pairs $isPaired", ({ draw, runs, isPaired }) => {
    const random = new Random(20, runs);
    let held = 0;
    for (let repeat = 0; repeat < repeats; repeat++) {
      const [a, b] = [0, 0].map(() => Array.from({ length: runs }, () => draw(random))) as [
        number[],
        number[],
      ];
      const { low, high } = intervalOf(isPaired ? paired(a, b) : welch(a, b), 0.95);
      if (low <= 0 && high >= 0) held++;
    }
    expect(held / repeats).toBeGreaterThanOrEqual(0.92);
    expect(held / repeats).toBeLessThanOrEqual(0.98);
  });

  test("planted: an interval that takes requests for runs would be found out", () => {
    const random = new Random(20, 1);
    let held = 0;
    for (let repeat = 0; repeat < 500; repeat++) {
      // Ten seconds of a run share what is particular about the run; taking them for ten runs is wrong by a factor.
      const side = () => {
        const own = normal(random, 0.08);
        return Array.from({ length: 10 }, () => own + normal(random, 0.05));
      };
      const { low, high } = intervalOf(welch(side(), side()), 0.95);
      if (low <= 0 && high >= 0) held++;
    }
    expect(held / 500).toBeLessThan(0.7);
  });
});
