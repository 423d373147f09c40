/** Figures and ratios of repeated runs against a bound. */
import { describe, expect, test } from "vitest";
import type { Answer } from "../../../verdict/claims/answer.ts";
import { decideRatio, decideValue } from "../../../verdict/claims/decide-value.ts";
import type { Measured } from "../../../verdict/claims/measured.ts";
import type { RunMeasure } from "../../../verdict/claims/measures.ts";
import type { Bound, ValueQuestion } from "../../../verdict/claims/stage-claim.ts";
import { browseOn, kneeOn } from "../../fakes/made-up-claims.ts";
import { doubt, samples } from "../../fakes/samples.ts";

const why = { basis: "derived", because: "a test" } as const;
type Values = readonly (number | Measured)[];

const heldKnees = (of: Values, to: Values, ratio: Omit<Bound, keyof typeof why>, isPaired = false): Answer =>
  decideRatio(
    {
      by: "ratio",
      pair: { measure: { figure: "knee-per-s" }, of: kneeOn("stage-04"), to: kneeOn("stage-03") },
      ratio: { ...ratio, ...why } as Bound,
    },
    { of: samples(of, { name: "of" }), to: samples(to, { name: "to" }), isPaired },
    0.95,
  );

const heldRuns = (measure: RunMeasure, of: Values, to: Values, ratio: object): Answer =>
  decideRatio(
    {
      by: "ratio",
      pair: { measure, of: browseOn("stage-04"), to: browseOn("stage-03") },
      ratio: { ...ratio, ...why } as Bound,
    },
    { of: samples(of, { name: "of" }), to: samples(to, { name: "to" }), isPaired: false },
    0.95,
  );

const held = (measure: RunMeasure, seen: Values, value: object): Answer =>
  decideValue(
    { by: "value", measure, of: browseOn("stage-04"), value: { ...value, ...why } as Bound },
    samples(seen),
    0.95,
  );

const p99 = { figure: "response", quantile: "p99" } as const;
const good = { figure: "good-ratio-during" } as const;
const dark = { figure: "dark-s" } as const;

describe("a ratio of figures that are never 0", () => {
  test.each([
    { why: "all of it is above", of: [400, 410, 405, 395], ratio: { atLeast: 1.5 }, is: "upheld" },
    { why: "all of it is below", of: [220, 230, 225, 215], ratio: { atLeast: 1.5 }, is: "refuted" },
    {
      why: "it reaches over the bound",
      of: [290, 310, 300, 305],
      ratio: { atLeast: 1.5 },
      is: "inconclusive",
    },
    { why: "more than it may be", of: [400, 410, 405, 395], ratio: { atMost: 1.2 }, is: "refuted" },
    { why: "between the two", of: [200, 202, 198, 201], ratio: { atLeast: 0.8, atMost: 1.25 }, is: "upheld" },
    {
      why: "beyond the upper of the two",
      of: [300, 302, 298, 301],
      ratio: { atLeast: 0.8, atMost: 1.25 },
      is: "refuted",
    },
  ])("is $is when $why", ({ of, ratio, is }) => {
    expect(heldKnees(of, [200, 205, 195, 202], ratio)).toMatchObject({ status: is });
  });

  test("is of geometric means, and tells the figures, the interval and the runs", () => {
    const seen = heldKnees([200, 800], [100, 400], { atLeast: 1 });
    expect(seen.effect?.value).toBeCloseTo(2, 9);
    expect(seen.effect?.sides?.of).toBeCloseTo(400, 9);
    expect(seen.effect?.runs).toEqual([2, 2]);
    expect(seen.runIds).toEqual(["of-0", "of-1", "to-0", "to-1"]);
    expect(seen).toMatchObject({ status: "inconclusive", why: "interval" });
    expect(seen.because).toMatch(
      /^the knee as a multiple of the other's is 2 \(.*; about \d+ more of each would decide$/,
    );
    expect(seen.moreRuns).toBeGreaterThan(0);
  });

  test("is never surer than knees can be read: two that are equal are not told from 1", () => {
    const same = heldKnees([400, 400, 400, 400], [400, 400, 400, 400], { atLeast: 1 });
    expect(same).toMatchObject({ status: "inconclusive", why: "interval" });
    expect(same.moreRuns).toBeUndefined();
    expect(same.because).toContain("no reasonable number");
  });

  test("of pairs that drift together is told where two samples are not", () => {
    const to = [200, 260, 330, 420];
    const of = to.map((each, at) => each * 1.5 * (1 + (at - 1) * 0.01));
    expect(heldKnees(of, to, { atLeast: 1.2 }, true).status).toBe("upheld");
    expect(heldKnees(of, to, { atLeast: 1.2 }, false).status).toBe("inconclusive");
  });

  test("has none to 0", () => {
    expect(heldRuns({ figure: "good-per-s" }, [0, 0], [100, 101], { atLeast: 2 })).toMatchObject({
      ...{ status: "inconclusive", why: "unfit" },
    });
  });
});

