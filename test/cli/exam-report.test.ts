/** What is said of an exam and its control, and the exit code of both, on runs that are made up. */
import { describe, expect, test } from "vitest";
import type { ExamWords } from "../../cli/commands/exam.ts";
import { controlWords } from "../../cli/control-words.ts";
import {
  examinedCode,
  examinedJson,
  examinedLines,
  principleLines,
  type Sat,
} from "../../cli/exam-report.ts";
import { exams } from "../../controller/exam/catalog.ts";
import { graded } from "../../controller/exam/graded.ts";
import { nPlusOne } from "../../controller/exam/n-plus-1.ts";
import { principles } from "../../controller/exam/principles.ts";
import type { FaultSeen } from "../../metrics/fault-seen.ts";
import type { Evidence } from "../../verdict/evidence.ts";
import { judge } from "../../verdict/judge.ts";
import { badBetween, disturbed, faultSeen } from "../fakes/disturbed.ts";
import { type Spoiling, tallied } from "../fakes/evidence.ts";

const kill = faultSeen(20, 40, { id: "kill:db@20", nodes: ["db"] });

/** As `bench exam n-plus-1` would have found it. */
function sat(
  target: string,
  {
    bad = () => 0,
    fault = kill,
    more,
  }: { bad?: (tenth: number) => number; fault?: FaultSeen; more?: Spoiling<Evidence> } = {},
): Sat {
  const seen = disturbed({ seconds: 60, bad, faults: [fault], ...(more && { more }) });
  const verdict = judge(seen, tallied());
  const answer = nPlusOne.judge(seen, verdict);
  return { exam: "n-plus-1", target, answer, verdict: graded(answer, verdict), folder: "/runs/1" };
}

const passes = (target: string) => sat(target);
const fails = (target: string) => sat(target, { bad: badBetween(20, 40) });
const vague = (target: string) =>
  sat(target, {
    fault: faultSeen(20, 40, { ...kill, status: "vacuous", because: "no effect was seen" }),
  });
const oversold = (target: string) =>
  sat(target, {
    more: { correctness: { stocks: [{ saleId: 3, itemId: 7, initial: 10, remaining: 0, sold: 12 }] } },
  });
const leaking = (target: string) =>
  sat(target, {
    bad: badBetween(20, 60),
    fault: { ...kill, status: "leaked", because: "it is still down", manual: ["bench halt"] },
  });

describe("with --control", () => {
  test.each([
    { target: passes, control: fails, exitCode: 0, says: "failed as it must: it has one of everything" },
    { target: fails, control: fails, exitCode: 13, says: "failed as it must" },
    { target: vague, control: fails, exitCode: 5, says: "failed as it must" },
    { target: passes, control: passes, exitCode: 5, says: "did not fail although it has one of everything" },
    { target: fails, control: passes, exitCode: 5, says: "the exam proves nothing" },
    { target: passes, control: vague, exitCode: 5, says: "it could not be told whether it fails" },
    { target: oversold, control: passes, exitCode: 11, says: "the exam proves nothing" },
    { target: leaking, control: passes, exitCode: 15, says: "the exam proves nothing" },
    { target: passes, control: leaking, exitCode: 15, says: "failed as it must" },
  ])("$target.name, and the control $control.name: exit $exitCode", ({ target, control, exitCode, says }) => {
    const examined = { exam: nPlusOne, sat: target("stage-08"), control: control("stage-02") };
    expect(examinedCode(examined)).toBe(exitCode);
    const text = examinedLines(examined).join(" ").replaceAll(/\s+/g, " ");
    expect(text).toContain("the control, stage-02,");
    expect(text).toContain(says);
    expect(text).toContain("n-plus-1 of stage-08:");
    expect(text).toContain("n-plus-1 of stage-02:");
  });

  test("as JSON the control stands beside what was asked for", () => {
    const json = examinedJson({ exam: nPlusOne, sat: passes("stage-08"), control: fails("stage-02") });
    expect(json).toMatchObject({
      ...{ exam: "n-plus-1", target: "stage-08", verdict: { status: "upheld", exitCode: 0 } },
      control: {
        ...{ exam: "n-plus-1", target: "stage-02", verdict: { status: "refuted", exitCode: 13 } },
        rows: [{ subject: "db", answer: "single point of failure" }],
      },
    });
  });

  test.each(exams)("of $name the control is asked in the same way, as itself", ({ control }) => {
    const words: ExamWords = {
      ...{ excess: [], flags: [], target: ["stage-12"], variant: ["call-rate=50"], strategy: "F9" },
      ...{ faults: ["kill"], hold: "12s", gap: "10s", rate: "20", timeout: "1s", seed: "7" },
    };
    const { strategy: _, ...others } = words;
    expect(controlWords({ control }, words)).toEqual({
      ...others,
      target: [control.target],
      variant: [...control.variants],
    });
  });
});

test("without a control the exit code is the exam's own, and nothing is said of one", () => {
  for (const [made, exitCode] of [
    [passes, 0],
    [fails, 13],
    [vague, 5],
    [oversold, 11],
  ] as const) {
    const examined = { exam: nPlusOne, sat: made("stage-08") };
    expect(examinedCode(examined)).toBe(exitCode);
    expect(examinedLines(examined).join("\n")).not.toContain("the control");
    expect(examinedJson(examined)).not.toHaveProperty("control");
  }
});

test("no line is longer than a hundred columns", () => {
  const examined = { exam: nPlusOne, sat: passes("stage-08"), control: passes("stage-02") };
  for (const line of [...examinedLines(examined), ...principleLines()])
    expect(line.length, line).toBeLessThanOrEqual(100);
});

test("without a name all twelve principles are told, and of those without an exam that there is none, and why", () => {
  const text = principleLines().join("\n");
  const rows = text.split("\n").filter((line) => /^[a-z]\S+ +(yes|no) /.test(line));
  expect(rows).toHaveLength(12);
  expect(rows.filter((row) => / yes /.test(row)).map((row) => row.split(" ")[0])).toEqual(
    principles.flatMap(({ name }) => (exams.some((exam) => exam.name === name) ? name : [])),
  );
  const without = principles.filter(({ name }) => !exams.some((exam) => exam.name === name));
  for (const { name, because } of without) expect(text.replaceAll(/\s+/g, " "), name).toContain(because);
  expect(without.every(({ canBeSeen }) => canBeSeen !== "strong")).toBe(true);
});
