/** From an exam to its run, and which exams there are at all. */
import { describe, expect, test } from "vitest";
import { Failure } from "../../../base/failure.ts";
import { exams, findExam } from "../../../controller/exam/catalog.ts";
import { nPlusOne } from "../../../controller/exam/n-plus-1.ts";
import { principleNames, principles } from "../../../controller/exam/principles.ts";
import { examProblems, examRequest } from "../../../controller/exam/sit.ts";
import { planRun, type RunRequest } from "../../../controller/plan.ts";
import { findScenario } from "../../../scenarios/catalog.ts";
import { findTarget } from "../../../targets/catalog.ts";

const host = { platform: "linux", isRoot: true, hasProc: true } as const;
const requestFor = (scenario: string, target: string, variants: readonly string[] = []): RunRequest => ({
  scenario: findScenario(scenario),
  target: { kind: "stage", spec: findTarget(target), variants },
});

test("every principle is told once, with what can be seen of it; the one that cannot be seen has no exam", () => {
  expect(principles.map(({ name }) => name)).toEqual(principleNames);
  expect(principles.filter(({ canBeSeen }) => canBeSeen === "none").map(({ name }) => name)).toEqual([
    "mature-technology",
  ]);
  for (const { name } of exams)
    expect(principles.find((each) => each.name === name)?.canBeSeen).toBe("strong");
});

describe.each(exams)("$name", (exam) => {
  const { control } = exam;

  test("can be sat by its control, at part of the load that the stage claims", () => {
    const request = examRequest(exam, requestFor(exam.scenario, control.target, control.variants), { host });
    const plan = planRun(request);
    expect(plan.chaos?.faults.length).toBeGreaterThan(0);
    const daily = findTarget(control.target).claims.find(
      ({ scenario }) => scenario === "mixed-daily",
    )!.ratePerS;
    const requestsPerS = plan.ratePerS * request.scenario.requestsPerArrival;
    const wantedPerS = daily * exam.loadRatio;
    // Whole arrivals a second: a visit of many requests is not split.
    const grain = request.scenario.requestsPerArrival / 2;
    expect(Math.abs(requestsPerS - wantedPerS)).toBeLessThanOrEqual(Math.max(grain, 0.1 * wantedPerS));
    expect(plan.requestTimeoutMs).toBe(2_000);
  });

  test("what was asked for stands", () => {
    const request = {
      ...requestFor(exam.scenario, control.target, control.variants),
      ratePerS: 7,
      timeoutMs: 900,
    };
    expect(examRequest(exam, request, { host })).toMatchObject({ ratePerS: 7, timeoutMs: 900 });
  });

  test("is not for systems of which no nodes are known", () => {
    const request = {
      ...requestFor(exam.scenario, "stage-04"),
      target: { kind: "external", urls: ["http://127.0.0.1:1"] },
    } as const;
    expect(() => examRequest(exam, request, { host })).toThrow(Failure);
  });
});

test("everything that is in the way of an exam is told at once, before anything else of the run is decided", () => {
  const asked = requestFor(nPlusOne.scenario, "stage-02");
  const problems = ["flood", "hang"].map(
    (name) => `stage-02 cannot sit n-plus-1: n-plus-1 knows kill and freeze as ways to fail, not "${name}"`,
  );
  expect(examProblems(nPlusOne, asked, { faults: ["flood", "hang"] })).toEqual(problems);
  expect(examProblems(nPlusOne, asked, {})).toEqual([]);
});

test.each([
  { name: "mature-technology", says: "there is no exam for mature-technology: how long" },
  { name: "n-plus-one", says: "n-plus-1" },
])("who asks for $name is told $says", ({ name, says }) => {
  expect(() => findExam(name)).toThrow(says);
});
