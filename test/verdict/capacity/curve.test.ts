import { describe, expect, it } from "vitest";
import { missingPoints } from "../../../verdict/capacity/curve.ts";
import type { ProbeAim, ProbeAnswer } from "../../../verdict/capacity/probe.ts";

const probe = (ratePerS: number, answer: ProbeAnswer = "good", aim: ProbeAim = "rise") => ({
  ...{ ratePerS, answer, aim },
});
const shares = [0.1, 0.5, 1.2];

describe("points of the curve", () => {
  it("are missing where no probe was near", () => {
    expect(missingPoints([], 100, shares)).toEqual([10, 50, 120]);
    expect(missingPoints([probe(9), probe(41), probe(125, "bad")], 100, shares)).toEqual([]);
    expect(missingPoints([probe(12.5), probe(62), probe(130, "bad")], 100, shares)).toEqual([10, 50, 120]);
  });

  it("are not known by a probe that was worthless, or stalled below the knee", () => {
    const stalled = [probe(10, "unsound"), probe(50, "bad"), probe(120, "unsound")];
    expect(missingPoints(stalled, 100, shares)).toEqual([10, 50, 120]);
    expect(missingPoints([probe(50, "open")], 100, [0.5])).toEqual([]);
  });

  it("are not known by what came right after an overload, or with other budgets", () => {
    const others = [probe(75, "good", "comeback"), probe(150, "bad", "relief")];
    expect(missingPoints(others, 100, [0.75, 1.5])).toEqual([75, 150]);
  });
});
