import { expect, test } from "vitest";
import { decideTier } from "../../../verdict/claims/decide-tier.ts";
import { kneeOn } from "../../fakes/made-up-claims.ts";
import { doubt, tierSamples } from "../../fakes/samples.ts";

const question = { by: "tier", of: kneeOn("stage-04"), tier: "app" } as const;

test.each([
  { why: "all are sure", seen: tierSamples(["app", "sure"], ["app", "sure"], ["app", "sure"]), is: "upheld" },
  { why: "one is sure and one likely", seen: tierSamples(["app", "sure"], ["app", "likely"]), is: "upheld" },
  { why: "another tier is named", seen: tierSamples(["db", "sure"], ["db", "sure"]), is: "refuted" },
  { why: "none is sure", seen: tierSamples(["app", "likely"], ["app", "likely"]), is: "inconclusive" },
  {
    why: "they disagree",
    seen: tierSamples(["app", "sure"], ["db", "sure"], ["app", "sure"]),
    is: "inconclusive",
  },
  {
    why: "nothing was near its budget",
    seen: tierSamples([undefined, "undecided"], [undefined, "undecided"]),
    is: "inconclusive",
  },
  {
    why: "two tiers were as busy",
    seen: tierSamples(["app", "undecided"], ["app", "undecided"]),
    is: "inconclusive",
  },
  {
    why: "most cannot tell",
    seen: tierSamples(["app", "sure"], ["app", "sure"], ["app", "undecided"], ["app", "undecided"]),
    is: "inconclusive",
  },
  { why: "there is one search", seen: tierSamples(["app", "sure"]), is: "inconclusive" },
])("$is when $why", ({ seen, is }) => {
  expect(decideTier(question, seen)).toMatchObject({ status: is });
});

test("one more search may make it a majority; where they disagree nobody knows how many would do", () => {
  const half = tierSamples(["app", "sure"], ["app", "sure"], ["app", "undecided"], ["app", "undecided"]);
  expect(decideTier(question, half)).toMatchObject({ why: "too-few", moreRuns: 1 });
  const apart = decideTier(question, tierSamples(["app", "sure"], ["db", "sure"]));
  expect(apart).toMatchObject({ why: "disagreement" });
  expect(apart.moreRuns).toBeUndefined();
});

test("without budgets, how busy a tier is says nothing", () => {
  const seen = tierSamples(["app", "sure"], ["app", "sure"]).map((each) => ({
    ...each,
    doubts: [doubt("speed")],
  }));
  expect(decideTier(question, seen)).toMatchObject({ status: "inconclusive", why: "unfit" });
});

test("a search without a knee is set aside", () => {
  const [first, ...rest] = tierSamples(["app", "sure"], ["app", "sure"], ["app", "sure"]);
  const seen = [{ ...first!, seen: { missing: "there is no knee: nothing reliable" } }, ...rest];
  expect(decideTier(question, seen)).toMatchObject({
    ...{ status: "upheld", runIds: ["search-1", "search-2"] },
    setAside: [{ runId: "search-0", because: "there is no knee: nothing reliable" }],
  });
});
