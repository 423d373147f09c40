/** The exam for statelessness: every shop goes in turn, and no login and no cart with it. */
import { expect, test } from "vitest";
import { graded } from "../../../controller/exam/graded.ts";
import { stateless } from "../../../controller/exam/stateless.ts";
import { findTarget } from "../../../targets/catalog.ts";
import { membersOf } from "../../../targets/launch/members.ts";
import { judge } from "../../../verdict/judge.ts";
import { disturbed, faultSeen } from "../../fakes/disturbed.ts";
import { guaranteesKept, tallied } from "../../fakes/evidence.ts";

const { consistency: kept } = guaranteesKept;

function sat(consistency: object, more = {}) {
  const seen = disturbed({ faults: [faultSeen(10, 14, more)], more: { consistency } });
  const verdict = judge(seen, tallied());
  const answer = stateless.judge(seen, verdict);
  return { answer, verdict: graded(answer, verdict) };
}

test("shops are killed one after the other, and nothing else is", () => {
  const plan = stateless.plan({ members: membersOf(findTarget("stage-04")) });
  if ("problems" in plan) throw new Error(plan.problems.join("; "));
  expect(plan.chaos.wishes.map(({ fault, where }) => `${fault} ${where}`)).toEqual([
    "kill shop-1",
    "kill shop-2",
    "kill shop-3",
  ]);
});

test("one shop alone cannot sit it, and shops are only killed", () => {
  const problemsOf = (target: string, faults: readonly string[]) => {
    const plan = stateless.plan({ members: membersOf(findTarget(target)), faults });
    return "problems" in plan ? plan.problems : [];
  };
  const alone = expect.stringContaining("one shop has nobody");
  const onlyKills = expect.stringContaining('not "freeze"');
  expect(problemsOf("stage-02", ["kill"])).toEqual([alone]);
  expect(problemsOf("stage-04", ["freeze"])).toEqual([onlyKills]);
  expect(problemsOf("stage-02", ["freeze", "freeze"])).toEqual([alone, onlyKills]);
});

test("all found again is upheld, with the number of looks", () => {
  const { answer, verdict } = sat(kept);
  expect(verdict).toMatchObject({ status: "upheld", exitCode: 0 });
  expect(answer.findings.map(({ check }) => check)).toEqual(["read-your-writes", "session-kept"]);
});

test.each(["session-kept", "read-your-writes"] as const)(
  "%s broken once is refuted, as a matter of correctness",
  (name) => {
    const { verdict } = sat({
      ...kept,
      [name]: { checked: 500, broken: 1, firstBrokenAtS: 11, lastBrokenAtS: 11 },
    });
    expect(verdict).toMatchObject({ status: "refuted", exitCode: 11 });
  },
);

test("a login that was lost is lost, however well it was measured", () => {
  const seen = disturbed({
    faults: [faultSeen(10, 14)],
    more: {
      instrument: { slipMs: { p99: 40 } },
      consistency: { ...kept, "session-kept": { checked: 9, broken: 1 } },
    },
  });
  const verdict = judge(seen, tallied());
  expect(graded(stateless.judge(seen, verdict), verdict).exitCode).toBe(11);
});

test("logins nobody could look at, and shops that were not really away, answer nothing", () => {
  expect(sat({ ...kept, "session-kept": { checked: 0, broken: 0 } }).verdict.exitCode).toBe(5);
  expect(sat(kept, { status: "vacuous", because: "no effect was seen" }).verdict.exitCode).toBe(5);
});
