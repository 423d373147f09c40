/** From samples to what stands in `verify.json`: verdicts, evidence, reasons, exit codes; and when enough is enough. */
import { describe, expect, test } from "vitest";
import { askedDigest } from "../../../controller/verify/asked-digest.ts";
import type { CarriedOut, Ending, Sample } from "../../../controller/verify/carry-out.ts";
import { experimentKey } from "../../../controller/verify/experiment-key.ts";
import { confidenceOf, LooksAtClaims } from "../../../controller/verify/looks-at-claims.ts";
import { planVerification } from "../../../controller/verify/plan-verification.ts";
import type { Taken } from "../../../controller/verify/taken.ts";
import { verificationOf } from "../../../controller/verify/verification.ts";
import { measureWords } from "../../../verdict/claims/measure-words.ts";
import type { KneeMeasure, RunMeasure } from "../../../verdict/claims/measures.ts";
import type { Experiment, StageClaim } from "../../../verdict/claims/stage-claim.ts";
import {
  browseOn,
  fastEnough,
  kneeOn,
  moreThan,
  neverOversold,
  undecidable,
} from "../../fakes/made-up-claims.ts";

const about = {
  ...{ id: "v", startedAt: "2026-11-21T10:00:00.000Z", bench: "0.1.0", node: "v20.20.2" },
  host: { cpu: "a processor", cores: 2, memoryBytes: 2 ** 34, kernel: "6.18", platform: "linux" },
};
const complete: Ending = { status: "complete", because: "every step was made" };
const knee = { figure: "knee-per-s" } as const;
const p99 = { figure: "response", quantile: "p99" } as const;
const oversold = { figure: "oversold" } as const;

/** Repetitions of one experiment with one figure each. */
const made = (
  experiment: Experiment,
  measure: RunMeasure | KneeMeasure,
  values: readonly number[],
  outOf?: number,
): readonly [string, readonly Sample<Taken>[]] => [
  experimentKey(experiment),
  values.map((value, round) => {
    const runId = `${experiment.side.target}-${round}`;
    const seen = { value, ...(outOf !== undefined && { outOf }) };
    return {
      ...{ round, seed: 42 + round, tookS: 60, state: "made", folder: `runs/${runId}`, isReused: false },
      figures: { figures: { [measureWords(measure)]: { runId, round, seen, doubts: [] } } },
    };
  }),
];
const failed = (experiment: Experiment, because: string): readonly [string, readonly Sample<Taken>[]] => [
  experimentKey(experiment),
  [0, 1].map((round) => ({ round, seed: 42 + round, tookS: 3, state: "failed", because })),
];

function verified(
  claims: readonly StageClaim[],
  samples: readonly (readonly [string, readonly Sample<Taken>[]])[],
  more: { ending?: Ending; budgetS?: number; impossible?: ReadonlyMap<string, string> } = {},
) {
  const { ending = complete, budgetS, impossible = new Map() } = more;
  const plan = planVerification(claims, { turns: 2, seed: 42, ...(budgetS !== undefined && { budgetS }) });
  const so: CarriedOut<Taken> = { samples: new Map(samples), ending };
  return verificationOf(so, { plan, impossible, about, tookS: 480 });
}

const more = moreThan("S05-more", kneeOn("stage-05"), kneeOn("stage-04"));
const four = (around: number) => [1, 1.02, 0.99, 1.01].map((factor) => around * factor);
const twice = [made(kneeOn("stage-05"), knee, four(400)), made(kneeOn("stage-04"), knee, four(200))];
const half = [made(kneeOn("stage-05"), knee, four(100)), made(kneeOn("stage-04"), knee, four(200))];

