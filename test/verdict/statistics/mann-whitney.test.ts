import { describe, expect, test } from "vitest";
import { Random } from "../../../base/random.ts";
import { mannWhitney } from "../../../verdict/statistics/mann-whitney.ts";

/** Numbers 1 ... size of which `first` are in the first sample. */
function split(size: number, first: readonly number[]): [number[], number[]] {
  const all = Array.from({ length: size }, (_, index) => index + 1);
  return [all.filter((value) => first.includes(value)), all.filter((value) => !first.includes(value))];
}

describe("against the exact tables of Mann and Whitney (1947): ways to reach U or less, of all ways", () => {
  test.each([
    { sizes: "3 and 3", of: [1, 2, 3], size: 6, u: 0, oneSided: 1 / 20 },
    { sizes: "4 and 4", of: [1, 2, 3, 4], size: 8, u: 0, oneSided: 1 / 70 },
    { sizes: "4 and 4", of: [1, 2, 3, 6], size: 8, u: 2, oneSided: 4 / 70 },
    { sizes: "5 and 5", of: [1, 2, 3, 4, 5], size: 10, u: 0, oneSided: 1 / 252 },
    { sizes: "5 and 5", of: [1, 2, 3, 4, 7], size: 10, u: 2, oneSided: 4 / 252 },
    { sizes: "6 and 6", of: [1, 2, 3, 4, 5, 11], size: 12, u: 5, oneSided: 19 / 924 },
    { sizes: "5 and 8", of: [1, 2, 3, 4, 11], size: 13, u: 6, oneSided: 29 / 1287 },
  ])("$sizes values with U = $u", ({ of, size, u, oneSided }) => {
    const seen = mannWhitney(...split(size, of));
    expect(seen.u).toBe(u);
    expect(seen.p).toBeCloseTo(2 * oneSided, 12);
  });
});

test("the two samples may change places", () => {
  const [a, b] = split(11, [1, 4, 5, 9]);
  expect(mannWhitney(a, b).p).toBeCloseTo(mannWhitney(b, a).p, 12);
  expect(mannWhitney(a, b).u + mannWhitney(b, a).u).toBe(a.length * b.length);
});

test("equal samples do not differ at all", () => {
  expect(mannWhitney([5, 5, 5], [5, 5, 5]).p).toBe(1);
  expect(mannWhitney([1, 2, 3], [1, 2, 3]).p).toBe(1);
});

test("ties share their middle rank: as counted by hand over all 10 ways to choose 2 of 5", () => {
  // Ranks 1.5 1.5 3.5 3.5 5; the first sample has 1.5 + 1.5 = 3, the mean is 6. As far away: 3 and none above 8.5.
  expect(mannWhitney([1, 1], [2, 2, 3])).toEqual({ u: 0, p: 1 / 10 });
});

test("agrees with dealing the ranks at random", () => {
  const chance = new Random(7);
  const a = [3, 8, 8, 12, 14, 20];
  const b = [9, 11, 14, 15, 22, 23, 30];
  const { u, p } = mannWhitney(a, b);
  const far = Math.abs(u - 21);
  let extreme = 0;
  const deals = 20_000;
  for (let deal = 0; deal < deals; deal++) {
    const all = [...a, ...b];
    for (let at = all.length - 1; at > 0; at--) {
      const other = chance.below(at + 1);
      [all[at], all[other]] = [all[other]!, all[at]!];
    }
    const first = all.slice(0, a.length);
    const pairs = first.flatMap((x) => all.slice(a.length).map((y) => (x > y ? 1 : x === y ? 0.5 : 0)));
    if (Math.abs(pairs.reduce<number>((sum, each) => sum + each, 0) - 21) >= far - 1e-9) extreme++;
  }
  // Four standard errors of 20,000 deals.
  expect(Math.abs(extreme / deals - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / deals));
});

test.each([
  { why: "a sample is empty", a: [], b: [1] },
  { why: "a value is no number", a: [Number.NaN], b: [1] },
  {
    why: "there are too many to count exactly",
    a: new Array<number>(26).fill(1),
    b: new Array<number>(25).fill(2),
  },
])("refuses when $why", ({ a, b }) => {
  expect(() => mannWhitney(a, b)).toThrow(RangeError);
});
