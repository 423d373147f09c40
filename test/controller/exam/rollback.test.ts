/** The exam for rollback, on runs that are made up. */
import { expect, test } from "vitest";
import { graded } from "../../../controller/exam/graded.ts";
import { rollback } from "../../../controller/exam/rollback.ts";
import { findTarget } from "../../../targets/catalog.ts";
import { membersOf } from "../../../targets/launch/members.ts";
import { judge } from "../../../verdict/judge.ts";
import { badBetween, disturbed, faultSeen } from "../../fakes/disturbed.ts";
import { tallied } from "../../fakes/evidence.ts";

/** On from 10 s, ordered back at 20 s, gone at 23 s. */
const release = faultSeen(10, 20, { id: "bad-deploy:shop-1@10", fault: "bad-deploy", undoneAtS: 23 });

function sat(bad: (tenth: number) => number, seconds = 100) {
  const seen = disturbed({ seconds, bad, faults: [release] });
  const verdict = judge(seen, tallied());
  const answer = rollback.judge(seen, verdict);
  return { row: answer.rows[0], exitCode: graded(answer, verdict).exitCode };
}

test("each shop gets the bad release in its turn, and no other node does", () => {
  const plan = rollback.plan({ members: membersOf(findTarget("stage-04")) });
  if ("problems" in plan) throw new Error(plan.problems.join("; "));
  expect(plan.chaos.wishes).toMatchObject(
    ["shop-1", "shop-2", "shop-3"].map((where) => ({ fault: "bad-deploy", value: "20%", where })),
  );
  expect(rollback.plan({ members: [], faults: ["kill"] })).toHaveProperty("problems");
});

test("a release that is taken back without much ado", () => {
  const { row, exitCode } = sat(badBetween(10, 24, 3));
  expect(row).toMatchObject({ answer: "taken back", figures: { backS: 4, blackoutS: 0 } });
  expect(exitCode).toBe(0);
});

test("one whose exchanges leave nobody to answer is felt too much", () => {
  const { row, exitCode } = sat((tenth) => Math.max(badBetween(10, 11.5)(tenth), badBetween(20, 23)(tenth)));
  expect(row).toMatchObject({ answer: "felt too much", figures: { blackoutS: 3, backS: 3 } });
  expect(exitCode).toBe(13);
});

test("and so is one that leaves nobody for a moment, when enough was asked for in it", () => {
  const moment = (toS: number) => sat((tenth) => badBetween(20, toS)(tenth)).row;
  expect(moment(20.3)).toMatchObject({ answer: "felt too much", figures: { blackoutS: 0.3 } });
  expect(moment(20.1)).toMatchObject({ answer: "taken back", figures: { blackoutS: 0.1 } });
});

test("one that stays bad after it was taken back was not taken back in time", () => {
  expect(sat(badBetween(10, 100, 3))).toMatchObject({
    row: { answer: "not taken back in time" },
    exitCode: 13,
  });
  expect(sat(badBetween(10, 85, 3)).row).toMatchObject({
    answer: "not taken back in time",
    figures: { backS: 65 },
  });
});