describe("a ratio of figures that can be 0", () => {
  test.each([
    { why: "nothing of it is left", of: [0, 0, 0], to: [5, 5.2, 4.8], ratio: { atMost: 0.5 }, is: "upheld" },
    {
      why: "there is nothing to compare with",
      of: [5, 5.2, 4.8],
      to: [0, 0, 0],
      ratio: { atLeast: 2 },
      is: "upheld",
    },
    { why: "both are nothing", of: [0, 0, 0], to: [0, 0, 0], ratio: { atLeast: 2 }, is: "inconclusive" },
    {
      why: "it is five times as long",
      of: [10, 10.4, 9.6],
      to: [2, 2.1, 1.9],
      ratio: { atLeast: 2 },
      is: "upheld",
    },
    { why: "it is as long", of: [2, 2.1, 1.9], to: [2, 2.1, 1.9], ratio: { atLeast: 2 }, is: "refuted" },
    {
      why: "it varies too much to say",
      of: [1, 12, 5],
      to: [2, 2.1, 1.9],
      ratio: { atLeast: 2 },
      is: "inconclusive",
    },
  ])("is $is when $why", ({ of, to, ratio, is }) => {
    expect(heldRuns(dark, of, to, ratio)).toMatchObject({ status: is });
  });
});

describe("a figure", () => {
  test.each([
    { why: "fast enough", measure: p99, seen: [80, 95, 88], value: { atMost: 250 }, is: "upheld" },
    { why: "too slow", measure: p99, seen: [400, 520, 450], value: { atMost: 250 }, is: "refuted" },
    {
      why: "here and there",
      measure: p99,
      seen: [150, 300, 260],
      value: { atMost: 250 },
      is: "inconclusive",
    },
    { why: "nothing at all", measure: dark, seen: [0, 0, 0], value: { atMost: 1 }, is: "upheld" },
    { why: "as it has to be", measure: good, seen: [0, 0, 0], value: { atMost: 0.01 }, is: "upheld" },
  ])("that is $why is $is", ({ measure, seen, value, is }) => {
    expect(held(measure, seen, value)).toMatchObject({ status: is });
  });

  test("a share of few is less sure than it looks", () => {
    const of = (outOf: number) => [1, 1, 1].map((value) => ({ value, outOf }));
    expect(held(good, of(20), { atLeast: 0.99 }).status).toBe("inconclusive");
    expect(held(good, of(2_000), { atLeast: 0.99 }).status).toBe("upheld");
    expect(held(good, of(2_000), { atLeast: 0.99 }).effect?.interval?.high).toBe(1);
  });

  test("says what it is, in its unit", () => {
    expect(held(p99, [80, 80, 80], { atMost: 250 }).because).toBe(
      "p99 of all requests is 80 ms (79.9 ms to 80.1 ms with 95 % in 3 repetitions); it has to be at most 250 ms",
    );
  });
});

describe("where the end was not seen", () => {
  const never = { value: 30, isLeast: true } as const;
  test.each([
    { why: "too long already is too long", seen: [never, never, 28], value: { atMost: 10 }, is: "refuted" },
    {
      why: "long enough already is long enough",
      seen: [never, never, 28],
      value: { atLeast: 10 },
      is: "upheld",
    },
    { why: "short so far may be long", seen: [never, never, 28], value: { atMost: 60 }, is: "inconclusive" },
  ])("$why: $is", ({ seen, value, is }) => {
    expect(held({ figure: "recovered-s" }, seen, value)).toMatchObject({ status: is });
  });

  test("of both sides nothing can be said of their ratio", () => {
    const seen = heldRuns({ figure: "recovered-s" }, [never, never, never], [3, 3, 3], { atLeast: 2 });
    expect(seen.status).toBe("upheld");
    const both = heldRuns({ figure: "recovered-s" }, [never, never], [{ ...never, value: 3 }, 3], {
      atLeast: 2,
    });
    expect(both).toMatchObject({ status: "inconclusive", why: "unseen-end" });
  });
});

