/** Plans of runs with faults, and how soon the target has to get over them. */
import { describe, expect, test } from "vitest";
import { Failure } from "../../base/failure.ts";
import type { FaultWish } from "../../chaos/chaos-plan.ts";
import { planRun, type RunRequest } from "../../controller/plan.ts";
import { findScenario } from "../../scenarios/catalog.ts";
import { findTarget } from "../../targets/catalog.ts";
import type { RecoveryObjective } from "../../verdict/recovery/objective.ts";

const good: RecoveryObjective = { figure: "good", limit: 0.99, withinS: 10 };
const kill: FaultWish = { fault: "kill", where: "shop-2", atS: 10, forS: 5 };

const request = (wishes: readonly FaultWish[], more: Partial<RunRequest> = {}): RunRequest => ({
  scenario: findScenario("browse"),
  target: { kind: "stage", spec: findTarget("stage-04"), variants: [] },
  ...(wishes.length > 0 && {
    chaos: { plan: { wishes, quiet: [] }, host: { platform: "linux", isRoot: true, hasProc: true } },
  }),
  ...more,
});

function problemsOf(asked: RunRequest): readonly string[] {
  try {
    planRun(asked);
    return [];
  } catch (error) {
    if (error instanceof Failure && error.kind === "usage") return error.problems;
    throw error;
  }
}

describe("good is", () => {
  test("what comes within the claimed p99", () => {
    expect(planRun(request([kill])).goodWithinMs).toBe(250);
    expect(planRun(request([kill], { objectives: { p99Ms: 40 } })).goodWithinMs).toBe(40);
  });

  test("what comes at all where nothing is claimed about the tail", () => {
    const asked = request([kill], { objectives: { errorRatio: 0.01 }, timeoutMs: 3_000 });
    expect(planRun(asked).goodWithinMs).toBe(3_000);
  });

  test("of no interest without faults: nothing is counted by tenths of a second", () => {
    expect(planRun(request([]))).not.toHaveProperty("goodWithinMs");
  });
});

describe("--recover", () => {
  test("is part of the plan", () => {
    expect(planRun(request([kill], { recover: [good] })).recover).toEqual([good]);
    expect(planRun(request([kill]))).not.toHaveProperty("recover");
  });

  test("without a fault has nothing to be about", () => {
    expect(problemsOf(request([], { recover: [good] }))).toEqual([
      "--recover is about getting over faults, and none is planned; add --chaos",
    ]);
  });

  test("of noticing needs a fault that lasts longer than that", () => {
    const asked = (limit: number) => request([kill], { recover: [{ figure: "detect", limit }] });
    expect(problemsOf(asked(4.9))).toEqual([]);
    expect(problemsOf(asked(5))).toEqual([
      "--recover noticed by the target within 5 s needs faults that last longer; kill:shop-2@10 is over after 5 s",
    ]);
  });

  test("needs time to be refuted in, after the last fault", () => {
    const later = { ...kill, where: "shop-1", atS: 30 };
    const asked = (durationS: number) => request([kill, later], { recover: [good], durationS });
    expect(problemsOf(asked(50))).toEqual([]);
    expect(problemsOf(asked(49))).toEqual([
      "--recover good answers at least 99.0 % within 10 s needs the measured part to go on for 15 s after the last fault, to 50 s; it is over after 49 s",
    ]);
  });

  test("needs that time between one fault and the next, too, which may be made ready before it is due", () => {
    const asked = (...later: readonly FaultWish[]) =>
      problemsOf(request([kill, ...later], { recover: [good], durationS: 120 }));
    const tooSoon = (begins: string) =>
      `--recover good answers at least 99.0 % within 10 s needs kill:shop-2@10 to be watched until 30 s; ${begins}`;
    const next = (atS: number): FaultWish => ({ ...kill, where: "shop-1", atS });
    expect(asked(next(30))).toEqual([]);
    expect(asked(next(29))).toEqual([tooSoon("kill:shop-1@29 begins at 29 s")]);
    expect(asked(next(12))).toEqual([tooSoon("kill:shop-1@12 begins at 12 s")]);
    const flood: FaultWish = { fault: "flood", value: "50/s,search", atS: 32, forS: 5 };
    expect(asked(flood)).toEqual([tooSoon("flood=50/s,search@32 begins at 29 s")]);
    expect(asked({ ...flood, atS: 33 })).toEqual([]);
    expect(asked({ ...kill, where: "shop-1" }), "two nodes at one instant").toEqual([]);
  });
});
