/** Words of `bench verify`, all problems together. */
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { Failure } from "../../base/failure.ts";
import { readVerifyWords } from "../../cli/verify-words.ts";
import { browseOn, fastEnough } from "../fakes/made-up-claims.ts";

const catalogue = [
  fastEnough("S04-fast", browseOn("stage-04")),
  fastEnough("S05-fast", browseOn("stage-05")),
];
const flags = ["--all", "--budget", "--reuse", "--json"];
const read = (words: readonly string[], given: object = {}) =>
  readVerifyWords(words, { flags, ...given }, catalogue);

function problemsOf(attempt: () => unknown): readonly string[] {
  try {
    attempt();
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(Failure);
    return (error as Failure).problems;
  }
}

test("stages, claims, a budget and the rest", () => {
  const wishes = read(["stage-05", "s04-FAST"], { budget: "10m", turns: "3", reuse: true });
  expect(wishes.claims.map(({ id }) => id)).toEqual(["S04-fast", "S05-fast"]);
  expect(wishes).toMatchObject({
    budgetS: 600,
    turns: 3,
    seed: 42,
    isReusing: true,
    isDry: false,
    isJson: false,
  });
});

test("a file of decided claims is a path from where the words were said", () => {
  expect(read(["stage-05"], { skipDecided: "docs/claims.json" }).skipDecided).toBe(
    resolve("docs/claims.json"),
  );
  expect(read(["stage-05"])).not.toHaveProperty("skipDecided");
});

test("every problem of every word", () => {
  expect(
    problemsOf(() => read(["--bugdet", "10m", "stage-4", "S04-fast"], { turns: "many", budget: "soon" })),
  ).toEqual([
    'unknown option "--bugdet"; did you mean "--budget"?',
    '--budget "soon" is not a duration; write for example 30s, 500ms or 2m',
    '--turns "many" is not a whole number from 1 to 20',
    'there is no stage or claim "stage-4"; did you mean "stage-04"?',
  ]);
});

test("a name after an unknown option is a name and not its value", () => {
  expect(problemsOf(() => read(["--jsn", "stage-04"]))).toEqual([
    'unknown option "--jsn"; did you mean "--json"?',
  ]);
});