describe("a claim", () => {
  test("that holds has its effect, its interval and the folders it rests on", () => {
    const { claims, verdict, experiments } = verified([more], twice);
    const [claim] = claims;
    expect(claim).toMatchObject({ id: "S05-more", status: "upheld", effect: { confidence: 0.975 } });
    expect(claim?.effect?.value).toBeCloseTo(2, 2);
    expect(claim?.evidence).toEqual(
      ["stage-05", "stage-04"].flatMap((stage) => [0, 1, 2, 3].map((round) => `runs/${stage}-${round}`)),
    );
    expect(claim?.asked).toBe(askedDigest(more));
    expect(verdict).toEqual({ status: "upheld", exitCode: 0 });
    expect(experiments[0]?.repetitions[0]?.figures).toEqual({ "the knee": 400 });
  });

  test("that does not hold is refuted, also when it goes against what everybody says", () => {
    expect(verified([more], half).verdict).toEqual({ status: "refuted", exitCode: 10 });
    expect(verified([{ ...more, expectation: "counter-claim" }], half).verdict.exitCode).toBe(10);
  });

  test("whose control holds as well is inconclusive, and the control's runs are evidence, too", () => {
    const { decided } = moreThan("c", kneeOn("stage-05", ["shops=1"]), kneeOn("stage-04"));
    const claim = { ...more, control: { what: "one shop", question: decided } } as StageClaim;
    const { claims, verdict } = verified(
      [claim],
      [...twice, made(kneeOn("stage-05", ["shops=1"]), knee, four(400))],
    );
    expect(claims[0]).toMatchObject({ status: "inconclusive", why: "control" });
    expect(verdict.exitCode).toBe(5);
  });
});

describe("a claim that was plain at the first look", () => {
  const knees = (of: readonly number[], to: readonly number[]) => {
    const samples = [made(kneeOn("stage-05"), knee, of), made(kneeOn("stage-04"), knee, to)];
    return verified([more], samples).claims[0];
  };

  // Seen in a sitting: of two and two 2.4 degrees of freedom, of two and four 1.2.
  test("stays so when another claim had more made of one side, and the interval of both is wider", () => {
    expect(knees([969.7, 1991.7], [26, 17.8])?.status).toBe("upheld");
    expect(knees([969.7, 1991.7], [26, 17.8, 28.4, 32.7])).toMatchObject({
      ...{ status: "upheld", effect: { runs: [2, 2] } },
      runIds: ["stage-05-0", "stage-05-1", "stage-04-0", "stage-04-1"],
    });
  });

  test("is told by all repetitions where they say the same", () => {
    expect(knees([400, 404], [200, 202, 201, 203])).toMatchObject({
      status: "upheld",
      effect: { runs: [2, 4] },
    });
  });

  test("is open when all of them together say the opposite", () => {
    const eight = (value: number) => Array.from({ length: 8 }, () => value);
    expect(knees([400, 404, ...eight(10)], [200, 202, ...eight(1_000)])).toMatchObject({
      ...{ status: "inconclusive", why: "disagreement" },
      because: expect.stringMatching(
        /^after the first turn it was upheld .*, and with all repetitions it is refuted: /,
      ),
    });
  });

  test("was not plain, and is what all of them say, where the first turn told nothing", () => {
    expect(knees([200, 240, 400, 404], [200, 180, 20, 22])?.effect?.runs).toEqual([4, 4]);
  });

  test("is refuted all the same where what may never happen is seen later", () => {
    const never = neverOversold("S01-never", browseOn("stage-01"));
    const seen = [made(browseOn("stage-01"), oversold, [0, 0, 3], 400)];
    expect(verified([never], seen).claims[0]?.status).toBe("refuted");
  });
});

describe("exit codes", () => {
  const never = neverOversold("S01-never", browseOn("stage-01"));
  const broken = made(browseOn("stage-01"), oversold, [0, 3], 400);
  test.each([
    { why: "what must be right is wrong", claims: [more, never], seen: [...half, broken], code: 11 },
    {
      why: "something else is refuted, whatever is open",
      claims: [more, fastEnough("S04-f", browseOn("stage-04"))],
      seen: half,
      code: 10,
    },
    {
      why: "nothing is refuted, and something is open",
      claims: [more, fastEnough("S04-f", browseOn("stage-04"))],
      seen: twice,
      code: 5,
    },
    {
      why: "all holds but what nothing here could decide",
      claims: [more, undecidable("S09-far", "stage-09")],
      seen: twice,
      code: 0,
    },
    {
      why: "nothing here could decide anything",
      claims: [undecidable("S09-far", "stage-09")],
      seen: [],
      code: 5,
    },
  ])("$code when $why", ({ claims, seen, code }) => {
    expect(verified(claims, seen).verdict.exitCode).toBe(code);
  });

  test("15 when a fault is still in place, before all others", () => {
    const ending: Ending = { status: "leaked", because: "the delay is still on" };
    expect(verified([more, never], [...half, broken], { ending }).verdict.exitCode).toBe(15);
  });
});

