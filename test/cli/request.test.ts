/** Words of a run, and of a command that is more than a run: all that is wrong with either is told together. */
import { expect, test } from "vitest";
import { Failure } from "../../base/failure.ts";
import { type Besides, type RunWords, readRequest } from "../../cli/request.ts";

async function problemsOf(words: Partial<RunWords>, besides: Besides): Promise<readonly string[]> {
  try {
    await readRequest("browse", { excess: [], flags: [], ...words }, besides);
    return [];
  } catch (error) {
    if (error instanceof Failure && error.kind === "usage") return error.problems;
    throw error;
  }
}

test("what a command asks besides is held to its target although other words are wrong", async () => {
  const besides: Besides = {
    problems: ["--hold is no time"],
    about: ({ scenario, target }) => [
      `${target.kind === "stage" ? target.spec.id : "somebody"} cannot ${scenario.name}`,
    ],
  };
  expect(await problemsOf({ target: ["stage-02"], rate: "fast" }, besides)).toEqual([
    "--hold is no time",
    expect.stringContaining('--rate "fast" is not a rate'),
    "stage-02 cannot browse",
  ]);
  expect(await problemsOf({}, besides)).toEqual(["--hold is no time", expect.stringContaining("no target")]);
});
