/** What a command ends with: 15 goes before an interruption and before --advisory, and nothing else does. */
import { describe, expect, test } from "vitest";
import { Failure } from "../../base/failure.ts";
import { endingCode, throwIfInterrupted } from "../../cli/leaked-first.ts";
import { judge } from "../../verdict/judge.ts";
import { disturbed, faultSeen } from "../fakes/disturbed.ts";
import { tallied } from "../fakes/evidence.ts";

const interruption = new Failure("interrupted", "interrupted by SIGINT", { cause: 130 });
const quiet = new AbortController().signal;
const aborted = AbortSignal.abort(interruption);

describe("the exit code of a command that has told its result", () => {
  test.each([
    { exitCode: 13, isAdvisory: false, code: 13 },
    { exitCode: 13, isAdvisory: true, code: 0 },
    { exitCode: 15, isAdvisory: false, code: 15 },
    { exitCode: 15, isAdvisory: true, code: 15 },
  ])("$exitCode, advisory $isAdvisory: $code", ({ exitCode, isAdvisory, code }) => {
    expect(endingCode(exitCode, { signal: quiet, isAdvisory })).toBe(code);
  });

  test.each([0, 5, 13])("%i, interrupted: the interruption", (exitCode) => {
    expect(() => endingCode(exitCode, { signal: aborted, isAdvisory: true })).toThrow(interruption);
  });

  test("15, interrupted: 15", () => {
    expect(endingCode(15, { signal: aborted, isAdvisory: true })).toBe(15);
  });
});

describe("between two runs of one command", () => {
  const because = "so it was";
  const left = (status: "effective" | "leaked") => ({
    verdict: judge(disturbed({ faults: [faultSeen(10, 14, { status, because, manual: ["x"] })] }), tallied()),
    folder: "/runs/1",
  });

  test.each(["effective", "leaked"] as const)("one that goes on goes on: %s", (status) => {
    expect(() => throwIfInterrupted(left(status), quiet)).not.toThrow();
  });

  test("one that was interrupted ends with that", () => {
    expect(() => throwIfInterrupted(left("effective"), aborted)).toThrow(interruption);
  });

  test("one that was interrupted, and left something in place, ends with what that is", () => {
    let thrown: unknown;
    try {
      throwIfInterrupted(left("leaked"), aborted);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({
      kind: "leaked",
      problems: ["kill:shop-1@10 is still in place: so it was; take it back by hand: x"],
      hint: "everything that was seen: /runs/1",
      cause: interruption,
    });
  });
});
