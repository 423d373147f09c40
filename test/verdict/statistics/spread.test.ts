import { expect, test } from "vitest";
import { median, noiseOf } from "../../../verdict/statistics/spread.ts";

test.each([
  { values: [3], middle: 3 },
  { values: [9, 1, 5], middle: 5 },
  { values: [4, 1, 3, 2], middle: 2.5 },
])("the middle of $values is $middle", ({ values, middle }) => {
  expect(median(values)).toBe(middle);
});

test("nothing has no middle", () => {
  expect(() => median([])).toThrow("no middle");
});

test("noise is 1.4826 times the usual distance from the middle, and one wild figure is not noise", () => {
  expect(noiseOf([1, 2, 3, 4, 5])).toBeCloseTo(1.4826, 10);
  expect(noiseOf([1, 2, 3, 4, 1_000])).toBeCloseTo(1.4826, 10);
  expect(noiseOf([1, 1, 1, 0])).toBe(0);
});
