import { expect, test } from "vitest";
import { decide, moreRunsToDecide } from "../../../verdict/statistics/decision.ts";
import { intervalOf, welch } from "../../../verdict/statistics/effect.ts";

test.each([
  { why: "all of it is beyond the margin", low: 0.11, high: 0.2, is: "regression" },
  { why: "all of it is within", low: -0.3, high: 0.09, is: "ok" },
  { why: "it reaches over", low: 0.05, high: 0.15, is: "undecided" },
  { why: "its lower end is on the margin", low: 0.1, high: 0.2, is: "undecided" },
  { why: "its upper end is on the margin", low: 0, high: 0.1, is: "undecided" },
])("$is when $why", ({ low, high, is }) => {
  expect(decide({ low, high }, 0.1)).toBe(is);
});

test("as many more runs as it says do decide, if nothing else changes", () => {
  const a = [0, 0.02, -0.02, 0.03, -0.03];
  const b = a.map((value) => value + 0.07);
  const effect = welch(a, b);
  const more = moreRunsToDecide(effect, 0.1, 0.95)!;
  expect(more).toBeGreaterThan(0);
  const share = 5 / (5 + more);
  const grown = {
    ...effect,
    standardError: effect.standardError * Math.sqrt(share),
    df: effect.df + 2 * more,
  };
  expect(decide(intervalOf(grown, 0.95), 0.1)).toBe("ok");
});

test("none are needed where it is decided, and none would do where the mean is the margin", () => {
  expect(moreRunsToDecide(welch([0, 0.001], [0, 0.001]), 0.1, 0.9)).toBe(0);
  expect(moreRunsToDecide(welch([0, 0.1, -0.1], [0.1, 0.2, 0]), 0.1, 0.95)).toBeUndefined();
});
