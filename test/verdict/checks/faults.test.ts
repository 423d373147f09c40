/** Whether faults were carried out, bit, and were taken back. */
import { describe, expect, test } from "vitest";
import { faultEffect } from "../../../verdict/checks/fault-effect.ts";
import { faultUndone } from "../../../verdict/checks/fault-undone.ts";
import { judge } from "../../../verdict/judge.ts";
import { disturbed, faultSeen } from "../../fakes/disturbed.ts";
import { evidence, tallied } from "../../fakes/evidence.ts";

const because = "so it was";
const leaked = faultSeen(10, 14, { status: "leaked", because, manual: ["kill -CONT 17", "kill -CONT 18"] });

describe("fault-effect", () => {
  test.each([
    {
      fault: faultSeen(10, 14),
      status: "upheld",
      says: "seen to bite 10 s into the measured part: nobody listens",
    },
    { fault: leaked, status: "upheld", says: "seen to bite" },
    {
      fault: faultSeen(10, 14, { status: "vacuous", because }),
      status: "inconclusive",
      says: "proves nothing: so it was",
    },
    {
      fault: faultSeen(10, 14, { status: "failed", because }),
      status: "inconclusive",
      says: "could not be carried out: so it was",
    },
    {
      fault: faultSeen(10, 14, { status: "not-reached", because }),
      status: "inconclusive",
      says: "never had its turn: so it was",
    },
  ])("$status of one that is $fault.status", ({ fault, status, says }) => {
    const [finding] = faultEffect.judge(disturbed({ faults: [fault] }), undefined);
    expect(finding).toMatchObject({ status, kind: "instrument", subject: fault.id });
    expect(finding!.because).toContain(says);
  });

  test("a fault said to be effective that nobody saw is not believed", () => {
    const { effectAtS: _, effect: __, ...unseen } = faultSeen(10, 14);
    expect(faultEffect.judge(disturbed({ faults: [unseen] }), undefined)).toMatchObject([
      { status: "inconclusive", because: "kill:shop-1@10 was not seen to bite" },
    ]);
  });
});

test("a fault of the relay that some went past proves nothing, however much it bit", () => {
  const past = faultSeen(10, 14, { figures: { connections: 12, pastRelayConnections: 3 } });
  expect(faultEffect.judge(disturbed({ faults: [past] }), undefined)).toMatchObject([
    {
      status: "inconclusive",
      because:
        "kill:shop-1@10 was seen to bite, but not for all: 3 connections of its edges led past the relay",
    },
  ]);
});

describe("fault-undone", () => {
  test("what is still there is refuted, with what a person can do about it", () => {
    expect(faultUndone.judge(disturbed({ faults: [leaked, faultSeen(20, 22)] }), undefined)).toMatchObject([
      {
        status: "refuted",
        kind: "leaked",
        because:
          "kill:shop-1@10 is still in place: so it was; take it back by hand: kill -CONT 17; kill -CONT 18",
      },
      { status: "upheld", because: "nothing of kill:shop-1@20 is left" },
    ]);
  });

  test("where nothing was injected nothing can be left", () => {
    const { injectedAtS: _, ...never } = faultSeen(10, 14, { status: "not-reached", because });
    expect(faultUndone.judge(disturbed({ faults: [never] }), undefined)).toEqual([]);
  });
});

test("a run without faults has no findings about them", () => {
  for (const check of [faultEffect, faultUndone]) expect(check.judge(evidence(), tallied())).toEqual([]);
});

test.each([
  { fault: leaked, exitCode: 15 },
  { fault: faultSeen(10, 14, { status: "vacuous", because }), exitCode: 5 },
  { fault: faultSeen(10, 14), exitCode: 0 },
])("a run whose fault is $fault.status ends with $exitCode", ({ fault, exitCode }) => {
  expect(judge(disturbed({ faults: [fault] }), tallied()).exitCode).toBe(exitCode);
});
