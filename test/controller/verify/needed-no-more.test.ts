import { expect, test } from "vitest";
import { askedDigest } from "../../../controller/verify/asked-digest.ts";
import { experimentKey } from "../../../controller/verify/experiment-key.ts";
import { neededNoMore } from "../../../controller/verify/needed-no-more.ts";
import { planVerification } from "../../../controller/verify/plan-verification.ts";
import type { Experiment, StageClaim } from "../../../verdict/claims/stage-claim.ts";
import { browseOn, kneeOn, moreThan, neverOversold, slowerThan } from "../../fakes/made-up-claims.ts";

const answered = (claim: StageClaim, status: string, asked = askedDigest(claim)) => ({
  ...{ id: claim.id, status, asked },
});
const keys = (claims: readonly StageClaim[], before: Parameters<typeof neededNoMore>[2]) => [
  ...neededNoMore(claims, 2, before),
];
const [shared, own] = [browseOn("stage-03"), browseOn("stage-04")];
const never = neverOversold("never", shared);
const slower = slowerThan("slower", shared, own);

test("runs of a claim that was decided are needed no more, unless another wants them that was not", () => {
  expect(keys([never, slower], [])).toEqual([]);
  expect(keys([never, slower], [answered(never, "upheld")])).toEqual([]);
  expect(keys([never, slower], [answered(slower, "refuted")])).toEqual([experimentKey(own)]);
  expect(keys([never, slower], [answered(slower, "refuted"), answered(never, "upheld")]).toSorted()).toEqual(
    [experimentKey(shared), experimentKey(own)].toSorted(),
  );
});

test.each([
  { why: "was not told", before: answered(never, "inconclusive") },
  { why: "was asked otherwise", before: answered(never, "upheld", "another") },
])("a claim that $why is not decided", ({ before }) => {
  expect(keys([never], [before])).toEqual([]);
});

test("a search may be wanted for the ladder too", () => {
  const knee = moreThan("more", kneeOn("stage-04"), kneeOn("stage-03"));
  expect(keys([knee], [answered(knee, "upheld")])).toEqual([]);
});

test("what is needed no more leaves the budget to others", () => {
  const done = neededNoMore([never, slower], 2, [answered(never, "upheld"), answered(slower, "upheld")]);
  const madeBefore = (experiment: Experiment) => (done.has(experimentKey(experiment)) ? 99 : 0);
  const wishes = { turns: 2, seed: 42, budgetS: 0 };
  expect(planVerification([never, slower], { ...wishes, madeBefore }).measured.toSorted()).toEqual([
    "never",
    "slower",
  ]);
  expect(planVerification([never, slower], wishes).measured).toEqual([]);
});
