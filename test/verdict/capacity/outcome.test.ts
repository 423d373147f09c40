import { describe, expect, it } from "vitest";
import { type Ended, outcomeOf } from "../../../verdict/capacity/outcome.ts";
import type { ProbeAim, ProbeAnswer, ProbeSeen } from "../../../verdict/capacity/probe.ts";

const probe = (aim: ProbeAim, ratePerS: number, answer: ProbeAnswer): ProbeSeen => ({
  ...{ aim, ratePerS, answer, because: `as ${answer}`, spanS: 3, p50Ms: 2, p90Ms: 5, p99Ms: 20 },
  ...{ offeredPerS: ratePerS, completedPerS: ratePerS, goodPerS: ratePerS, folder: "probes/01" },
  ...{ late: { of: 500, missed: 0 }, errors: { of: 500, missed: 0 }, nodes: [] },
  ...{ agentCpuRatio: 0.1, usedCores: 1 },
});
const proof = [
  ...[probe("rise", 100, "good"), probe("rise", 105, "bad"), probe("again", 105, "bad")],
  ...[1, 2, 3].map(() => probe("confirm", 100, "good")),
];
const found: Ended = { kind: "found", kneePerS: 100, badPerS: 105 };

describe("what a search comes to", () => {
  it("is a knee, between what was kept and what was not", () => {
    expect(outcomeOf(found, proof)).toMatchObject({
      ...{ status: "found", knee: { ratePerS: 100, belowPerS: 105 } },
    });
  });

  it.each(["rise", "overload", "comeback", "relief", "curve"] as const)(
    "is that the books did not agree, also in a probe of the %s",
    (aim) => {
      const seen = outcomeOf(found, [...proof, probe(aim, 150, "broken")]);
      expect(seen).toEqual({
        status: "broken",
        because: `at 150 /s (${aim}) the books did not agree: as broken`,
      });
    },
  );

  it.each([
    { aim: "overload", ratePerS: 150 },
    { aim: "curve", ratePerS: 120 },
  ] as const)("is inconclusive when the $aim was good beyond what was bad", ({ aim, ratePerS }) => {
    const seen = outcomeOf(found, [...proof, probe(aim, ratePerS, "good")]);
    expect(seen.status).toBe("inconclusive");
    expect(seen).not.toHaveProperty("knee");
  });

  it("is a knee beyond what was broken before, when the search went on, and tells of it", () => {
    const more = [
      ...[probe("curve", 120, "good"), probe("bisect", 126, "bad"), probe("again", 126, "bad")],
      ...[1, 2, 3].map(() => probe("confirm", 120, "good")),
    ];
    expect(outcomeOf({ kind: "found", kneePerS: 120, badPerS: 126 }, [...proof, ...more])).toMatchObject({
      ...{ status: "found", knee: { ratePerS: 120, belowPerS: 126 } },
      because:
        "kept at 120 /s, not at 126 /s; 105 /s was broken before 120 /s was kept (curve), so by something else than the load, and the search went on",
    });
  });

  it("is not moved by what was good below, or lucky while rising, or with other budgets", () => {
    const more = [
      ...[probe("curve", 50, "good"), probe("rise", 120, "good"), probe("relief", 150, "good")],
      probe("comeback", 75, "good"),
    ];
    expect(outcomeOf(found, [...proof, ...more]).status).toBe("found");
  });

  it("is what our agents make, when nothing was bad", () => {
    const ended: Ended = { kind: "found", kneePerS: 100, badPerS: undefined };
    expect(outcomeOf(ended, proof)).toMatchObject({ status: "beyond-most", knee: { ratePerS: 100 } });
  });

  it("is nothing, with the reason, and with that of the last unsound probe", () => {
    const ended: Ended = { kind: "none", because: "not even 1 /s meets the objective" };
    expect(outcomeOf(ended, [probe("rise", 1, "bad")])).toEqual({
      status: "below-least",
      because: ended.because,
    });
    expect(outcomeOf(ended, [probe("rise", 1, "unsound")])).toEqual({
      status: "inconclusive",
      because: "not even 1 /s meets the objective; the last time: as unsound",
    });
  });
});