describe("what was not measured says why", () => {
  test("because the target did not come up", () => {
    const [claim] = verified([more], [failed(kneeOn("stage-05"), "no port was free"), twice[1]!]).claims;
    expect(claim?.status).toBe("inconclusive");
    expect(claim?.because).toContain("it did not take place: no port was free");
  });

  test("because it cannot be done on this machine", () => {
    const impossible = new Map([[experimentKey(kneeOn("stage-05")), "there is no container engine"]]);
    expect(verified([more], [], { impossible }).claims[0]?.because).toContain(
      "it cannot be carried out here: there is no container engine",
    );
  });

  test("because it did not fit into the budget", () => {
    expect(verified([more], [], { budgetS: 100 }).claims[0]?.because).toBe(
      "it did not fit into the budget: it would take 800 s more",
    );
  });

  test("because the verification ended before", () => {
    const ending: Ending = { status: "interrupted", because: "interrupted by SIGINT" };
    expect(verified([more], [], { ending }).claims[0]?.because).toBe(
      "it was not measured: interrupted by SIGINT",
    );
  });

  test("because nothing could decide it", () => {
    expect(verified([undecidable("S09-far", "stage-09")], []).claims[0]).toMatchObject({
      ...{ status: "inconclusive", why: "undecidable", because: "it takes a second continent", evidence: [] },
    });
  });
});

describe("no more repetitions are made", () => {
  const plan = (claims: readonly StageClaim[]) => planVerification(claims, { turns: 2, seed: 42 });
  const settled = (claim: StageClaim, samples: readonly (readonly [string, readonly Sample<Taken>[]])[]) =>
    new LooksAtClaims(plan([claim])).isSettled(claim.id, new Map(samples));
  const two = (of: readonly number[], to: readonly number[]) => [
    made(kneeOn("stage-05"), knee, of),
    made(kneeOn("stage-04"), knee, to),
  ];

  test("when the first turn is plain, and not before it is over", () => {
    expect(settled(more, two([400, 404], [200, 202]))).toBe(true);
    expect(settled(more, two([400, 404], [200]))).toBe(false);
    expect(settled(more, two([200, 240], [200, 180]))).toBe(false);
  });

  test("not by a round that was made twice in the place of two rounds", () => {
    const [key, first] = made(kneeOn("stage-05"), knee, [400, 404]);
    const twice = first.map((sample) => ({ ...sample, round: 0 }));
    expect(settled(more, [[key, twice], made(kneeOn("stage-04"), knee, [200, 202])])).toBe(false);
  });

  test("and looked at once only: what was not plain then waits for the end", () => {
    const looks = new LooksAtClaims(plan([more]));
    expect(looks.isSettled(more.id, new Map(two([200, 240], [200, 180])))).toBe(false);
    expect(looks.isSettled(more.id, new Map(two([400, 404], [200, 202])))).toBe(false);
  });

  test("when what may never happen was seen", () => {
    const never = neverOversold("S01-never", browseOn("stage-01"));
    expect(settled(never, [made(browseOn("stage-01"), oversold, [3], 400)])).toBe(true);
    expect(settled(never, [made(browseOn("stage-01"), oversold, [0], 400)])).toBe(false);
  });

  test("which costs half of the chance of an error, and nothing where there is one turn", () => {
    expect([1, 2, 5].map((turns) => confidenceOf({ turns }))).toEqual([0.95, 0.975, 0.975]);
    const one = planVerification([fastEnough("S04-f", browseOn("stage-04"))], { turns: 1, seed: 42 });
    const samples = new Map([made(browseOn("stage-04"), p99, [40, 41])]);
    expect(new LooksAtClaims(one).isSettled("S04-f", samples)).toBe(false);
  });
});
