/** What `bench halt` ends with, and what it tells, of runs that are made up. */
import { expect, test } from "vitest";
import { Failure } from "../../base/failure.ts";
import type { HaltedRun } from "../../chaos/halt.ts";
import { type Halted, haltedCode, haltedJson, haltedLines, haltFailure } from "../../cli/halt-report.ts";

const run = (was: HaltedRun["was"], more: Partial<HaltedRun> = {}): HaltedRun => ({
  ...{ folder: `/runs/${was}`, was, mended: [], ended: 0, problems: [] },
  ...more,
});
const halted = (more: Partial<Halted> = {}): Halted => ({ runs: [], unknown: [], thrown: [], ...more });

const left = run("dead", { problems: ["shop-1 (pid 7) survived SIGKILL; kill -9 7"] });
const unread = run("unread", { problems: ["what is left of /runs/unread could not be told: EACCES"] });
const unknown = ['unknown run "latst"; did you mean "latest"?'];
const interrupted = new Failure("interrupted", "interrupted by SIGINT", { cause: 130 });

test.each([
  { why: "nothing is left", seen: halted({ runs: [run("over"), run("dead", { ended: 2 })] }), code: 0 },
  { why: "something is left", seen: halted({ runs: [run("over"), left] }), code: 15 },
  { why: "what is left could not be told", seen: halted({ runs: [unread] }), code: 15 },
  { why: "a word names no run", seen: halted({ unknown }), code: 2 },
  { why: "something is left, and a word names no run", seen: halted({ runs: [left], unknown }), code: 15 },
])("exit $code when $why", ({ seen, code }) => {
  expect(haltedCode(seen)).toBe(code);
  expect(haltedJson(seen)).toMatchObject({ exitCode: code, isClean: code !== 15 });
  const kinds: Readonly<Record<number, string>> = { 15: "leaked", 2: "usage" };
  expect((haltFailure(seen) as Failure | undefined)?.kind).toBe(kinds[code]);
});

test("everything that is in the way is told together: of runs, of what was thrown, of words", () => {
  const failure = haltFailure(halted({ runs: [left, unread], unknown, thrown: [interrupted] }));
  expect(failure).toMatchObject({
    kind: "leaked",
    problems: [...left.problems, ...unread.problems, "interrupted by SIGINT", ...unknown],
  });
});

test("where nothing is known to be left, what was thrown is thrown", () => {
  expect(haltFailure(halted({ runs: [run("over")], unknown, thrown: [interrupted] }))).toBe(interrupted);
});

test("lines are of what was done, and of what runs; a run that had ended is no news", () => {
  const runs = [
    run("over"),
    run("undisturbed"),
    run("living", { mended: ["freeze:db@5", "kill:shop-1@9"], ended: 3 }),
    run("dead", { ended: 1 }),
    run("elsewhere"),
    unread,
  ];
  expect(haltedLines(halted({ runs }))).toEqual([
    "/runs/undisturbed is running without faults, and was left alone",
    "/runs/living was running, and was ended; taken back: freeze:db@5, kill:shop-1@9; 3 processes or containers ended",
    "/runs/dead had died, and so had its guard; 1 process ended",
    "/runs/unread could not be read",
  ]);
  expect(haltedJson(halted({ runs: [run("over")] }))).toEqual({
    ...{ schemaVersion: 1, isClean: true, runs: [], exitCode: 0 },
  });
});
