/** Which experiments are made for which claims, how often, in which order, and for how long. */
import { describe, expect, test } from "vitest";
import { demandsOf } from "../../../controller/verify/demands.ts";
import { experimentKey, experimentWords } from "../../../controller/verify/experiment-key.ts";
import { howLongS } from "../../../controller/verify/how-long.ts";
import { inTurns } from "../../../controller/verify/in-turns.ts";
import { ladderDemands } from "../../../controller/verify/ladder.ts";
import { planVerification } from "../../../controller/verify/plan-verification.ts";
import { stageClaims } from "../../../verdict/claims/catalog.ts";
import { decide } from "../../../verdict/claims/decide.ts";
import type {
  Experiment,
  NeverQuestion,
  Question,
  RunExperiment,
  StageClaim,
} from "../../../verdict/claims/stage-claim.ts";
import {
  browseOn,
  fastEnough,
  kneeOn,
  moreThan,
  neverOversold,
  slowerThan,
  undecidable,
} from "../../fakes/made-up-claims.ts";

const plan = (claims: readonly StageClaim[], more: { turns?: number; budgetS?: number } = {}) =>
  planVerification(claims, { turns: 2, seed: 42, ...more });
const named = (steps: readonly { readonly experiment: Experiment }[]) =>
  steps.map(({ experiment }) => experimentWords(experiment).replace(/^the knee of browse on stage-/, ""));

/** Of something that nobody counts the looks of. */
const neverCounted = (of: RunExperiment): NeverQuestion => ({
  by: "never",
  count: { figure: "fault", name: "lostMarks" },
  of,
});

describe("two experiments are the same", () => {
  test.each([
    { why: "when they are", a: browseOn("stage-04"), b: browseOn("stage-04"), same: true },
    {
      why: "when only the order of their variants differs",
      a: browseOn("stage-04", ["shops=1", "cache=off"]),
      b: browseOn("stage-04", ["cache=off", "shops=1"]),
      same: true,
    },
    {
      why: "when one says what is usual",
      a: browseOn("stage-04"),
      b: { ...browseOn("stage-04"), side: { target: "stage-04", variants: [], network: "loopback" } },
      same: true,
    },
    {
      why: "but not with another variant",
      a: browseOn("stage-04"),
      b: browseOn("stage-04", ["shops=1"]),
      same: false,
    },
    { why: "but not as run and as search", a: browseOn("stage-04"), b: kneeOn("stage-04"), same: false },
    {
      why: "but not with a fault",
      a: browseOn("stage-04"),
      b: { ...browseOn("stage-04"), faults: ["kill:shop-1@5s+5s"] },
      same: false,
    },
    {
      why: "but not when one names how it is brought up",
      a: browseOn("stage-04"),
      b: { ...browseOn("stage-04"), side: { target: "stage-04", launcher: "processes" } },
      same: false,
    },
    {
      why: "but not when one is longer",
      a: browseOn("stage-04"),
      b: { ...browseOn("stage-04"), durationS: 21 },
      same: false,
    },
  ] as { why: string; a: Experiment; b: Experiment; same: boolean }[])("$why", ({ a, b, same }) => {
    expect(experimentKey(a) === experimentKey(b)).toBe(same);
  });
});

describe("the order", () => {
  test("of two that are compared is A B B A, twice, and a round shares its seed", () => {
    const { steps } = plan([moreThan("S05-a", kneeOn("stage-05"), kneeOn("stage-04"))]);
    expect(named(steps)).toEqual(["05", "04", "04", "05", "05", "04", "04", "05"]);
    expect(steps.map(({ seed }) => seed)).toEqual([42, 42, 43, 43, 44, 44, 45, 45]);
  });

  test("of three that hang together by one of them goes forth and back", () => {
    const { steps } = plan([
      moreThan("S05-a", kneeOn("stage-05"), kneeOn("stage-04")),
      moreThan("S06-a", kneeOn("stage-06"), kneeOn("stage-05")),
    ]);
    expect(named(steps).slice(0, 6)).toEqual(["05", "04", "06", "06", "04", "05"]);
    expect(steps).toHaveLength(12);
  });

  test("takes what is asked of one run alone as often as that wants, after itself", () => {
    const { steps } = plan([
      fastEnough("S04-fast", browseOn("stage-04")),
      neverOversold("S01-never", browseOn("stage-01")),
    ]);
    expect(steps.map(({ experiment, round }) => `${experiment.side.target} ${round}`)).toEqual([
      ...["stage-01 0", "stage-01 1"],
      ...["stage-04 0", "stage-04 1", "stage-04 2"],
    ]);
  });

  test("makes one that is asked for a value, too, as often as its partner", () => {
    const { experiments } = plan([
      fastEnough("S04-fast", browseOn("stage-04")),
      slowerThan("S05-slow", browseOn("stage-05"), browseOn("stage-04")),
    ]);
    expect(experiments.map(({ runs }) => runs)).toEqual([4, 4]);
    expect(experiments.find(({ experiment }) => experiment.side.target === "stage-04")?.claims).toEqual([
      "S04-fast",
      "S05-slow",
    ]);
  });

  test("of nothing is nothing", () => expect(inTurns([], [["a", "b"]])).toEqual([]));
});

