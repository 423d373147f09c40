import { describe, expect, test } from "vitest";
import { Failure } from "../../../base/failure.ts";
import { type GateParts, gate } from "../../../controller/gate/gate.ts";
import { usualRules } from "../../../verdict/comparison/figure.ts";
import type { RunSeen } from "../../../verdict/comparison/run-seen.ts";
import { looksUpTo } from "../../../verdict/statistics/looks.ts";
import { type Noise, RunMaker, run, stageNoise, stubNoise } from "../../fakes/repeated-runs.ts";

const never = new AbortController().signal;

function parts(
  make: {
    readonly target: () => RunSeen;
    readonly baseline?: () => RunSeen;
    readonly kept?: readonly RunSeen[];
  },
  order: string[] = [],
  most = 10,
): GateParts {
  const { target, baseline, kept = [] } = make;
  return {
    names: ["baseline main", "stage-01"],
    rules: usualRules,
    differences: [],
    isStrict: false,
    looks: looksUpTo(most),
    kept,
    seedOf: (pair) => 42 + pair,
    epochMs: () => 0,
    say: () => {},
    runTarget: async (seed) => {
      order.push(`B${seed}`);
      return target();
    },
    ...(baseline && {
      runBaseline: async (seed: number) => {
        order.push(`A${seed}`);
        return baseline();
      },
    }),
  };
}

/** One comparison of a target that takes `factor` times as long, with that noise. */
function simulated(noise: Noise, seed: number, factor: number) {
  const maker = new RunMaker(noise, seed);
  return gate(parts({ target: () => maker.make(factor), baseline: () => maker.make() }), never);
}

describe("in turns", () => {
  test("A B B A, and both of a pair by the same seed", async () => {
    const order: string[] = [];
    const seen = await gate(parts({ target: () => run("b"), baseline: () => run("a") }, order), never);
    expect(order).toEqual(["A42", "B42", "B43", "A43", "A44", "B44", "B45", "A45", "A46", "B46"]);
    expect(seen).toMatchObject({ isPaired: true, verdict: { status: "upheld", exitCode: 0 } });
  });

  test("against kept runs only the target is run", async () => {
    const order: string[] = [];
    const kept = Array.from({ length: 5 }, (_, at) => run(`kept-${at}`));
    const seen = await gate(parts({ target: () => run("b"), kept }, order), never);
    expect(order).toEqual(["B42", "B43", "B44", "B45", "B46"]);
    expect(seen.isPaired).toBe(false);
    expect(seen.a).toHaveLength(5);
  });

  test("an undecided comparison goes on to the next look, and to the last", async () => {
    const order: string[] = [];
    let at = 0;
    // Around the margin, and wildly.
    const target = () => run("b", { p99: 44 * (at++ % 2 === 0 ? 1.2 : 1 / 1.2) });
    const seen = await gate(parts({ target, baseline: () => run("a") }, order), never);
    expect(order).toHaveLength(20);
    expect(seen.verdict).toMatchObject({ status: "inconclusive", exitCode: 5 });
    expect(seen.verdict.because).toContain("p99");
  });
});

