import { describe, expect, test } from "vitest";
import { Failure } from "../../base/failure.ts";
import { leftFirst } from "../../controller/left-in-place.ts";
import { isInterruption } from "../../controller/run.ts";
import { faultSeen } from "../fakes/disturbed.ts";

const stopped = { because: "it stands still", manual: ["kill -CONT 17"] };
const leaked = faultSeen(3, 6, { status: "leaked", ...stopped });
const gone = faultSeen(3, 6, { status: "effective" });
const noGuard = new Failure("environment", "the guard (pid 7) did not leave within 3 s");

describe("a run that failed", () => {
  test.each([
    { why: "the world", error: noGuard, says: /the guard \(pid 7\) did not leave within 3 s$/ },
    { why: "a bug of ours", error: new Error("no such thing"), says: /no such thing$/ },
    {
      why: "several clean-ups",
      error: new AggregateError([new Error("one"), new Error("two")], "2 clean-ups failed"),
      says: /one; two$/,
    },
  ])("by $why ends with what it left in place, and the command", ({ error, says }) => {
    const failure = leftFirst(error, [gone, leaked], "/runs/1");
    expect(failure).toMatchObject({
      kind: "leaked",
      message: expect.stringMatching(says),
      problems: [`${leaked.id} is still in place: it stands still; take it back by hand: kill -CONT 17`],
      cause: error,
    });
  });

  test("without having left anything ends with why", () => {
    expect(leftFirst(noGuard, [gone], "/runs/1")).toBe(noGuard);
    expect(leftFirst(noGuard, [], "/runs/1")).toBe(noGuard);
  });

  test("and has said so already is taken at its word", () => {
    const said = leftFirst(noGuard, [leaked], "/runs/1");
    expect(leftFirst(said, [leaked], "/runs/1")).toBe(said);
  });
});

test.each([
  { error: new Failure("interrupted", "by SIGINT"), is: true },
  { error: leftFirst(new Failure("interrupted", "by SIGINT"), [leaked], "/runs/1"), is: true },
  { error: leftFirst(noGuard, [leaked], "/runs/1"), is: false },
  { error: noGuard, is: false },
])("whoever interrupts a run that leaves something has interrupted it: $error.message", ({ error, is }) =>
  expect(isInterruption(error)).toBe(is),
);
