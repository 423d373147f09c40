import { describe, expect, test } from "vitest";
import { Failure } from "../../base/failure.ts";
import { exponential, fading } from "../../load/exponential.ts";
import { hold } from "../../load/hold.ts";
import { inTurn } from "../../load/in-turn.ts";
import { ramp } from "../../load/ramp.ts";
import { shoppersOnline } from "../../load/shoppers-online.ts";
import { spike } from "../../load/spike.ts";
import { sum } from "../../load/sum.ts";
import { withWarmUp } from "../../load/warm-up.ts";
import { wave } from "../../load/wave.ts";

function failureOf(make: () => unknown): Failure {
  try {
    make();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("nothing failed");
}

test.each([
  {
    why: "every bad figure of a hold is named",
    make: () => hold({ ratePerS: -3, spanS: 0 }),
    problems: ["ratePerS must be 0 or more, not -3", "spanS must be above 0, not 0"],
  },
  {
    why: "an endless ramp is none",
    make: () => ramp({ fromPerS: 1, toPerS: Number.NaN, overS: Number.POSITIVE_INFINITY }),
    problems: ["toPerS must be 0 or more, not NaN", "overS must be above 0, not Infinity"],
  },
  {
    why: "a spike must fit into its span and be one",
    make: () => spike({ basePerS: 10, peakPerS: 5, spanS: 10, atS: 8, holdS: 3, fallS: 1 }),
    problems: ["peakPerS 5 must not be below basePerS 10", "the peak ends at 12 s, after the span of 10 s"],
  },
  {
    why: "a wave must not go under",
    make: () => wave({ meanPerS: 5, swingPerS: 6, periodS: 1, spanS: 1 }),
    problems: ["swingPerS 6 must not be above meanPerS 5"],
  },
  {
    why: "growth by a factor cannot start at 0",
    make: () => exponential({ fromPerS: 0, toPerS: 5, overS: 1 }),
    problems: ["fromPerS must be above 0, not 0"],
  },
  {
    why: "fading needs a time",
    make: () => fading({ fromPerS: 1, tauS: 0, overS: 1 }),
    problems: ["tauS must be above 0, not 0"],
  },
  {
    why: "nothing after nothing is no load",
    make: () => inTurn(),
    problems: ["number of loads must be a whole number, 1 or more, not 0"],
  },
  {
    why: "the sum of nothing is no load",
    make: () => sum(),
    problems: ["number of loads must be a whole number, 1 or more, not 0"],
  },
  {
    why: "half a shopper does not shop",
    make: () => shoppersOnline({ shoppers: 2.5, spanS: 10, rampS: 11 }),
    problems: ["shoppers must be a whole number, 1 or more, not 2.5", "rampS 11 must not be above spanS 10"],
  },
])("$why", ({ make, problems }) => {
  const failure = failureOf(make);
  expect(failure.kind).toBe("usage");
  expect(failure.problems).toEqual(problems);
});

test.each([inTurn, sum])("%o refuses loads of different spacing, which no schedule could follow", (join) => {
  const even = hold({ ratePerS: 1, spanS: 1, spacing: "even" });
  const poisson = hold({ ratePerS: 1, spanS: 1 });
  expect(failureOf(() => join(even, poisson)).message).toContain("even and poisson");
});

describe("shoppers online", () => {
  test("come one after another, then stay, then are gone", () => {
    const load = shoppersOnline({ shoppers: 4, spanS: 10, rampS: 2 });
    expect([0, 0.49, 0.5, 1, 1.99, 2, 9.9, 10].map((atS) => load.shoppersAt(atS))).toEqual([
      1, 1, 2, 3, 4, 4, 4, 0,
    ]);
    expect(load.peakShoppers).toBe(4);
  });

  test("are all there from the start without a ramp", () => {
    expect(shoppersOnline({ shoppers: 7, spanS: 1 }).shoppersAt(0)).toBe(7);
  });

  test("say that they are closed", () => {
    const load = shoppersOnline({ shoppers: 7, spanS: 60, rampS: 5 });
    expect(load.describe()).toBe("7 shoppers online (closed) for 60 s, coming over 5 s");
  });
});

describe("warm-up", () => {
  test("goes at the rate of the first second, and shifts the rest", () => {
    const load = withWarmUp(hold({ ratePerS: 20, spanS: 5, spacing: "even" }), 3);
    expect([load.spanS, load.arrivalsBy(3), load.arrivalsBy(8)]).toEqual([8, 60, 160]);
  });

  test("goes at another rate when it is told one, and the load after it is what it was", () => {
    const load = withWarmUp(hold({ ratePerS: 20, spanS: 5, spacing: "even" }), 3, 50);
    expect([load.spanS, load.arrivalsBy(3), load.arrivalsBy(8)]).toEqual([8, 150, 250]);
  });

  test("of 0 s is none", () => {
    const load = hold({ ratePerS: 20, spanS: 5 });
    expect(withWarmUp(load, 0)).toBe(load);
  });

  test("of a closed load keeps its first shoppers online", () => {
    const load = withWarmUp(shoppersOnline({ shoppers: 10, spanS: 10, rampS: 5 }), 4);
    if (load.kind !== "closed") throw new Error("a closed load stays closed");
    expect([0, 3.9, 4, 9, 13.9, 14].map((atS) => load.shoppersAt(atS))).toEqual([1, 1, 1, 10, 10, 0]);
  });
});

test("loads say what they are", () => {
  const words = inTurn(
    hold({ ratePerS: 400, spanS: 30 }),
    ramp({ fromPerS: 400, toPerS: 1000 / 3, overS: 2 }),
  ).describe();
  expect(words).toBe("400 /s for 30 s, then 400 to 333.333 /s over 2 s");
});
