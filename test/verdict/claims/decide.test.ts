/** Claims with their controls, and the document they become. */
import { describe, expect, test } from "vitest";
import { claimFinding } from "../../../verdict/claims/claim-finding.ts";
import { decide, decideClaim, type Seen } from "../../../verdict/claims/decide.ts";
import type { KneeExperiment, StageClaim } from "../../../verdict/claims/stage-claim.ts";
import { browseOn, kneeOn, moreThan, undecidable } from "../../fakes/made-up-claims.ts";
import { doubt, samples } from "../../fakes/samples.ts";

const [three, one, before] = [kneeOn("stage-04"), kneeOn("stage-04", ["shops=1"]), kneeOn("stage-03")];

const claim = moreThan("S04-scale", three, before);
const controlled: StageClaim = {
  ...claim,
  sources: ["fourteen-stages"],
  control: {
    what: "one shop instead of three",
    question: moreThan("", one, before).decided as Exclude<StageClaim["decided"], { by: "nothing" }>,
  },
};

/** Knees of each, in a seen world. */
const seen = (knees: readonly (readonly [KneeExperiment, readonly number[]])[], more = {}): Seen => ({
  figures: (experiment) =>
    samples(knees.find(([of]) => of === experiment)?.[1] ?? [], {
      ...{ name: experiment.side.variants?.[0] ?? experiment.side.target, ...more },
    }),
  tiers: () => [],
});

const threeTimes = [600, 620, 610, 605];
const same = [200, 205, 202, 199];
const less = [150, 155, 152, 149];

describe("a claim with a control", () => {
  test.each([
    { why: "its control is refuted", three: threeTimes, one: less, is: { status: "upheld" } },
    { why: "it does not hold, and its control neither", three: less, one: less, is: { status: "refuted" } },
    {
      why: "its control holds too",
      ...{ three: threeTimes, one: threeTimes },
      is: {
        status: "inconclusive",
        why: "control",
        alone: { status: "upheld" },
        control: { status: "upheld" },
      },
    },
    {
      why: "its control is not decided",
      ...{ three: threeTimes, one: [200, 202] },
      is: { status: "inconclusive", why: "control" },
    },
    {
      why: "it is not decided itself, whatever the control",
      ...{ three: same, one: threeTimes },
      is: { status: "inconclusive", why: "interval" },
    },
  ])("$is.status when $why", ({ three: ofThree, one: ofOne, is }) => {
    const world = seen([
      [three, ofThree],
      [one, ofOne],
      [before, same],
    ]);
    expect(decideClaim(controlled, world)).toMatchObject(is);
  });

  test("says what it would have been", () => {
    const world = seen([
      [three, threeTimes],
      [one, threeTimes],
      [before, same],
    ]);
    expect(decideClaim(controlled, world).because).toMatch(
      /^it would be upheld, but its control \(one shop instead of three\), which has to be refuted, is upheld: the knee/,
    );
  });
});

test("without budgets nothing is said of knees", () => {
  const world = seen(
    [
      [three, threeTimes],
      [before, same],
    ],
    { doubts: [doubt("speed", "CPU budgets could not be applied")] },
  );
  expect(decideClaim(claim, world)).toMatchObject({ status: "inconclusive", why: "unfit" });
});

test("what cannot be decided here says so, and has no control to look at", () => {
  const answer = decideClaim(undecidable("S09-far", "stage-09"), seen([]));
  expect(answer).toMatchObject({ status: "inconclusive", why: "undecidable" });
  expect(claimFinding(answer)).toMatchObject({ question: null, effect: null, control: null });
});

test("every kind of question is answered", () => {
  const of = browseOn("stage-04");
  const world: Seen = { figures: () => samples([1, 1, 1, 1, 1]), tiers: () => [] };
  const bound = { atLeast: 0.5, basis: "derived", because: "a test" } as const;
  const good = { figure: "good-ratio" } as const;
  expect(decide({ by: "value", measure: good, of, value: bound }, world).status).toBe("upheld");
  expect(decide({ by: "never", count: { figure: "lost" }, of }, world).status).toBe("refuted");
  expect(decide({ by: "sometimes", count: { figure: "lost" }, of }, world).status).toBe("upheld");
  expect(decide({ by: "ratio", pair: { measure: good, of, to: of }, ratio: bound }, world).status).toBe(
    "upheld",
  );
  expect(decide({ by: "tier", of: three, tier: "app" }, world).status).toBe("inconclusive");
});

describe("as a document", () => {
  const world = seen([
    [three, threeTimes],
    [one, less],
    [before, same],
  ]);
  const finding = claimFinding(decideClaim(controlled, world));

  test("has all that a report tells", () => {
    expect(finding).toMatchObject({
      ...{ id: "S04-scale", stage: "stage-04", status: "upheld", why: null, moreRuns: null, setAside: [] },
      sources: [{ article: "fourteen-stages", title: expect.stringContaining("14 Stages") }],
      question: { by: "ratio", measure: "the knee", atLeast: 1, atMost: null, basis: "derived", tier: null },
      effect: { confidence: 0.95, runs: [4, 4], looks: null, unit: "" },
      control: { what: "one shop instead of three", status: "refuted" },
    });
    expect(finding.effect!.low!).toBeGreaterThan(2.5);
    expect(finding.effect!.of!).toBeCloseTo(608.7, 1);
    expect(finding.runIds).toContain("stage-03-0");
    expect(finding.control!.runIds).toContain("shops=1-3");
  });

  test("survives JSON, infinities and all", () => {
    const dark = { figure: "dark-s" } as const;
    const of = browseOn("stage-04");
    const to = browseOn("stage-03");
    const infinite: StageClaim = {
      ...claim,
      decided: {
        ...{ by: "ratio", pair: { measure: dark, of, to } },
        ratio: { atLeast: 2, basis: "derived", because: "a test" },
      },
    };
    const found = claimFinding(
      decideClaim(infinite, {
        figures: (experiment) => samples(experiment === of ? [5, 5.1, 4.9] : [0, 0, 0]),
        tiers: () => [],
      }),
    );
    expect(found).toMatchObject({ status: "upheld", effect: { value: null, high: null } });
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  });
});
