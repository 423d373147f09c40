import { describe, expect, test } from "vitest";
import { studentCdf, studentQuantile, studentTwoSided } from "../../../verdict/statistics/student-t.ts";

describe("against the printed tables of Student's t", () => {
  test.each([
    { df: 1, p: 0.975, t: 12.706 },
    { df: 2, p: 0.95, t: 2.92 },
    { df: 4, p: 0.975, t: 2.776 },
    { df: 4, p: 0.995, t: 4.604 },
    { df: 4, p: 0.9995, t: 8.61 },
    { df: 8, p: 0.975, t: 2.306 },
    { df: 9, p: 0.99, t: 2.821 },
    { df: 10, p: 0.9, t: 1.372 },
    { df: 30, p: 0.975, t: 2.042 },
    { df: 120, p: 0.995, t: 2.617 },
    { df: 1e6, p: 0.975, t: 1.96 },
  ])("df $df, p $p: $t", ({ df, p, t }) => {
    expect(studentQuantile(p, df)).toBeCloseTo(t, 3 - Math.ceil(Math.log10(t)) + 1 > 2 ? 3 : 2);
    expect(studentQuantile(1 - p, df)).toBeCloseTo(-studentQuantile(p, df), 9);
  });
});

test.each([
  { df: 1, t: 1, p: 0.75 },
  { df: 1, t: -1, p: 0.25 },
  { df: 2, t: Math.SQRT2, p: 0.5 + Math.SQRT2 / (2 * Math.sqrt(4)) },
  { df: 3, t: 0, p: 0.5 },
])("in closed form: P(t <= $t) with df $df is $p", ({ df, t, p }) => {
  expect(studentCdf(t, df)).toBeCloseTo(p, 12);
});

test("quantile and distribution undo each other, also far out and with broken degrees of freedom", () => {
  for (const df of [1, 1.5, 4, 7.77, 25, 400]) {
    for (const p of [1e-6, 0.001, 0.2, 0.6, 0.99, 0.99999]) {
      expect(studentCdf(studentQuantile(p, df), df)).toBeCloseTo(p, 9);
    }
  }
});

test("two sides are twice one", () => {
  expect(studentTwoSided(2.3, 6)).toBeCloseTo(2 * (1 - studentCdf(2.3, 6)), 12);
  expect(studentTwoSided(Number.POSITIVE_INFINITY, 6)).toBe(0);
});

test.each([0, 1, -0.1, Number.NaN])("there is no quantile of %s", (p) => {
  expect(() => studentQuantile(p, 4)).toThrow(RangeError);
});
test("there is no t without degrees of freedom", () => expect(() => studentCdf(1, 0)).toThrow(RangeError));
