/** What may never happen, and what has to happen in some run. */
import { describe, expect, test } from "vitest";
import { decideCount } from "../../../verdict/claims/decide-count.ts";
import type { Measured } from "../../../verdict/claims/measured.ts";
import type { Sample } from "../../../verdict/claims/sample.ts";
import { browseOn } from "../../fakes/made-up-claims.ts";
import { doubt, samples } from "../../fakes/samples.ts";

const decided = (by: "never" | "sometimes", seen: readonly Sample[]) =>
  decideCount({ by, count: { figure: "oversold" }, of: browseOn("stage-04") }, seen, 0.95);

const counts = (outOf: number, ...values: readonly number[]): readonly Measured[] =>
  values.map((value) => ({ value, outOf }));

describe("never", () => {
  test.each([
    { why: "it was seen once", seen: samples(counts(1_000, 0, 0, 2)), is: "refuted" },
    { why: "it was not seen in enough looks", seen: samples(counts(1_000, 0)), is: "upheld" },
    { why: "it was not seen in a few looks", seen: samples(counts(100, 0, 0)), is: "inconclusive" },
    { why: "nobody counts looks and there were five runs", seen: samples([0, 0, 0, 0, 0]), is: "upheld" },
    { why: "nobody counts looks and there were four runs", seen: samples([0, 0, 0, 0]), is: "inconclusive" },
    { why: "nothing was measured", seen: [], is: "inconclusive" },
  ])("is $is when $why", ({ seen, is }) => {
    expect(decided("never", seen)).toMatchObject({ status: is });
  });

  test("what was seen stands, whatever else was wrong with the run", () => {
    const seen = samples(counts(1_000, 1), { doubts: [doubt("all"), doubt("course")] });
    expect(decided("never", seen)).toMatchObject({
      ...{ status: "refuted", effect: { value: 1 }, runIds: ["run-0"] },
      because: "units sold that were not there: 1 in 1 of 1 repetition, first in run-0",
    });
  });

  test("none in a run that did not take place is no look; a slow machine does not matter", () => {
    const zero = counts(1_000, 0, 0);
    expect(
      decided("never", samples(zero, { doubts: [doubt("all", "the fault had no effect")] })),
    ).toMatchObject({
      ...{ status: "inconclusive", why: "unfit" },
      because: "2 of 2 repetitions say nothing: the fault had no effect",
    });
    expect(decided("never", samples(zero, { doubts: [doubt("speed"), doubt("course")] })).status).toBe(
      "upheld",
    );
  });

  test("as many more runs as it says are enough looks", () => {
    const { moreRuns = 0, because } = decided("never", samples(counts(70, 0, 0)));
    expect(moreRuns).toBe(3);
    expect(because).toContain("it takes 300 looks");
    expect(decided("never", samples(counts(70, 0, 0, 0, 0, 0))).status).toBe("upheld");
  });

  test("says how rare it is at most: three in so many looks", () => {
    expect(decided("never", samples(counts(1_000, 0, 0, 0))).because).toContain("at most one in 1,001 looks");
  });
});

describe("sometimes", () => {
  test.each([
    { why: "it was seen in one run", seen: samples(counts(10, 0, 1)), is: "upheld" },
    { why: "it was not seen in three runs", seen: samples(counts(1_000, 0, 0, 0)), is: "refuted" },
    { why: "it was not seen in two runs", seen: samples(counts(1_000, 0, 0)), is: "inconclusive" },
    { why: "it was not seen in a few looks", seen: samples(counts(10, 0, 0, 0)), is: "inconclusive" },
    { why: "nobody counts looks and there were five runs", seen: samples([0, 0, 0, 0, 0]), is: "refuted" },
  ])("is $is when $why", ({ seen, is }) => {
    expect(decided("sometimes", seen)).toMatchObject({ status: is });
  });

  test("what happened in a run that did not take place as asked shows nothing of what was asked", () => {
    const seen = samples(counts(1_000, 5, 5, 5), { doubts: [doubt("all", "the fault had no effect")] });
    expect(decided("sometimes", seen)).toMatchObject({ status: "inconclusive", why: "unfit" });
  });
});