describe("with few turns", () => {
  const of = browseOn("stage-04");
  const oversold = { count: { figure: "oversold" }, of } as const;
  const lostMarks = { count: { figure: "fault", name: "lostMarks" }, of } as const;

  test.each<{ by: "never" | "sometimes"; outOf?: number; turns: number; runs: number }>([
    { by: "never", turns: 1, runs: 5 },
    { by: "never", turns: 2, runs: 5 },
    { by: "never", turns: 3, runs: 7 },
    { by: "sometimes", turns: 1, runs: 5 },
    { by: "never", outOf: 400, turns: 1, runs: 1 },
    { by: "sometimes", outOf: 400, turns: 1, runs: 3 },
    { by: "sometimes", outOf: 400, turns: 3, runs: 5 },
  ])("$by is asked as often as it takes to see nothing: $runs times in $turns", (each) => {
    const { by, outOf, turns, runs } = each;
    const question: Question = { by, ...(outOf === undefined ? lostMarks : oversold) };
    expect(demandsOf(question, turns).map((demand) => demand.runs)).toEqual([runs]);
    const none = Array.from({ length: runs }, (_, round) => ({
      ...{ runId: `r${round}`, round, doubts: [] },
      seen: { value: 0, ...(outOf !== undefined && { outOf }) },
    }));
    const { status } = decide(question, { figures: () => none, tiers: () => [] });
    expect(status).toBe(by === "never" ? "upheld" : "refuted");
  });

  test.each([
    { turns: 1, runs: [2], sides: [2, 2] },
    { turns: 2, runs: [7], sides: [7, 7] },
    { turns: 5, runs: [9], sides: [10, 10] },
  ])(
    "more, where the usual number cannot tell and somebody asks for $turns turns",
    ({ turns, runs, sides }) => {
      const value = { ...fastEnough("", browseOn("stage-04")).decided, repetitions: 7 } as Question;
      const ratio = {
        ...slowerThan("", browseOn("stage-04"), browseOn("stage-05")).decided,
        repetitions: 7,
      } as Question;
      expect(demandsOf(value, turns).map((demand) => demand.runs)).toEqual(runs);
      expect(demandsOf(ratio, turns).map((demand) => demand.runs)).toEqual(sides);
    },
  );
});

describe("what is shared", () => {
  const cacheOff = {
    what: "without the cache",
    question: moreThan("c", kneeOn("stage-03", ["cache=off"]), kneeOn("stage-02")).decided,
  };
  const claim = {
    ...moreThan("S03-a", kneeOn("stage-03"), kneeOn("stage-02")),
    control: cacheOff,
  } as StageClaim;

  test("a control brings its own side along and shares the other", () => {
    expect(
      plan([claim]).experiments.map(({ runs, experiment }) => `${runs} ${experimentWords(experiment)}`),
    ).toEqual([
      "4 the knee of browse on stage-03",
      "4 the knee of browse on stage-02",
      "4 the knee of browse on stage-03 cache=off",
    ]);
  });

  test("two claims that want the same runs cost as much as one", () => {
    const one = plan([claim]);
    const two = plan([claim, { ...claim, id: "S03-b" }]);
    expect(two.needsS).toBe(one.needsS);
    expect(two.measured).toEqual(["S03-a", "S03-b"]);
  });

  test("a claim that nothing can decide costs nothing", () => {
    const { needsS, measured, leftOut, claims } = plan([undecidable("S09-far", "stage-09")]);
    expect({ needsS, measured, leftOut, claims: claims.length }).toEqual({
      needsS: 0,
      measured: [],
      leftOut: [],
      claims: 1,
    });
  });
});