describe("what ends it", () => {
  test("an oversell ends it at once, also in a run that is no evidence otherwise", async () => {
    const order: string[] = [];
    const target = () =>
      run("b", {}, { broken: ["27 units too many were sold"], doubts: ["our agents were late"] });
    const seen = await gate(parts({ target, baseline: () => run("a") }, order), never);
    expect(order).toEqual(["A42", "B42"]);
    expect(seen.verdict).toEqual({
      status: "refuted",
      exitCode: 11,
      because: "27 units too many were sold (run b)",
    });
  });

  test.each([
    { exitCode: 4, because: "shop died" },
    { exitCode: 15, because: "a fault is still in place" },
  ] as const)("$because: $exitCode", async (graver) => {
    const seen = await gate(
      parts({ target: () => run("b", {}, { graver: [graver] }), baseline: () => run("a") }),
      never,
    );
    expect(seen.verdict).toMatchObject({ exitCode: graver.exitCode, status: "refuted" });
  });

  test("a fault that a run of the baseline left in place ends it at once", async () => {
    const order: string[] = [];
    const graver = [{ exitCode: 15, because: "a fault is still in place" }] as const;
    const baseline = () => run("a", {}, { graver });
    await expect(gate(parts({ target: () => run("b"), baseline }, order), never)).rejects.toMatchObject({
      ...{ kind: "leaked", problems: ["a fault is still in place"] },
    });
    expect(order).toEqual(["A42"]);
  });

  test("a figure that was asked for, and that no run has requests enough for, is not waited for beyond the first look", async () => {
    const order: string[] = [];
    const short = (id: string) => {
      const made = run(id);
      return { ...made, figures: { ...made.figures, p99: { value: 40, requests: 7_500 } } };
    };
    const rules = usualRules.map((rule) => ({ ...rule, isAsked: rule.figure === "p99" }));
    const asked = parts({ target: () => short("b"), baseline: () => short("a") }, order);
    const seen = await gate({ ...asked, rules }, never);
    expect(order).toHaveLength(10);
    expect(seen.verdict).toMatchObject({ exitCode: 5, because: "p99: not decided by these runs" });
  });

  test("three pairs of which none counts are enough, and nothing was decided", async () => {
    const order: string[] = [];
    const late = () => run("b", {}, { doubts: ["our agents were late"] });
    const seen = await gate(parts({ target: late, baseline: () => run("a") }, order), never);
    expect(order).toHaveLength(6);
    expect(seen.verdict).toMatchObject({ exitCode: 5 });
    expect(seen.verdict.because).toContain("our agents were late");
  });

  test("pairs of which one run is set aside are made up for, within the most there may be", async () => {
    let at = 0;
    const target = () => run(`b${at}`, {}, at++ === 1 ? { doubts: ["the machine was busy"] } : {});
    const seen = await gate(parts({ target, baseline: () => run("a") }), never);
    expect(seen).toMatchObject({ verdict: { exitCode: 0 }, setAside: [{ side: "B", runId: "b1" }] });
    expect([seen.a.length, seen.b.length]).toEqual([5, 5]);
  });

  test("a signal between two runs ends it with its reason", async () => {
    const stop = new AbortController();
    const order: string[] = [];
    const target = () => {
      stop.abort(new Error("interrupted by SIGINT"));
      return run("b");
    };
    const ending = gate(parts({ target, baseline: () => run("a") }, order), stop.signal);
    await expect(ending).rejects.toThrow("interrupted by SIGINT");
    expect(order).toEqual(["A42", "B42"]);
  });
});