describe("seconds in which our instrument was not well", () => {
  const question: ValueQuestion = {
    ...{ by: "value", measure: p99, of: browseOn("stage-04") },
    value: { atMost: 250, ...why },
  };
  const calm = (values: Values, calmMs: number) =>
    samples(values).map((each) => ({ ...each, calm: { value: calmMs + each.round } }));

  test.each([
    { why: "it is as slow without them", values: [400, 410, 405], calmMs: 390, is: { status: "refuted" } },
    {
      why: "it is fast without them",
      ...{ values: [400, 410, 405], calmMs: 80 },
      is: { status: "inconclusive", why: "leaning" },
    },
    { why: "it is fast with them and without", values: [80, 82, 81], calmMs: 70, is: { status: "upheld" } },
  ])("$is.status when $why", ({ values, calmMs, is }) => {
    expect(decideValue(question, calm(values, calmMs), 0.95)).toMatchObject(is);
  });

  test("turn no ratio: it has to be the same without them", () => {
    const question = {
      by: "ratio",
      pair: { measure: p99, of: browseOn("stage-04"), to: browseOn("stage-03") },
      ratio: { atLeast: 2, ...why },
    } as const;
    const sides = { of: calm([400, 410, 405], 100), to: samples([100, 102, 101]), isPaired: false };
    expect(decideRatio(question, sides, 0.95)).toMatchObject({ status: "inconclusive", why: "leaning" });
  });
});

describe("repetitions that are no evidence", () => {
  const question: ValueQuestion = {
    by: "value",
    measure: p99,
    of: browseOn("stage-04"),
    value: { atMost: 250, ...why },
  };

  test.each([
    { spoils: "all", figure: p99, isFit: false },
    { spoils: "course", figure: p99, isFit: false },
    { spoils: "speed", figure: p99, isFit: false },
    { spoils: "course", figure: good, isFit: false },
    { spoils: "speed", figure: good, isFit: true },
    { spoils: "course", figure: { figure: "cpu-ms-per-request" }, isFit: true },
    { spoils: "all", figure: { figure: "cpu-ms-per-request" }, isFit: false },
    { spoils: "work", figure: { figure: "cpu-ms-per-request" }, isFit: false },
    { spoils: "work", figure: { figure: "busiest-cpu-ms-per-request", node: "shop" }, isFit: false },
    { spoils: "work", figure: { figure: "imbalance", tier: "proxy" }, isFit: false },
    { spoils: "work", figure: { figure: "request-imbalance", tier: "proxy" }, isFit: true },
    { spoils: "work", figure: good, isFit: true },
  ] as const)("a doubt about $spoils leaves $figure.figure decided: $isFit", ({ spoils, figure, isFit }) => {
    const seen = samples([0.5, 0.5, 0.5], { doubts: [doubt(spoils, "the host was full")] });
    const answer = decideValue({ ...question, measure: figure }, seen, 0.95);
    expect(answer.status).toBe(isFit ? "upheld" : "inconclusive");
    if (!isFit)
      expect(answer).toMatchObject({
        ...{ why: "unfit", because: "3 of 3 repetitions say nothing: the host was full", moreRuns: 2 },
      });
  });

  test("are set aside and named, and the others decide when there are enough", () => {
    const [first, ...rest] = samples([900, 80, 85, 82]);
    const seen = [{ ...first!, doubts: [doubt("course")] }, ...rest];
    expect(decideValue(question, seen, 0.95)).toMatchObject({
      ...{ status: "upheld", runIds: ["run-1", "run-2", "run-3"] },
      setAside: [{ runId: "run-0", because: "something was wrong" }],
    });
  });

  test("none, and one, say nothing, and so does a figure that is missing", () => {
    expect(decideValue(question, [], 0.95)).toMatchObject({
      ...{ status: "inconclusive", because: "it was not measured", why: "too-few", moreRuns: 2 },
    });
    expect(decideValue(question, samples([80]), 0.95)).toMatchObject({ why: "too-few", moreRuns: 1 });
    const missing = samples([{ missing: "nobody asked" }, 80, { missing: "nobody asked" }]);
    expect(decideValue(question, missing, 0.95)).toMatchObject({
      ...{ why: "unfit", because: "2 of 3 repetitions say nothing: nobody asked" },
    });
  });

  test("in a ratio of pairs take their other with them", () => {
    const of = samples([400, 410, 405, 100], { name: "of" }).map((each) =>
      each.round === 3 ? { ...each, doubts: [doubt("all")] } : each,
    );
    const question = {
      by: "ratio",
      pair: { measure: { figure: "knee-per-s" }, of: kneeOn("stage-04"), to: kneeOn("stage-03") },
      ratio: { atLeast: 1.5, ...why },
    } as const;
    const to = samples([200, 205, 202, 900], { name: "to" });
    const answer = decideRatio(question, { of, to, isPaired: true }, 0.95);
    expect(answer).toMatchObject({ status: "upheld", effect: { runs: [3, 3] } });
    expect(answer.setAside.map(({ runId }) => runId)).toEqual(["of-3"]);
  });
});
