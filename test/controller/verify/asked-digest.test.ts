/** Two claims ask the same when experiments, figure, bound and control are the same, however they are worded. */
import { describe, expect, test } from "vitest";
import { askedDigest } from "../../../controller/verify/asked-digest.ts";
import { stageClaims } from "../../../verdict/claims/catalog.ts";
import { measuresVersion } from "../../../verdict/claims/measures.ts";
import type { StageClaim, ValueQuestion } from "../../../verdict/claims/stage-claim.ts";
import {
  browseOn,
  fastEnough,
  kneeOn,
  moreThan,
  neverOversold,
  slowerThan,
  undecidable,
} from "../../fakes/made-up-claims.ts";

const claim = fastEnough("S04-fast", browseOn("stage-04"));
const decided = claim.decided as ValueQuestion;
const { value } = decided;
const control = { what: "slowly", question: fastEnough("c", browseOn("stage-04", ["shops=1"])).decided };

const same = (one: StageClaim | object) => askedDigest(one as StageClaim) === askedDigest(claim);

describe("it is the same", () => {
  test.each<{ why: string; other: object }>([
    { why: "in other words", other: { ...claim, id: "S04-other", statement: "It is faster." } },
    {
      why: "with another reason for the number",
      other: { ...claim, decided: { ...decided, value: { ...value, because: "Why not." } } },
    },
    {
      why: "when a figure is declared in another order",
      other: { ...claim, decided: { ...decided, measure: { quantile: "p99", figure: "response" } } },
    },
    {
      why: "when an experiment says what is usual",
      other: {
        ...claim,
        decided: { ...decided, of: { ...browseOn("stage-04"), side: { target: "stage-04", variants: [] } } },
      },
    },
  ])("$why", ({ other }) => expect(same(other)).toBe(true));
});

describe("it is another", () => {
  test.each<{ why: string; other: object }>([
    {
      why: "with another bound",
      other: { ...claim, decided: { ...decided, value: { ...value, atMost: 251 } } },
    },
    {
      why: "with the bound on the other side",
      other: { ...claim, decided: { ...decided, value: { basis: "derived", because: "", atLeast: 250 } } },
    },
    { why: "with another experiment", other: fastEnough("S04-fast", browseOn("stage-05")) },
    {
      why: "with another figure",
      other: { ...claim, decided: { ...decided, measure: { figure: "response", quantile: "p90" } } },
    },
    { why: "with a control", other: { ...claim, control } },
    {
      why: "asked in another way",
      other: { ...claim, decided: { by: "never", count: decided.measure, of: decided.of } },
    },
    { why: "when nothing can decide it any more", other: undecidable("S04-fast", "stage-04") },
  ])("$why", ({ other }) => expect(same(other)).toBe(false));

  test("whichever way it is asked", () => {
    const all: readonly StageClaim[] = [
      claim,
      slowerThan("a", browseOn("stage-05"), browseOn("stage-04")),
      slowerThan("a", browseOn("stage-04"), browseOn("stage-05")),
      moreThan("a", kneeOn("stage-05"), kneeOn("stage-04")),
      neverOversold("a", browseOn("stage-04")),
      { ...claim, decided: { by: "tier", of: kneeOn("stage-04"), tier: "db" } },
      { ...claim, decided: { by: "tier", of: kneeOn("stage-04"), tier: "app" } },
      { ...claim, control } as StageClaim,
    ];
    expect(new Set(all.map((each) => askedDigest(each))).size).toBe(all.length);
  });
});

test("it is another when figures are taken otherwise", () => {
  expect(askedDigest(claim, measuresVersion + 1)).not.toBe(askedDigest(claim));
});

test("of every claim of the catalogue there is one", () => {
  for (const each of stageClaims) expect(askedDigest(each)).toMatch(/^[0-9a-f]{16}$/);
});
