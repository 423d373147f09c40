/** The exam for isolation, on runs that are made up. */
import { describe, expect, test } from "vitest";
import { graded } from "../../../controller/exam/graded.ts";
import { isolation, limits } from "../../../controller/exam/isolation.ts";
import type { FaultSeen } from "../../../metrics/fault-seen.ts";
import { findTarget } from "../../../targets/catalog.ts";
import { membersOf } from "../../../targets/launch/members.ts";
import type { Evidence } from "../../../verdict/evidence.ts";
import { judge } from "../../../verdict/judge.ts";
import { badBetween, disturbed, faultSeen } from "../../fakes/disturbed.ts";
import { responses, tallied } from "../../fakes/evidence.ts";

const flood = faultSeen(30, 50, {
  ...{ id: "flood@30", fault: "flood", nodes: [] },
  figures: { floodFineRatio: 0.4 },
});
const asking = faultSeen(60, 85, { id: "flood@60", fault: "flood", nodes: [] });
const engine = faultSeen(65, 85, { id: "freeze:search@65", fault: "freeze", nodes: ["search"] });

/** Everything takes 40 ms; between two instants as long as it is said. */
function sat(
  faults: readonly FaultSeen[],
  { bad, slow }: { bad?: (tenth: number) => number; slow?: { fromS: number; toS: number; ms: number } } = {},
) {
  const seen = disturbed({ seconds: 100, faults, ...(bad && { bad }) });
  const changed: Evidence = {
    ...seen,
    timeline: seen.timeline.map((second) =>
      slow !== undefined && second.atS >= slow.fromS && second.atS < slow.toS
        ? { ...second, response: responses(second.planned, slow.ms) }
        : second,
    ),
  };
  const verdict = judge(changed, tallied());
  const answer = isolation.judge(changed, verdict);
  return {
    answers: answer.rows.map((row) => row.answer),
    because: answer.rows.map((row) => row.because),
    exitCode: graded(answer, verdict).exitCode,
  };
}

describe("its plan", () => {
  const planOf = (stage: string, more = {}) => {
    const plan = isolation.plan({ members: membersOf(findTarget(stage)), dailyPerS: 200, ...more });
    if ("problems" in plan) throw new Error(plan.problems.join("; "));
    return plan;
  };
  const words = (stage: string, more = {}) =>
    planOf(stage, more).chaos.wishes.map(
      ({ fault, value, where, atS, forS }) => `${fault}=${value ?? ""}:${where ?? ""}@${atS}+${forS}`,
    );

  test("troubles search in three ways; while searches are asked for, wherever it would not be felt otherwise", () => {
    expect(words("stage-11")).toEqual([
      "flood=400/s,search:@30+25",
      "flood=50/s,search:@75+25",
      "neighbour=4:search-app@80+20",
      "flood=50/s,search:@120+25",
      "freeze=:search@125+20",
    ]);
    expect(planOf("stage-11").durationS).toBe(165);
  });

  test("is about whoever answers searches, and asks the catalogue where there is no engine", () => {
    expect(words("stage-02", { faults: ["neighbour", "freeze"], holdS: 12, gapS: 10 })).toEqual([
      "flood=50/s,search:@30+17",
      "neighbour=4:shop@35+12",
      "flood=50/s,search:@57+17",
      "freeze=:db@62+12",
    ]);
    const frozen = planOf("stage-05", { faults: ["freeze"] }).chaos.wishes.slice(1);
    expect(frozen.map(({ where }) => where)).toEqual(["db-replica-1", "db-replica-2"]);
  });

  test("knows three troubles, and floods with no more than can be made beside the load", () => {
    const members = membersOf(findTarget("stage-02"));
    expect(isolation.plan({ members, faults: ["kill"] })).toEqual({
      problems: ['isolation knows flood, neighbour, freeze as trouble, not "kill"'],
    });
    expect(words("stage-02", { faults: ["flood"], dailyPerS: 2_000 })).toEqual(["flood=500/s,search:@30+25"]);
  });
});

test("others who notice nothing are left alone", () => {
  expect(sat([flood, asking, engine])).toMatchObject({
    answers: ["left alone", "left alone"],
    exitCode: 0,
  });
});

test.each([
  { why: "some are turned away", bad: badBetween(40, 41, 2), answers: ["taken along", "left alone"] },
  {
    why: "they wait longer",
    slow: { fromS: 70, toS: 80, ms: 60 },
    answers: ["left alone", "taken along"],
  },
])("refuted when $why", ({ answers, ...spoilt }) => {
  expect(sat([flood, asking, engine], spoilt)).toMatchObject({ answers, exitCode: 13 });
});

test("a little longer is no longer than usual", () => {
  const ms = 40 * limits.p99Ratio;
  expect(sat([flood], { slow: { fromS: 30, toS: 50, ms: ms - 1 } }).answers).toEqual(["left alone"]);
  expect(sat([flood], { slow: { fromS: 30, toS: 50, ms: ms + 2 } }).answers).toEqual(["taken along"]);
});

test("what is usual is the slower half of the undisturbed time", () => {
  const slow = { fromS: 16, toS: 50, ms: 60 };
  expect(sat([flood], { slow }).answers).toEqual(["left alone"]);
});

test.each([
  {
    why: "search answered the flood well",
    faults: [{ ...flood, figures: { floodFineRatio: 0.97 } }],
    says: "it was not overloaded",
  },
  {
    why: "nobody searched what stood still",
    faults: [{ ...asking, status: "vacuous", because: "no effect was seen" } as const, engine],
    says: "nobody searched meanwhile",
  },
  {
    why: "the trouble was none",
    faults: [asking, { ...engine, status: "vacuous", because: "no effect was seen" } as const],
    says: "freeze:search@65 proves nothing: no effect was seen",
  },
  {
    why: "nothing is known to be usual",
    faults: [{ ...flood, plannedAtS: 1 }],
    says: "nothing is known to be usual",
  },
])("nothing is proven when $why", ({ faults, says }) => {
  const { answers, because, exitCode } = sat(faults);
  expect(answers).toEqual(["unknown"]);
  expect(because[0]).toContain(says);
  expect(exitCode).toBe(5);
});

test("nothing is proven of a target that was not well before anything was done", () => {
  // One in a hundred, from the first second on.
  const { answers, because, exitCode } = sat([flood], { bad: (tenth) => (tenth % 5 === 0 ? 2 : 0) });
  expect(answers).toEqual(["unknown"]);
  expect(because[0]).toContain("99.0 % of the answers were good before anything was done");
  expect(exitCode).toBe(5);
});

test("others who are taken along by a flood that was answered well are taken along", () => {
  const mild = { ...flood, figures: { floodFineRatio: 0.97 } };
  expect(sat([mild], { bad: badBetween(40, 42, 10) })).toMatchObject({
    answers: ["taken along"],
    exitCode: 13,
  });
});
