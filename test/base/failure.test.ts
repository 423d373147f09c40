import { describe, expect, test } from "vitest";
import { Failure, nearest, sentenceOf, unknownName } from "../../base/failure.ts";

describe("a failure", () => {
  test("has a kind, a sentence, a hint, all problems and its cause", () => {
    const cause = new Error("ECONNREFUSED");
    const failure = new Failure("target", "db did not answer", {
      hint: "start it",
      problems: ["a", "b"],
      cause,
    });
    expect(failure).toMatchObject({
      name: "Failure",
      kind: "target",
      message: "db did not answer",
      hint: "start it",
      problems: ["a", "b"],
      cause,
    });
  });

  test("without details has no hint, no problems and no cause", () => {
    const failure = new Failure("usage", "no");
    expect([failure.hint, failure.problems, "cause" in failure]).toEqual([undefined, [], false]);
  });
});

test.each([
  { word: "flash-slae", known: ["browse", "flash-sale"], guess: "flash-sale" },
  { word: "stage08", known: ["stage-01", "stage-08"], guess: "stage-08" },
  { word: "BROWSE", known: ["browse"], guess: "browse" },
  { word: "xyz", known: ["browse", "flash-sale"], guess: undefined },
  { word: "anything", known: [], guess: undefined },
])("nearest to $word is $guess", ({ word, known, guess }) => {
  expect(nearest(word, known)).toBe(guess);
});

test.each([
  { word: "brwse", known: ["browse", "cart"], sentence: 'unknown scenario "brwse"; did you mean "browse"?' },
  { word: "zzzzzz", known: ["browse", "cart"], sentence: 'unknown scenario "zzzzzz"; known: browse, cart' },
  { word: "zzzzzz", known: [], sentence: 'unknown scenario "zzzzzz"; known: none' },
])("$sentence", ({ word, known, sentence }) => {
  expect(unknownName("scenario", word, known)).toBe(sentence);
});

test("anything thrown has a sentence; that of a fetch that failed says why", () => {
  expect([new Error("no"), "no", 7, undefined].map(sentenceOf)).toEqual(["no", "no", "7", "undefined"]);
  const failed = (cause: unknown) => sentenceOf(new TypeError("fetch failed", { cause }));
  const refused = Object.assign(new AggregateError([]), { code: "ECONNREFUSED" });
  expect(failed(new Error("connect ECONNREFUSED 127.0.0.1:80"))).toBe(
    "not reached: connect ECONNREFUSED 127.0.0.1:80",
  );
  expect(failed(refused)).toBe("not reached: ECONNREFUSED");
  expect(failed(undefined)).toBe("fetch failed");
});
