/** What the page of the claims says, and that it knows all of them. */
import { describe, expect, test } from "vitest";
import { askedDigest } from "../../controller/verify/asked-digest.ts";
import { kneeOfStage } from "../../controller/verify/ladder.ts";
import type { Verification, VerifiedClaim } from "../../controller/verify/verification.ts";
import { stageClaims } from "../../verdict/claims/catalog.ts";
import type { StageClaim } from "../../verdict/claims/stage-claim.ts";
import { browseOn, fastEnough, undecidable } from "../fakes/made-up-claims.ts";
import { claimsPage } from "./claims-page.ts";
import { withSitting } from "./claims-sittings.ts";
import { read } from "./files.ts";

const claims = [fastEnough("S04-fast", browseOn("stage-04")), undecidable("S09-far", "stage-09")];
const found: VerifiedClaim = {
  ...{ id: "S04-fast", stage: "stage-04", statement: "S04-fast is fast.", kind: "latency", sources: [] },
  ...{ expectation: "supports", status: "refuted", because: "p99 was 300 ms", why: null, moreRuns: null },
  question: {
    ...{ by: "value", measure: "p99", atLeast: null, atMost: 250, tier: null },
    ...{ basis: "derived", basisBecause: "so" },
  },
  effect: {
    ...{
      value: 300,
      low: 290,
      high: 310,
      confidence: 0.975,
      of: null,
      to: null,
      runs: [3],
      looks: null,
      unit: "ms",
    },
  },
  ...{ runIds: ["r0"], setAside: [], control: null, evidence: ["../../runs/r0"] },
  asked: askedDigest(claims[0]!),
};
const search = (round: number, knee: number, tier: string) => ({
  ...{ round, seed: 42, tookS: 90, state: "made" as const, folder: `runs/k${round}`, isReused: false },
  ...{ because: null, figures: { "the knee": knee, "the tier that saturates first": tier } },
});
const seen: Verification = {
  ...{ schemaVersion: 1, id: "v", startedAt: "2026-11-21T10:00:00.000Z", bench: "0.1.0", node: "v20.20.2" },
  host: { cpu: "a processor", cores: 2, memoryBytes: 2 ** 34, kernel: "6.18", platform: "linux" },
  verdict: { status: "refuted", exitCode: 10 },
  ...{ tookS: 7200, ending: { status: "complete", because: "" }, turns: 2, budgetS: null, claims: [found] },
  experiments: (["stage-01", "stage-02"] as const).map((stage, at) => ({
    ...{ words: "", experiment: kneeOfStage(stage), claims: [], planned: 2 },
    repetitions: [search(0, 100 * (at + 1), "db"), search(1, 110 * (at + 1), "db")],
  })),
};

describe("after a verification", () => {
  const page = claimsPage(claims, [seen]);

  test("what did not fit into a budget was not measured, and several sittings are not one", () => {
    const leftOut: VerifiedClaim = {
      ...found,
      ...{ status: "inconclusive", why: "too-few", because: "it did not fit", effect: null, evidence: [] },
    };
    const [first, ...others] = seen.experiments;
    const again = first!.repetitions.map((each) => ({ ...each, isReused: true }));
    const text = claimsPage(claims, [
      { ...seen, claims: [leftOut], experiments: [{ ...first!, repetitions: again }, ...others] },
    ]);
    expect(text).toContain("| 2 | 0 | 0 | 1 | 1 |");
    expect(text).not.toContain("it did not fit");
    expect(text).toContain("the last part of it took 2 h 0 min");
  });

  test("it says where, when and by what, and how many hold", () => {
    expect(page).toContain(
      "2026-11-21, a processor, 2 cores, linux 6.18, Node v20.20.2, bench 0.1.0; it took 2 h 0 min",
    );
    expect(page).toContain("| 2 | 0 | 1 | 1 | 0 |");
  });

  test("each claim has its verdict, effect, bound, evidence, and its reason when it does not hold", () => {
    expect(page).toContain(
      "| `S04-fast` | S04-fast is fast. | latency | refuted | 300 ms (290 to 310) | at most 250 | A | r0 |",
    );
    expect(page).toContain("- `S04-fast`: p99 was 300 ms");
    expect(page).toContain("- `S09-far`: it takes a second continent");
  });

  test("the ladder has the knee, the step and the tier, and does not invent what nobody measured", () => {
    expect(page).toContain("| stage-01 | 105 (100–110) |  | db | not measured yet |");
    expect(page).toContain("| stage-02 | 210 (200–220) | 2.00 | db |");
    expect(page).toContain("| stage-03 | not measured yet |  | not measured yet |");
  });

  test("a claim that was worded otherwise then was not measured", () => {
    const [first, ...others] = claims;
    const reworded = claimsPage([{ ...first!, statement: "It is faster." }, ...others], [seen]);
    expect(reworded).toContain("| It is faster. | latency | not measured yet |  |  |  |  |");
  });

  test.each([
    { what: "experiment", now: fastEnough("S04-fast", browseOn("stage-04", ["shops=1"])) },
    {
      what: "bound",
      now: {
        ...claims[0]!,
        decided: { ...claims[0]!.decided, value: { atMost: 350, basis: "derived", because: "so" } },
      } as StageClaim,
    },
  ])("nor was one with another $what then", ({ now }) => {
    const page = claimsPage([now, ...claims.slice(1)], [seen]);
    expect(page).toContain("| `S04-fast` | S04-fast is fast. | latency | not measured yet |  |  |  |  |");
    expect(page).not.toContain("p99 was 300 ms");
  });

  test("nor was one of which nobody noted what was asked", () => {
    const { asked: _, ...old } = found;
    const page = claimsPage(claims, [{ ...seen, claims: [old as VerifiedClaim] }]);
    expect(page).toContain("| `S04-fast` | S04-fast is fast. | latency | not measured yet |  |  |  |  |");
  });
});