describe("a budget", () => {
  const short = fastEnough("S04-fast", browseOn("stage-04"));
  const long = moreThan("S05-a", kneeOn("stage-05"), kneeOn("stage-04"));

  test("goes to what decides the most claims a second, and says what it left out and what that takes", () => {
    const { measured, leftOut, needsS } = plan([long, short], { budgetS: 300 });
    expect(measured).toEqual(["S04-fast"]);
    expect(leftOut).toEqual([{ id: "S05-a", needsS: 8 * howLongS(kneeOn("stage-04")) }]);
    expect(needsS).toBeLessThanOrEqual(300);
  });

  test("prefers an expensive experiment when enough claims want it", () => {
    const many = ["a", "b", "c", "d", "e", "f"].map((letter) => ({ ...long, id: `S05-${letter}` }));
    expect(plan([short, ...many], { budgetS: 800 }).measured).toEqual(many.map(({ id }) => id));
  });

  test("is told of what is run only because its partner is", () => {
    // Five runs of one side, and so five of the other, which alone would be four.
    const often: StageClaim = { ...short, id: "S04-never", decided: neverCounted(browseOn("stage-04")) };
    const claims = [often, slowerThan("S05-slow", browseOn("stage-05"), browseOn("stage-04"))];
    const { needsS, experiments, steps } = plan(claims);
    expect(experiments.map(({ runs }) => runs)).toEqual([5, 5]);
    expect(steps).toHaveLength(10);
    expect(plan(claims, { budgetS: needsS }).needsS).toBe(needsS);
    expect(plan(claims, { budgetS: needsS - 1 }).needsS).toBeLessThan(needsS);
    expect(plan(claims, { budgetS: needsS - 1 }).leftOut).toHaveLength(1);
  });

  test("is not exceeded by all there is, the ladder included", () => {
    for (const budgetS of [600, 3_600, 36_000]) {
      const all = planVerification(stageClaims, { turns: 2, seed: 42, budgetS, besides: ladderDemands });
      expect(all.needsS).toBeLessThanOrEqual(budgetS);
    }
  });

  test("goes on where the last one ended: what is there costs nothing, and the rest fits", () => {
    const knee = howLongS(kneeOn("stage-04"));
    const madeBefore = (experiment: Experiment) =>
      experimentKey(experiment) === experimentKey(kneeOn("stage-05")) ? 4 : 3;
    const wishes = { turns: 2, seed: 42, budgetS: 2 * knee };
    expect(planVerification([long], wishes).measured).toEqual([]);
    // Of the one all four are there, of the other three.
    const { measured, needsS, experiments } = planVerification([long], { ...wishes, madeBefore });
    expect(measured).toEqual(["S05-a"]);
    expect(needsS).toBe(knee);
    expect(experiments.map((each) => [each.runs, each.madeBefore])).toEqual([
      [4, 4],
      [4, 3],
    ]);
    expect(planVerification([long], { ...wishes, budgetS: knee - 1, madeBefore }).measured).toEqual([]);
  });

  test("of nothing leaves all out", () => {
    expect(plan([short], { budgetS: 0 })).toMatchObject({
      measured: [],
      steps: [],
      leftOut: [{ id: "S04-fast" }],
    });
  });

  test("is never exceeded, whatever is chosen", () => {
    const claims = [
      short,
      long,
      ...["stage-06", "stage-07", "stage-13"].map((stage) =>
        fastEnough(stage, browseOn(stage as "stage-06")),
      ),
    ];
    for (let budgetS = 0; budgetS < 2_000; budgetS += 97)
      expect(plan(claims, { budgetS }).needsS).toBeLessThanOrEqual(budgetS);
  });
});

test("a large stage takes longer to come up, containers much longer", () => {
  expect(howLongS(browseOn("stage-13"))).toBeGreaterThan(howLongS(browseOn("stage-01")));
  expect(
    howLongS({ ...browseOn("stage-04"), side: { target: "stage-04", launcher: "compose" } }),
  ).toBeGreaterThan(100);
  expect(howLongS(kneeOn("stage-04"))).toBe(100);
});

describe("pages that differ are waited for", () => {
  const longerBy = (target: "stage-03" | "stage-09", faults: readonly string[], scenario = "browse") => {
    const run = { ...browseOn(target), scenario };
    return Math.round(howLongS({ ...run, faults }) - howLongS(run));
  };

  test.each([
    { why: "where a cache that keeps them was not reached", faults: ["refuse:shop>cache@4s+14s"], s: 70 },
    { why: "where it stood still", faults: ["kill:shop@2s+1s", "freeze:cache@4s+14s"], s: 70 },
    { why: "where replicas were behind", faults: ["replica-lag=2s:tier=db@4s+14s"], s: 70 },
    { why: "but not where the cache is empty afterwards", faults: ["kill:cache@4s+8s"], s: 0 },
    { why: "nor where another way was broken", faults: ["refuse:shop>db@4s+14s"], s: 0 },
  ])("$why: $s s", ({ faults, s }) => expect(longerBy("stage-03", faults)).toBe(s));

  test("nobody looks at them where nothing changes items, nor in two zones", () => {
    expect(longerBy("stage-03", ["refuse:shop>cache@4s+14s"], "mixed-daily")).toBe(0);
    expect(longerBy("stage-09", ["partition:cache@4s+14s"])).toBe(0);
  });
});