describe("a run that cannot be made", () => {
  const failing = (kind: Failure["kind"]) => () => {
    throw new Failure(kind, "shop-1 did not answer within 30 s", { problems: ["db is up"] });
  };
  /** The n-th time it fails, and the other times it does not. */
  const failingAt = (n: number, kind: Failure["kind"], id: string) => {
    let made = 0;
    return () => (++made === n ? failing(kind)() : run(`${id}${made}`));
  };

  test("of the target: what was made before is told, and it ends with 4", async () => {
    const order: string[] = [];
    const made = parts({ target: failingAt(2, "target", "b"), baseline: () => run("a") }, order);
    const seen = await gate(made, never);
    expect(order).toEqual(["A42", "B42", "B43"]);
    expect(seen.verdict).toEqual({
      status: "refuted",
      exitCode: 4,
      because: "the run could not be made: shop-1 did not answer within 30 s: db is up (run not-made-43)",
    });
    expect(seen.a).toHaveLength(1);
  });

  test.each(["target", "agents", "environment"] as const)(
    "of the baseline, once, for want of %s: it is set aside and made up for",
    async (kind) => {
      const said: string[] = [];
      const made = parts({ target: () => run("b"), baseline: failingAt(2, kind, "a") });
      const seen = await gate({ ...made, say: (sentence) => said.push(sentence) }, never);
      expect(seen).toMatchObject({
        verdict: { exitCode: 0 },
        setAside: [{ side: "A", runId: "not-made-43" }],
      });
      expect([seen.a.length, seen.b.length]).toEqual([5, 5]);
      expect(said.join()).toContain("this run could not be made: shop-1 did not answer");
    },
  );

  test("never: three pairs are enough, and it is inconclusive", async () => {
    const order: string[] = [];
    const seen = await gate(parts({ target: () => run("b"), baseline: failing("target") }, order), never);
    expect(order).toHaveLength(6);
    expect(seen.verdict).toMatchObject({ exitCode: 5 });
    expect(seen.verdict.because).toContain("shop-1 did not answer");
  });

  test.each([
    { why: "the first of all lacks something of this machine", kind: "environment", order: ["A42"] },
    { why: "a fault is still in place", kind: "leaked", order: ["A42"] },
    { why: "somebody interrupted it", kind: "interrupted", order: ["A42"] },
  ] as const)("is no run less when $why: the failure itself ends it", async ({ kind, order }) => {
    const seen: string[] = [];
    const ending = gate(parts({ target: () => run("b"), baseline: failing(kind) }, seen), never);
    await expect(ending).rejects.toMatchObject({ kind });
    expect(seen).toEqual(order);
  });
});

/** The whole decision, looks and figures and all, over and over. */
describe("the gate proves itself", () => {
  test.each([
    { noise: "of the calibrated stub", model: stubNoise },
    { noise: "of stage-11", model: stageNoise },
  ])("200 comparisons of a target with itself, noise $noise: no more than 1 % alarms", async ({ model }) => {
    const seen = await Promise.all(Array.from({ length: 200 }, (_, seed) => simulated(model, seed, 1)));
    const alarms = seen.filter(({ verdict }) => verdict.exitCode === 12);
    expect(alarms.length).toBeLessThanOrEqual(2);
  });

  test("on the calibrated stub it says so: at least 95 % of 200 comparisons of the same with itself are ok", async () => {
    const seen = await Promise.all(
      Array.from({ length: 200 }, (_, seed) => simulated(stubNoise, 1_000 + seed, 1)),
    );
    expect(seen.filter(({ verdict }) => verdict.exitCode === 0).length).toBeGreaterThanOrEqual(190);
  });

  test("a true +15 % is found by at least 95 % of 200, on the calibrated stub", async () => {
    const seen = await Promise.all(
      Array.from({ length: 200 }, (_, seed) => simulated(stubNoise, 2_000 + seed, 1.15)),
    );
    expect(seen.filter(({ verdict }) => verdict.exitCode === 12).length).toBeGreaterThanOrEqual(190);
  });

  test("and by its p99 alone, where nothing else is slower", async () => {
    const found = await Promise.all(
      Array.from({ length: 200 }, (_, seed) => {
        const maker = new RunMaker(stubNoise, 3_000 + seed);
        const target = () => {
          const made = maker.make();
          const p99 = made.figures["p99"]!;
          return { ...made, figures: { ...made.figures, p99: { ...p99, value: p99.value * 1.15 } } };
        };
        return gate(parts({ target, baseline: () => maker.make() }), never);
      }),
    );
    const byP99 = found.filter(
      ({ figures }) => figures.find(({ name }) => name === "p99")?.status === "regression",
    );
    expect(byP99.length).toBeGreaterThanOrEqual(190);
  });

  test("in the noise of stage-11 +15 % is not invented either way: it is mostly undecided, and says how many more", async () => {
    const seen = await Promise.all(
      Array.from({ length: 50 }, (_, seed) => simulated(stageNoise, 4_000 + seed, 1.15)),
    );
    expect(seen.filter(({ verdict }) => verdict.exitCode === 0)).toEqual([]);
    expect(seen.some(({ figures }) => figures.some(({ moreRuns }) => (moreRuns ?? 0) > 0))).toBe(true);
  });
});
