/** Whether faults were carried out, bit, and were taken back. */
import { describe, expect, test } from "vitest";
import { faultEffect } from "../../../verdict/checks/fault-effect.ts";
import { faultUndone } from "../../../verdict/checks/fault-undone.ts";
import { judge } from "../../../verdict/judge.ts";
import { disturbed, faultSeen } from "../../fakes/disturbed.ts";
import { evidence, tallied } from "../../fakes/evidence.ts";

const because = "so it was";
const { effectAtS: _, effect: __, ...unseen } = faultSeen(10, 14);
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
      fault: { ...unseen, status: "failed", because } as const,
      status: "inconclusive",
      says: "could not be carried out: so it was",
    },
    {
      fault: faultSeen(10, 14, { status: "failed", because }),
      status: "inconclusive",
      says: "was carried out, but so it was",
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

  test.each([
    { effectAtS: 39.9, status: "upheld" },
    { effectAtS: 40, status: "inconclusive" },
    { effectAtS: 65, status: "inconclusive" },
  ] as const)("$status of one that bites $effectAtS s into a load of 40 s", ({ effectAtS, status }) => {
    const late = faultSeen(30, 70, { effectAtS });
    const [finding] = faultEffect.judge(disturbed({ seconds: 40, faults: [late] }), undefined);
    expect(finding).toMatchObject({ status });
    if (status === "inconclusive")
      expect(finding!.because).toBe(
        `kill:shop-1@30 proves nothing: it was seen to bite only ${effectAtS} s into the measured part, and the load was over after 40 s`,
      );
  });

  test("a fault said to be effective that nobody saw is not believed", () => {
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

describe("a fault of the relay, and how late the relay itself was", () => {
  test.each([
    { why: "it was as late as timers are", relayLateP99Ms: 0.4, status: "upheld" },
    { why: "it was just not too late", relayLateP99Ms: 5, status: "upheld" },
    { why: "nobody can tell the fault from the relay", relayLateP99Ms: 12.3, status: "inconclusive" },
  ])("$status when $why", ({ relayLateP99Ms, status }) => {
    const late = faultSeen(10, 14, { figures: { connections: 12, relayLateP99Ms } });
    const [finding] = faultEffect.judge(disturbed({ faults: [late] }), undefined);
    expect(finding).toMatchObject({ status });
  });

  test("is told with the figure and its limit", () => {
    const late = faultSeen(10, 14, { figures: { relayLateP99Ms: 12.3 } });
    expect(faultEffect.judge(disturbed({ faults: [late] }), undefined)).toMatchObject([
      {
        ...{ observed: 12.3, limit: 5, unit: "ms" },
        because:
          "kill:shop-1@10 was seen to bite, but so was the relay: it was late by 12.3 ms at the 99th percentile, the limit is 5.00 ms",
      },
    ]);
  });

  test("one that was not seen to bite stays what it is, however late the relay was", () => {
    const vacuous = faultSeen(10, 14, { status: "vacuous", because, figures: { relayLateP99Ms: 40 } });
    const [finding] = faultEffect.judge(disturbed({ faults: [vacuous] }), undefined);
    expect(finding!.because).toContain("proves nothing: so it was");
  });
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

  test("what failed half-way and could not be taken back is a leak as well", () => {
    const { injectedAtS: _, effectAtS: __, effect: ___, ...halfDone } = leaked;
    expect(faultUndone.judge(disturbed({ faults: [halfDone] }), undefined)).toMatchObject([
      { status: "refuted", kind: "leaked", subject: leaked.id },
    ]);
    expect(judge(disturbed({ faults: [halfDone] }), tallied()).exitCode).toBe(15);
  });

  test("what goes with the target is not said to have been taken back", () => {
    const { undoneAtS: _, ...left } = faultSeen(10, 14, { status: "failed", because });
    expect(faultUndone.judge(disturbed({ faults: [left] }), undefined)).toMatchObject([
      { status: "upheld", because: "what kill:shop-1@10 did goes with the target" },
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
