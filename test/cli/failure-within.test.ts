/** What is told of something thrown. */
import { expect, test } from "vitest";
import { Failure } from "../../base/failure.ts";
import { failureWithin } from "../../cli/failure-within.ts";

const target = new Failure("target", "the target did not start");
const leaked = new Failure("leaked", "a fault is still in place");
const bug = new TypeError("x is not a function");

/** As it is thrown by `using`, whose clean-up fails while something is under way already. */
function leaving(cleanUp: unknown, before: unknown): unknown {
  try {
    using _ = {
      [Symbol.dispose]() {
        throw cleanUp;
      },
    };
    throw before;
  } catch (thrown) {
    return thrown;
  }
}

test("a failure is told as it is; a bug is none", () => {
  expect(failureWithin(target)).toEqual({ failure: target, beside: [] });
  expect(failureWithin(bug)).toBeUndefined();
  expect(failureWithin("words")).toBeUndefined();
  expect(failureWithin(new AggregateError([bug, bug]))).toBeUndefined();
});

test("what failed first is told first, and the clean-up beside it", () => {
  expect(failureWithin(leaving(bug, target))).toEqual({ failure: target, beside: [bug.message] });
  expect(failureWithin(leaving(target, bug))).toEqual({ failure: target, beside: [bug.message] });
  const interrupted = new Failure("interrupted", "interrupted by SIGINT");
  const both = new AggregateError([bug, target]);
  expect(failureWithin(leaving(both, interrupted))).toEqual({
    failure: interrupted,
    beside: [bug.message, target.message],
  });
});

test("what was left in place comes before all else", () => {
  expect(failureWithin(leaving(new AggregateError([bug, leaked]), target))).toEqual({
    failure: leaked,
    beside: [target.message, bug.message],
  });
});

test.each(["ENOSPC", "EACCES", "EROFS", "EDQUOT"])("%s is the environment's, with the path", (code) => {
  const full = Object.assign(new Error(`${code}: write`), { code, path: "/runs/plan.json" });
  const seen = failureWithin(leaving(full, bug));
  expect(seen?.failure).toMatchObject({
    kind: "environment",
    message: `cannot write /runs/plan.json: ${code}: write`,
  });
  expect(seen?.beside).toEqual([bug.message]);
  expect(failureWithin(Object.assign(new Error("gone"), { code: "ENOENT" }))).toBeUndefined();
});
