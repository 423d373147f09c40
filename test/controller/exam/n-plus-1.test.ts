/** The exam for N+1, on runs that are made up: what is carried, what is felt too much, what is a single point of failure. */
import { describe, expect, test } from "vitest";
import { graded } from "../../../controller/exam/graded.ts";
import { nPlusOne } from "../../../controller/exam/n-plus-1.ts";
import { findTarget } from "../../../targets/catalog.ts";
import { membersOf } from "../../../targets/launch/members.ts";
import type { Evidence } from "../../../verdict/evidence.ts";
import { judge } from "../../../verdict/judge.ts";
import { badBetween, disturbed, faultSeen } from "../../fakes/disturbed.ts";
import { tallied } from "../../fakes/evidence.ts";

const members = membersOf(findTarget("stage-04"));

describe("its plan", () => {
  test("disturbs every member in every way, one at a time, with room between", () => {
    const plan = nPlusOne.plan({ members, holdS: 15, gapS: 10 });
    if ("problems" in plan) throw new Error(plan.problems.join("; "));
    const { wishes } = plan.chaos;
    expect(wishes.map(({ fault, where }) => `${fault} ${where}`)).toEqual(
      members.flatMap(({ name }) => [`kill ${name}`, `freeze ${name}`]),
    );
    expect(wishes.map(({ atS }) => atS)).toEqual(wishes.map((_, turn) => 10 + 25 * turn));
    expect(wishes.every(({ forS }) => forS === 15)).toBe(true);
    expect(plan.durationS).toBe(10 + 25 * wishes.length);
  });

  test("may be of one way to fail, and of no other than it knows", () => {
    const plan = nPlusOne.plan({ members, faults: ["kill"] });
    expect("chaos" in plan && plan.chaos.wishes.length).toBe(members.length);
    expect(nPlusOne.plan({ members, faults: ["flood", "kill", "hang"] })).toEqual({
      problems: [
        'n-plus-1 knows kill and freeze as ways to fail, not "flood"',
        'n-plus-1 knows kill and freeze as ways to fail, not "hang"',
      ],
    });
  });
});

describe("its answers", () => {
  const named = (node: string, fromS: number, toS: number, more = {}) =>
    faultSeen(fromS, toS, { id: `kill:${node}@${fromS}`, nodes: [node], ...more });
  const sat = (seen: Evidence) => {
    const verdict = judge(seen, tallied());
    const answer = nPlusOne.judge(seen, verdict);
    return { answer, verdict: graded(answer, verdict) };
  };
  const inAll =
    (...bad: readonly ((tenth: number) => number)[]) =>
    (tenth: number) =>
      Math.max(0, ...bad.map((each) => each(tenth)));

  test("a node nobody misses is carried", () => {
    const { answer, verdict } = sat(disturbed({ seconds: 60, faults: [named("shop-1", 10, 30)] }));
    expect(answer.rows).toMatchObject([
      {
        subject: "shop-1",
        answer: "carried",
        because: "100 % good answers while it was on, never felt",
        figures: { availability: 1, recoveredUnderFaultS: 0, blackoutS: 0, recoveredAfterS: 0 },
      },
    ]);
    expect(verdict).toMatchObject({ status: "upheld", exitCode: 0 });
  });

  test("one that others stand in for within a moment is carried, and the moment is told", () => {
    const bad = badBetween(10, 10.5, 10);
    const { answer } = sat(disturbed({ seconds: 60, bad, faults: [named("shop-1", 10, 30)] }));
    expect(answer.rows).toMatchObject([
      { answer: "carried", figures: { recoveredUnderFaultS: 0.5, blackoutS: 0 } },
    ]);
  });

  test.each([
    {
      why: "all is dark for too long",
      bad: badBetween(10, 13.5),
      figures: { blackoutS: 3.5, recoveredUnderFaultS: 3.5 },
    },
    {
      why: "too many are sent away",
      bad: badBetween(10, 15, 4),
      figures: { availability: 0.975, blackoutS: 0 },
    },
    { why: "it takes too long", bad: badBetween(10, 20.5, 2), figures: { recoveredUnderFaultS: 10.5 } },
  ])("one that is got over is felt too much when $why", ({ bad, figures }) => {
    const { answer, verdict } = sat(disturbed({ seconds: 60, bad, faults: [named("db", 10, 30)] }));
    expect(answer.rows).toMatchObject([{ answer: "felt too much", status: "refuted", figures }]);
    expect(verdict.exitCode).toBe(13);
  });

  test("those that are never got over are the single points of failure, each named once", () => {
    const faults = [
      named("shop-1", 10, 30),
      named("db", 40, 60),
      named("db", 70, 90, { fault: "freeze", id: "freeze:db@70" }),
    ];
    const bad = inAll(badBetween(40, 60), badBetween(70, 90, 12));
    const { answer, verdict } = sat(disturbed({ seconds: 100, bad, faults }));
    expect(answer.rows.map((row) => `${row.fault} ${row.subject}: ${row.answer}`)).toEqual([
      "kill shop-1: carried",
      "kill db: single point of failure",
      "freeze db: single point of failure",
    ]);
    expect(answer.notes[0]).toBe("single points of failure: db (1 of 2 nodes)");
    expect(verdict).toMatchObject({ status: "refuted", exitCode: 13 });
  });

  test("a fault that nobody saw answers nothing, and does not hide what another one showed", () => {
    const vacuous = named("cache", 10, 30, {
      status: "vacuous",
      because: "no effect was seen",
      effectAtS: undefined,
    });
    const alone = sat(disturbed({ seconds: 100, faults: [vacuous] }));
    expect(alone.answer.rows).toMatchObject([{ answer: "unknown", status: "inconclusive" }]);
    expect(alone.verdict).toMatchObject({ status: "inconclusive", exitCode: 5 });
    const both = sat(
      disturbed({ seconds: 100, bad: badBetween(40, 60), faults: [vacuous, named("db", 40, 60)] }),
    );
    expect(both.verdict).toMatchObject({ status: "refuted", exitCode: 13 });
  });

  test("two that were in place at once are not told apart", () => {
    const faults = [named("shop-1", 10, 41), named("db", 40, 60)];
    const { answer } = sat(disturbed({ seconds: 100, bad: badBetween(40, 60), faults }));
    expect(answer.rows.map((row) => row.answer)).toEqual(["unknown", "unknown"]);
  });

  test("books that are not in order are graver than a node that was missed", () => {
    const stocks = [{ saleId: 3, itemId: 4711, initial: 10, remaining: 0, sold: 12 }];
    const seen = disturbed({
      ...{ seconds: 100, bad: badBetween(40, 60), faults: [named("db", 40, 60)] },
      more: { correctness: { stocks } },
    });
    expect(sat(seen).verdict.exitCode).toBe(11);
  });

  test("an instrument that was not well answers nothing", () => {
    const late = { instrument: { slipMs: { p99: 40 } } };
    const seen = disturbed({
      seconds: 100,
      bad: badBetween(40, 60),
      faults: [named("db", 40, 60)],
      more: late,
    });
    expect(sat(seen).verdict.exitCode).toBe(5);
  });
});
