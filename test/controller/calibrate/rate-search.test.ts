import { expect, test } from "vitest";
import { highestGood, nextRate, type Probed } from "../../../controller/calibrate/rate-search.ts";

const options = { firstPerS: 10_000, growth: 1.5, resolutionRatio: 0.08, leastPerS: 100 };

function search(canPerS: number, firstPerS = options.firstPerS): readonly Probed[] {
  const probes: Probed[] = [];
  for (;;) {
    const ratePerS = nextRate(probes, { ...options, firstPerS });
    if (ratePerS === undefined) return probes;
    probes.push({ ratePerS, isGood: ratePerS <= canPerS });
    if (probes.length > 30) throw new Error("it does not come to an end");
  }
}

test.each([
  { canPerS: 17_300, why: "it lies above the first" },
  { canPerS: 10_000, why: "it is the first" },
  { canPerS: 800, why: "it lies far below the first" },
  { canPerS: 140_000, why: "it lies far above the first" },
])("finds $canPerS /s within 8 % when $why", ({ canPerS }) => {
  const probes = search(canPerS);
  expect(highestGood(probes)).toBeLessThanOrEqual(canPerS);
  expect(highestGood(probes) * 1.081).toBeGreaterThan(canPerS);
});

test("needs no more than seven probes when the first is half of it", () => {
  expect(search(20_000).length).toBeLessThanOrEqual(7);
});

test("ends with nothing when no rate holds", () => {
  const probes = search(0);
  expect(highestGood(probes)).toBe(0);
  expect(Math.min(...probes.map(({ ratePerS }) => ratePerS))).toBeGreaterThanOrEqual(100);
});

test("does not begin when there is nothing to begin with", () => {
  expect(nextRate([], { ...options, firstPerS: 0 })).toBeUndefined();
});

test("a good probe above a bad one proves nothing", () => {
  const probes = [
    { ratePerS: 1_000, isGood: true },
    { ratePerS: 2_000, isGood: false },
    { ratePerS: 3_000, isGood: true },
  ];
  expect(highestGood(probes)).toBe(1_000);
  expect(nextRate(probes, options)).toBe(1_410);
});
