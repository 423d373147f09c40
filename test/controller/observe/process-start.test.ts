/** Whoever has the number of a Prometheus now is not ended in its place. */
import { expect, test } from "vitest";
import { mustBeWhoItWas } from "../../../controller/observe/process-start.ts";

const started = "Sat Nov 21 10:00:00 2026";

test("the same start is the same process", () => {
  expect(mustBeWhoItWas({ pid: 7, startedAt: started }, started)).toBeUndefined();
});

test.each([
  { why: "another start", state: { pid: 7, startedAt: started }, seen: "Sat Nov 21 11:00:00 2026" },
  { why: "no start that could be seen", state: { pid: 7, startedAt: started }, seen: undefined },
  { why: "no start that was written down", state: { pid: 7 }, seen: started },
  { why: "neither", state: { pid: 7 }, seen: undefined },
])("$why is refused", ({ state, seen }) => {
  expect(() => mustBeWhoItWas(state, seen)).toThrow(
    "nobody can tell whether process 7 still is our Prometheus",
  );
});
