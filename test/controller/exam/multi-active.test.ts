/** The exam for several places, on runs that are made up. */
import { expect, test } from "vitest";
import { graded } from "../../../controller/exam/graded.ts";
import { multiActive } from "../../../controller/exam/multi-active.ts";
import { findTarget } from "../../../targets/catalog.ts";
import { membersOf } from "../../../targets/launch/members.ts";
import { judge } from "../../../verdict/judge.ts";
import { badBetween, disturbed, faultSeen } from "../../fakes/disturbed.ts";
import { tallied } from "../../fakes/evidence.ts";

const lost = faultSeen(12, 57, { id: "zone-lost:b@12", fault: "zone-lost", nodes: ["shop-b-1"], zone: "b" });

function sat(bad: (tenth: number) => number) {
  const seen = disturbed({ seconds: 100, bad, faults: [lost] });
  const verdict = judge(seen, tallied());
  const answer = multiActive.judge(seen, verdict);
  return { row: answer.rows[0], exitCode: graded(answer, verdict).exitCode };
}

test("each zone is lost in its turn, for longer than others have to take over", () => {
  const plan = multiActive.plan({ members: membersOf(findTarget("stage-09")) });
  if ("problems" in plan) throw new Error(plan.problems.join("; "));
  expect(plan.chaos.wishes.map(({ fault, where, atS }) => [fault, where, atS])).toEqual([
    ["zone-lost", "a", 12],
    ["zone-lost", "b", 97],
  ]);
  const members = membersOf(findTarget("stage-09"));
  expect(multiActive.plan({ members, holdS: 30 })).toHaveProperty("problems");
  expect(multiActive.plan({ members: membersOf(findTarget("stage-08")) })).toHaveProperty("problems");
  expect(multiActive.plan({ members, faults: ["kill"] })).toHaveProperty("problems");
  const inOnePlace = membersOf(findTarget("stage-08"));
  expect(multiActive.plan({ members: inOnePlace, faults: ["kill"], holdS: 30 })).toEqual({
    problems: [
      expect.stringContaining('not "kill"'),
      expect.stringContaining("has 30 s to take over"),
      "it stands in one place",
    ],
  });
});

test("one that the other place stands in for within half a minute is carried", () => {
  const { row, exitCode } = sat(badBetween(12, 40, 20));
  expect(row).toMatchObject({ subject: "zone b", answer: "carried", figures: { availabilityAfterTurn: 1 } });
  expect(exitCode).toBe(0);
});

test("one of whose work a part is never done by anybody is not", () => {
  const { row, exitCode } = sat(badBetween(12, 57, 1));
  expect(row).toMatchObject({ answer: "not carried", figures: { availabilityAfterTurn: 0.975 } });
  expect(exitCode).toBe(13);
});
