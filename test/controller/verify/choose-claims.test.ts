/** Words to claims. */
import { expect, test } from "vitest";
import { chooseClaims } from "../../../controller/verify/choose-claims.ts";
import { browseOn, fastEnough, undecidable } from "../../fakes/made-up-claims.ts";

const catalogue = [
  fastEnough("S04-fast", browseOn("stage-04")),
  fastEnough("S04-faster", browseOn("stage-04")),
  undecidable("S09-far", "stage-09"),
];
const ids = (words: readonly string[], isAll = false) =>
  chooseClaims(words, isAll, catalogue).claims.map(({ id }) => id);

test("a stage is all that is first checked there, an id is one, and nothing comes twice", () => {
  expect(ids(["stage-04"])).toEqual(["S04-fast", "S04-faster"]);
  expect(ids(["S09-far", "S04-fast", "stage-04"])).toEqual(["S04-fast", "S04-faster", "S09-far"]);
  expect(ids([], true)).toHaveLength(3);
});

test("every wrong word is told at once, each with the nearest", () => {
  const { problems } = chooseClaims(["stage-40", "S04-fats", "S09-far", "weather"], false, catalogue);
  expect(problems).toEqual([
    'there is no stage or claim "stage-40"; did you mean "stage-04"?',
    'there is no stage or claim "S04-fats"; did you mean "S04-fast"?',
    'there is no stage or claim "weather"; stages are stage-04, stage-09; claims are in docs/claims.md',
  ]);
});

test("nothing, and all of them with names, is no question", () => {
  expect(chooseClaims([], false, catalogue).problems).toEqual([
    "nothing to verify: give stages (stage-04), claims (S04-fast), or --all",
  ]);
  expect(chooseClaims(["stage-04"], true, catalogue).problems).toEqual([
    "--all means every claim; leave it out, or stage-04",
  ]);
});
