import { expect, test } from "vitest";
import { runOfWords, thisRun, wordsOfRun } from "../../chaos/guarded-run.ts";
import { startTicksOf } from "../../targets/launch/process-identity.ts";

test.each([{ pid: 47, startTicks: 123_456_789 }, { pid: 47 }])("%j comes back from its words", (run) => {
  expect(runOfWords(wordsOfRun(run))).toStrictEqual(run);
});

test("a run tells of itself, and not of a parent", () => {
  const startTicks = startTicksOf(process.pid);
  expect(thisRun()).toStrictEqual({ pid: process.pid, ...(startTicks !== undefined && { startTicks }) });
});

test.each([[[]], [["", "5"]], [["0"]], [["shop"]], [["12", "soon"]], [["1.5", "7"]]])(
  "%j is nobody whom a guard could guard",
  (words) => expect(() => runOfWords(words)).toThrow("whom it guards"),
);
