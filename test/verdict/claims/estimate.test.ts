/** Intervals hold the truth as often as they say. Seeded. */
import { describe, expect, test } from "vitest";
import { Random } from "../../../base/random.ts";
import { estimateOf, ratioOf } from "../../../verdict/claims/estimate.ts";
import { type Nature, natureOf } from "../../../verdict/claims/measured.ts";
import { studentQuantile } from "../../../verdict/statistics/student-t.ts";
import { normal } from "../../fakes/repeated-runs.ts";

const times = 2_000;
const knee = natureOf({ figure: "knee-per-s" });
const dark = natureOf({ figure: "dark-s" });
const good = natureOf({ figure: "good-ratio" });

/** Share of experiments whose 95 % interval holds `truth`. */
function held(seed: number, truth: number, made: (random: Random) => { low: number; high: number }): number {
  const random = new Random(seed, 6);
  let count = 0;
  for (let at = 0; at < times; at++) {
    const { low, high } = made(random);
    if (low <= truth && truth <= high) count++;
  }
  return count / times;
}

const several = (runs: number, of: () => number) => Array.from({ length: runs }, () => ({ value: of() }));

describe.each([3, 4])(
  "with %d runs of a side a 95 %% interval holds the truth in 94 to 98 of 100",
  (runs) => {
    const isRight = (share: number) => {
      expect(share).toBeGreaterThan(0.94);
      expect(share).toBeLessThan(0.98);
    };

    test("of a ratio of figures that are never 0", () => {
      const lognormal = (random: Random, middle: number) => () => middle * Math.exp(normal(random, 0.1));
      isRight(
        held(11, 2, (random) => {
          const [of, to] = [several(runs, lognormal(random, 200)), several(runs, lognormal(random, 100))];
          return ratioOf({ of, to, isPaired: false }, knee, 0.95).interval;
        }),
      );
    });

    test.each([false, true])("of a ratio of figures that can be 0, in pairs: %s", (isPaired) => {
      isRight(
        held(12, 2.5, (random) => {
          const of: { value: number }[] = [];
          const to: { value: number }[] = [];
          for (let run = 0; run < runs; run++) {
            const drift = isPaired ? normal(random, 1) : 0;
            of.push({ value: 25 + 2.5 * drift + normal(random, 1.5) });
            to.push({ value: 10 + drift + normal(random, 0.5) });
          }
          return ratioOf({ of, to, isPaired }, dark, 0.95).interval;
        }),
      );
    });

    test("of a figure", () => {
      isRight(
        held(13, 20, (random) => {
          const figures = several(runs, () => 20 + normal(random, 2));
          return estimateOf(figures, dark, 0.95).interval;
        }),
      );
    });
  },
);

test("shares that were counted hold the truth although no run had a bad answer", () => {
  const share = held(14, 0.999, (random) => {
    const figures = several(3, () => {
      let bad = 0;
      for (let request = 0; request < 500; request++) if (random.next() < 0.001) bad++;
      return 1 - bad / 500;
    }).map((figure) => ({ ...figure, outOf: 500 }));
    return estimateOf(figures, good, 0.95).interval;
  });
  expect(share).toBeGreaterThan(0.94);
});

test("Fieller's limits are where the contrast is as far from 0 as t allows", () => {
  const figures = (...values: readonly number[]) => values.map((value) => ({ value }));
  const sides = { of: figures(11, 12, 13), to: figures(3.5, 4, 4.5), isPaired: false };
  const { value, interval } = ratioOf(sides, dark, 0.95);
  expect(value).toBeCloseTo(3, 9);
  // Welch and Satterthwaite at a ratio of 3: variances of means are 1/3 and 9 * 0.25/3.
  const df = (1 / 3 + 0.75) ** 2 / ((1 / 3) ** 2 / 2 + 0.75 ** 2 / 2);
  const t = studentQuantile(0.975, df);
  for (const b of [interval.low, interval.high])
    expect(Math.abs(12 - 4 * b)).toBeCloseTo(t * Math.sqrt(1 / 3 + (b ** 2 * 0.25) / 3), 6);
});

test.each<{ readonly why: string; readonly nature: Nature; readonly bound: number }>([
  { why: "never 0", nature: knee, bound: 1.9 },
  { why: "0 now and then", nature: dark, bound: 1.9 },
])("as many more runs as it says do decide, of figures that are $why", ({ nature, bound }) => {
  const once = [{ value: 190 }, { value: 200 }, { value: 212 }];
  const sides = { of: once, to: once.map(({ value }) => ({ value: value / 2 })), isPaired: false };
  const { interval, moreRuns } = ratioOf(sides, nature, 0.95);
  expect(interval.low).toBeLessThan(bound);
  const more = moreRuns(bound)!;
  expect(more).toBeGreaterThan(0);
  // As they vary now, and their mean where it is.
  const as = (figures: readonly { readonly value: number }[]) =>
    Array.from({ length: Math.ceil((3 + more) / 3) + 1 }, () => figures).flat();
  const grown = ratioOf({ of: as(sides.of), to: as(sides.to), isPaired: false }, nature, 0.95);
  expect(grown.interval.low).toBeGreaterThan(bound);
});
