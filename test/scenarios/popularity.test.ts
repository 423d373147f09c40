import { describe, expect, test } from "vitest";
import { Random } from "../../base/random.ts";
import { scatter, Zipf } from "../../scenarios/popularity.ts";

function exactRatios(n: number, exponent: number): number[] {
  const weights = Array.from({ length: n }, (_, index) => (index + 1) ** -exponent);
  const total = weights.reduce((sum, weight) => sum + weight);
  return weights.map((weight) => weight / total);
}

describe("ranks by Zipf's law", () => {
  test.each([0, 0.3, 0.6, 0.92, 0.99, 1, 1.22, 2, 3])(
    "have their exact probabilities for exponent %d",
    (exponent) => {
      const n = 40;
      const draws = 100_000;
      const zipf = new Zipf(n, exponent);
      const chance = new Random(77, exponent * 100);
      const counts = new Array<number>(n).fill(0);
      for (let draw = 0; draw < draws; draw++) counts[zipf.draw(chance) - 1]!++;
      // Chi-squared over the ranks that are expected often enough; 39 degrees of freedom exceed 80 once in 7,000.
      let chiSquared = 0;
      for (const [index, ratio] of exactRatios(n, exponent).entries()) {
        const expected = ratio * draws;
        if (expected >= 5) chiSquared += (counts[index]! - expected) ** 2 / expected;
      }
      expect(chiSquared).toBeLessThan(80);
    },
  );

  test.each([
    { exponent: 0.92, top: 0.01, ratio: 0.5, source: "1 % of 100,000 items take about half of the accesses" },
    { exponent: 0.92, top: 0.2, ratio: 0.8, source: "20 % of 100,000 items take about four fifths" },
    { exponent: 1.22, top: 0.01, ratio: 0.87, source: "at a promotion 1 % take about 87 %" },
  ])("$source", ({ exponent, top, ratio }) => {
    const n = 100_000;
    const zipf = new Zipf(n, exponent);
    const chance = new Random(5, 1);
    let hits = 0;
    for (let draw = 0; draw < 50_000; draw++) if (zipf.draw(chance) <= n * top) hits++;
    expect(Math.abs(hits / 50_000 - ratio)).toBeLessThan(0.02);
  });

  test.each([
    { n: 1, exponent: 0.92 },
    { n: 2, exponent: 0 },
    { n: 90_000_000, exponent: 1 },
    { n: 90_000_000, exponent: 0 },
    { n: 1000, exponent: 40 },
  ])("stay within 1 ... $n for exponent $exponent", ({ n, exponent }) => {
    const zipf = new Zipf(n, exponent);
    const chance = new Random(3, n);
    for (let draw = 0; draw < 2_000; draw++) {
      const rank = zipf.draw(chance);
      expect(Number.isInteger(rank) && rank >= 1 && rank <= n).toBe(true);
    }
  });

  test("take few numbers of chance", () => {
    const chance = new Random(3, 3);
    let taken = 0;
    const next = chance.next.bind(chance);
    chance.next = () => {
      taken++;
      return next();
    };
    const zipf = new Zipf(100_000, 0.92);
    for (let draw = 0; draw < 10_000; draw++) zipf.draw(chance);
    expect(taken / 10_000).toBeLessThan(1.2);
  });

  test.each([
    [0, 1],
    [2.5, 1],
    [10, -0.1],
    [10, Number.NaN],
  ])("cannot be drawn from %d items with exponent %d", (n, exponent) => {
    expect(() => new Zipf(n, exponent)).toThrow(RangeError);
  });
});

describe("scattering", () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 10, 60, 97, 100, 1000, 1024, 100_000])(
    "gives every id 1 ... %d to one rank",
    (n) => {
      const ids = new Set<number>();
      for (let rank = 1; rank <= n; rank++) ids.add(scatter(rank, n));
      expect(ids.size).toBe(n);
      expect([Math.min(...ids), Math.max(...ids)]).toEqual([1, n]);
    },
  );

  test.each([2, 4, 8, 1000])(
    "spreads the hundred hottest of 100,000 items evenly over %d shards or categories",
    (parts) => {
      const perPart = new Map<number, number>();
      for (let rank = 1; rank <= 100; rank++) {
        const part = scatter(rank, 100_000) % parts;
        perPart.set(part, (perPart.get(part) ?? 0) + 1);
      }
      expect(Math.max(...perPart.values())).toBeLessThanOrEqual(Math.ceil(100 / parts) + 2);
    },
  );

  test("refuses ids it could not scatter exactly", () => {
    expect(scatter(94_906_265, 94_906_265)).toBeGreaterThanOrEqual(1);
    expect(() => scatter(1, 94_906_266)).toThrow(RangeError);
  });
});
