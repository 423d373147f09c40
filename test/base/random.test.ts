import { describe, expect, test } from "vitest";
import { fork, Random } from "../../base/random.ts";

const sampleOf = (count: number, draw: () => number) => Array.from({ length: count }, draw);
const meanOf = (sample: readonly number[]) =>
  sample.reduce((total, value) => total + value, 0) / sample.length;

describe("chance", () => {
  test("is the same for the same seed and key, forked or started over", () => {
    const forked = sampleOf(
      5,
      (
        (chance) => () =>
          chance.next()
      )(fork(42, 7)),
    );
    const used = new Random(1, 1);
    used.next();
    const again = used.reseed(42, 7);
    expect(sampleOf(5, () => again.next())).toEqual(forked);
  });

  test("never changes between versions, or old runs could not be repeated", () => {
    const chance = fork(42, 7);
    expect(sampleOf(4, () => chance.next() * 2 ** 32)).toEqual([
      3188890846, 2258035654, 297538481, 2967967786,
    ]);
  });

  test.each([
    { why: "seeds", one: [1, 5], other: [2, 5] },
    { why: "keys", one: [1, 5], other: [1, 6] },
    { why: "seeds beyond 32 bits", one: [1, 5], other: [1 + 2 ** 32, 5] },
    { why: "keys beyond 32 bits", one: [1, 5], other: [1, 5 + 2 ** 32] },
    { why: "a key and its negative", one: [1, 0], other: [1, -1] },
    { why: "seed and key exchanged", one: [1, 2], other: [2, 1] },
  ] as const)("differs between $why", ({ one, other }) => {
    const [first, second] = [fork(one[0], one[1]), fork(other[0], other[1])];
    expect(sampleOf(4, () => first.next())).not.toEqual(sampleOf(4, () => second.next()));
  });

  test("of neighbouring keys has nothing to do with each other, from the first number on", () => {
    const first = Array.from({ length: 20_000 }, (_, key) => fork(42, key).next());
    const mean = meanOf(first);
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / first.length));
    const products = first.slice(1).map((value, key) => (value - 0.5) * (first[key]! - 0.5));
    expect(Math.abs(meanOf(products))).toBeLessThan((4 * (1 / 12)) / Math.sqrt(products.length));
  });

  test("is uniform: sixteen boxes are filled alike", () => {
    const chance = fork(3, 3);
    const boxes = new Array<number>(16).fill(0);
    for (let draw = 0; draw < 160_000; draw++) boxes[chance.below(16)]!++;
    const chiSquared = boxes.reduce((total, count) => total + (count - 10_000) ** 2 / 10_000, 0);
    // 15 degrees of freedom exceed 44 once in 10,000.
    expect(chiSquared).toBeLessThan(44);
  });

  test("between two numbers keeps to them", () => {
    const chance = fork(3, 4);
    const sample = sampleOf(5_000, () => chance.between(-2, 6));
    expect(Math.min(...sample)).toBeGreaterThanOrEqual(-2);
    expect(Math.max(...sample)).toBeLessThan(6);
    expect(Math.abs(meanOf(sample) - 2)).toBeLessThan((4 * 8) / Math.sqrt(12 * 5_000));
  });

  test("as waiting time is exponential, and cut at its cap", () => {
    const chance = fork(3, 5);
    const sample = sampleOf(50_000, () => chance.exponential(2));
    expect(Math.abs(meanOf(sample) - 2)).toBeLessThan((4 * 2) / Math.sqrt(50_000));
    const longerThanMean = sample.filter((value) => value > 2).length / 50_000;
    expect(Math.abs(longerThanMean - 1 / Math.E)).toBeLessThan(4 * Math.sqrt(0.2325 / 50_000));
    expect(Math.max(...sampleOf(5_000, () => chance.exponential(2, 3)))).toBe(3);
  });

  test("happens as often as asked", () => {
    const chance = fork(3, 6);
    const ratio = sampleOf(40_000, () => Number(chance.happens(0.3))).reduce((a, b) => a + b) / 40_000;
    expect(Math.abs(ratio - 0.3)).toBeLessThan(4 * Math.sqrt(0.21 / 40_000));
    expect([chance.happens(0), chance.happens(1)]).toEqual([false, true]);
  });
});
