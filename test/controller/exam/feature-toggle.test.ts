/** The exam for feature toggles, on runs that are made up. */
import { describe, expect, test } from "vitest";
import { featureToggle } from "../../../controller/exam/feature-toggle.ts";
import { graded } from "../../../controller/exam/graded.ts";
import type { FaultSeen } from "../../../metrics/fault-seen.ts";
import { findTarget } from "../../../targets/catalog.ts";
import { membersOf } from "../../../targets/launch/members.ts";
import { judge } from "../../../verdict/judge.ts";
import { badBetween, disturbed, faultSeen } from "../../fakes/disturbed.ts";
import { tallied } from "../../fakes/evidence.ts";

const toggle = faultSeen(12, 24, { id: "toggle@12", fault: "toggle", nodes: [], effectAtS: 13 });
const { effectAtS: _, ...unheard } = toggle;
const centre = faultSeen(36, 76, { id: "kill:config@36", nodes: ["config"] });
const application = faultSeen(46, 48, { id: "kill:home-app-a@46", nodes: ["home-app-a"], undoneAtS: 53 });

function sat(faults: readonly FaultSeen[], bad: (tenth: number) => number = () => 0) {
  const seen = disturbed({ seconds: 90, bad, faults });
  const verdict = judge(seen, tallied());
  const answer = featureToggle.judge(seen, verdict);
  return { answers: answer.rows.map((row) => row.answer), exitCode: graded(answer, verdict).exitCode };
}

describe("its plan", () => {
  test("is one story: a toggle, then the centre, and meanwhile one of those that call it", () => {
    const plan = featureToggle.plan({ members: membersOf(findTarget("stage-11")) });
    if ("problems" in plan) throw new Error(plan.problems.join("; "));
    expect(plan.chaos.wishes).toMatchObject([
      { fault: "toggle", value: "search", atS: 12 },
      { fault: "kill", where: "config", atS: 36, forS: 40 },
      { fault: "kill", where: "home-app-a", atS: 46 },
    ]);
  });

  test("takes a centre, and no other times", () => {
    const problemsOf = (target: string, more = {}) => {
      const plan = featureToggle.plan({ members: membersOf(findTarget(target)), ...more });
      return "problems" in plan ? plan.problems : [];
    };
    const ownTimes = expect.stringContaining("times of its own");
    const noCentre = expect.stringContaining("none of its applications calls one");
    expect(problemsOf("stage-04")).toEqual([noCentre]);
    expect(problemsOf("stage-11", { holdS: 5 })).toEqual([ownTimes]);
    expect(problemsOf("stage-04", { faults: ["kill"] })).toEqual([ownTimes, noCentre]);
  });
});

test("all of it is as it should be", () => {
  expect(sat([toggle, centre, application])).toEqual({
    answers: ["switched off without harm", "not missed", "started without the centre"],
    exitCode: 0,
  });
});

test.each([
  {
    why: "an application is only back with the centre",
    faults: [toggle, centre, { ...application, undoneAtS: 80 }],
    answers: ["switched off without harm", "not missed", "did not start without the centre"],
  },
  {
    why: "the toggle takes too long to be everywhere",
    faults: [{ ...toggle, effectAtS: 18 }, centre, application],
    answers: ["felt too much", "not missed", "started without the centre"],
  },
  {
    why: "one application never hears of it",
    faults: [{ ...unheard, status: "vacuous" } as const, centre, application],
    answers: ["not everywhere", "not missed", "started without the centre"],
  },
  {
    why: "others are turned away while it is off",
    faults: [toggle, centre, application],
    bad: badBetween(14, 15),
    answers: ["felt too much", "not missed", "started without the centre"],
  },
  {
    why: "the centre is missed",
    faults: [toggle, centre, application],
    bad: badBetween(38, 39),
    answers: ["switched off without harm", "missed", "started without the centre"],
  },
])("refuted when $why", ({ faults, bad, answers }) => {
  expect(sat(faults, bad)).toEqual({ answers, exitCode: 13 });
});

test("a load that is too much for the target before anything is done says nothing of toggles", () => {
  const { answers, exitCode } = sat([toggle, centre, application], badBetween(4, 5));
  expect(answers).toEqual(["unknown", "unknown", "started without the centre"]);
  expect(exitCode).toBe(5);
});

test("a centre that was not away answers nothing", () => {
  const here = { ...centre, status: "vacuous", because: "no effect was seen" } as const;
  expect(sat([toggle, here, application])).toEqual({
    answers: ["switched off without harm", "unknown", "unknown"],
    exitCode: 5,
  });
});