describe("of several sittings", () => {
  const later = {
    ...seen,
    ...{ id: "w", startedAt: "2026-11-22T10:00:00.000Z", host: { ...seen.host, cpu: "another" } },
    experiments: [
      {
        ...{ words: "", experiment: kneeOfStage("stage-02"), claims: [], planned: 2 },
        repetitions: [{ ...search(0, 400, "app"), folder: "runs/other" }],
      },
    ],
  };
  const upheld: VerifiedClaim = {
    ...found,
    status: "upheld",
    because: "p99 was 200 ms",
    evidence: ["runs/r9"],
  };
  const unsure: VerifiedClaim = {
    ...found,
    status: "inconclusive",
    why: "interval",
    because: "over the bound",
  };
  const rowOf = (...each: readonly VerifiedClaim[]) =>
    claimsPage(
      claims,
      each.map((claim, at) => ({ ...[seen, later][at]!, claims: [claim] })),
    );

  test("the latest that decided stands, and what the other saw is told", () => {
    const text = rowOf(found, unsure);
    expect(text).toContain("| refuted | 300 ms (290 to 310) | at most 250 | A | r0 |");
    expect(text).toContain("- `S04-fast`: p99 was 300 ms; in sitting B it was inconclusive (over the bound)");
    expect(rowOf(unsure, upheld)).toContain("| upheld | 300 ms (290 to 310) | at most 250 | B | r9 |");
  });

  test("one that holds here and not there is not decided", () => {
    const text = rowOf(upheld, found);
    expect(text).toContain("| latency | inconclusive | 300 ms (290 to 310) | at most 250 | B | r0 |");
    expect(text).toContain("- `S04-fast`: p99 was 300 ms; in sitting A it was upheld");
    expect(text).toContain("| 2 | 0 | 0 | 2 | 0 |");
  });

  test("each is named with its machine, and a step of the ladder is that of one sitting", () => {
    const text = claimsPage(claims, [seen, later]);
    expect(text).toContain("- A: 2026-11-21, a processor");
    expect(text).toContain("- B: 2026-11-22, another");
    expect(text).toMatch(/\| stage-02 \| 210 \(200–220\) \| 2\.00 \| db \|.*\| A \|/);
    const alone = claimsPage(claims, [{ ...seen, experiments: [] }, later]);
    expect(alone).toMatch(/\| stage-02 \| 400 \| {2}\| app \|.*\| B \|/);
  });

  test("what was not measured is not kept, and a sitting that went on replaces its beginning", () => {
    const kept = withSitting([], { ...seen, claims: [found, { ...unsure, why: "undecidable" }] });
    expect(kept.map(({ claims }) => claims)).toEqual([[found]]);
    const wentOn = { ...later, experiments: [...seen.experiments, ...later.experiments] };
    expect(withSitting(kept, wentOn).map(({ id }) => id)).toEqual(["w"]);
    expect(withSitting([later], seen).map(({ id }) => id)).toEqual(["v", "w"]);
  });
});

test("before any, all is not measured yet, but what cannot be", () => {
  const page = claimsPage(claims, []);
  expect(page).toContain("Nothing was measured yet.");
  expect(page).toContain("| `S04-fast` | S04-fast is fast. | latency | not measured yet |  |  |  |  |");
  expect(page).toContain("| `S09-far` | S09-far cannot be told here. | throughput | inconclusive |");
});

test("docs/claims.md has every claim as it is worded today (else: npm run claims:page -- <verify.json>)", () => {
  const page = read("docs/claims.md");
  const missing = stageClaims.filter(
    ({ id, statement }) => !page.includes(`\`${id}\``) || !page.includes(statement.replaceAll("|", "\\|")),
  );
  expect(missing.map(({ id }) => id)).toEqual([]);
});
