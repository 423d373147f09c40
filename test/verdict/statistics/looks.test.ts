import { describe, expect, test } from "vitest";
import { Random } from "../../../base/random.ts";
import { decide } from "../../../verdict/statistics/decision.ts";
import { intervalOf, paired } from "../../../verdict/statistics/effect.ts";
import { confidenceOf, looksUpTo } from "../../../verdict/statistics/looks.ts";
import { normal } from "../../fakes/repeated-runs.ts";

test.each([
  { most: 10, runs: [5, 7, 10] },
  { most: 5, runs: [5] },
  { most: 6, runs: [5, 6] },
  { most: 3, runs: [3] },
  { most: 40, runs: [5, 14, 40] },
])("with $most runs at most one looks after $runs", ({ most, runs }) => {
  expect(looksUpTo(most).map((look) => look.runs)).toEqual(runs);
});

test("the looks together spend the budget and no more", () => {
  for (const most of [3, 5, 6, 10, 17, 100]) {
    expect(looksUpTo(most).reduce((sum, { alpha }) => sum + alpha, 0)).toBeCloseTo(0.05, 12);
  }
});

test("several figures share what a look may spend", () => {
  expect(confidenceOf({ runs: 5, alpha: 0.02 }, 4)).toBeCloseTo(0.995, 12);
});

test("one run cannot be compared", () => expect(() => looksUpTo(1)).toThrow(RangeError));

/** A target that is worse by exactly the margin: half of all errors must be alarms, and there may be 5 % of both. */
describe("looking again and again", () => {
  const repeats = 2_000;
  const margin = Math.log(1.1);

  function wrongShare(looks: readonly { readonly runs: number; readonly alpha: number }[]): number {
    const random = new Random(7, looks.length);
    let wrong = 0;
    for (let repeat = 0; repeat < repeats; repeat++) {
      const a: number[] = [];
      const b: number[] = [];
      for (const look of looks) {
        while (a.length < look.runs) {
          a.push(normal(random, 0.03));
          b.push(margin + normal(random, 0.03));
        }
        const decision = decide(intervalOf(paired(a, b), confidenceOf(look, 1)), margin);
        if (decision === "undecided") continue;
        wrong++;
        break;
      }
    }
    return wrong / repeats;
  }

  test("is wrong in no more than 5 of 100, with the budget", () => {
    expect(wrongShare(looksUpTo(10))).toBeLessThanOrEqual(0.055);
    expect(wrongShare(looksUpTo(30))).toBeLessThanOrEqual(0.055);
  });

  test("planted: without a budget, a look after each run is wrong far more often, and this would see it", () => {
    const greedy = Array.from({ length: 9 }, (_, at) => ({ runs: at + 2, alpha: 0.05 }));
    expect(wrongShare(greedy)).toBeGreaterThan(0.1);
  });
});
