/** A verification goes on whatever becomes of single experiments, and ends when it has to. */
import { describe, expect, test } from "vitest";
import { Failure } from "../../../base/failure.ts";
import {
  type CarriedOut,
  carryOut,
  impossibleOnes,
  type Made,
} from "../../../controller/verify/carry-out.ts";
import { experimentKey } from "../../../controller/verify/experiment-key.ts";
import {
  planVerification,
  type Step,
  type VerificationPlan,
} from "../../../controller/verify/plan-verification.ts";
import { browseOn, fastEnough, kneeOn, moreThan } from "../../fakes/made-up-claims.ts";

const claims = [
  fastEnough("S04-fast", browseOn("stage-04")),
  moreThan("S05-a", kneeOn("stage-05"), kneeOn("stage-04")),
];
const plan = planVerification(claims, { turns: 2, seed: 42 });
const made = (step: Step): Made<string> => ({
  ...{ folder: `/runs/${step.experiment.side.target}-${step.round}`, isReused: false, figures: "figures" },
});

interface Playing {
  readonly of?: VerificationPlan;
  readonly isSettled?: () => boolean;
  readonly make?: (step: Step, signal: AbortSignal) => Promise<Made<string>>;
  readonly budgetS?: number;
  readonly impossible?: ReadonlyMap<string, string>;
  readonly signal?: AbortSignal;
}

/** Every step takes a minute. */
async function play({
  of = plan,
  make = async (step) => made(step),
  isSettled,
  budgetS,
  impossible = new Map(),
  signal,
}: Playing) {
  let nowMs = 0;
  const steps: string[] = [];
  const notes: string[] = [];
  const so: CarriedOut<string> = await carryOut(
    {
      plan: { ...of, ...(budgetS !== undefined && { budgetS }) },
      impossible,
      ...(isSettled && { isSettled }),
      nowMs: () => nowMs,
      make: (step, stop) => {
        nowMs += 60_000;
        steps.push(`${step.experiment.kind} ${step.experiment.side.target} ${step.round}`);
        return make(step, stop);
      },
      beginning: () => {},
      noted: ({ ending }) => void notes.push(ending.status),
    },
    signal ?? new AbortController().signal,
  );
  return { so, steps, notes };
}

const failing = (target: string, kind: "target" | "leaked" | "interrupted" = "target") => ({
  make: async (step: Step) => {
    if (step.experiment.side.target === target) throw new Failure(kind, `${target} would not come up`);
    return made(step);
  },
});

test("every step is made, timed and noted", async () => {
  const { so, steps, notes } = await play({});
  expect(steps).toHaveLength(plan.steps.length);
  expect(so.ending.status).toBe("complete");
  expect(notes).toEqual([...plan.steps.map(() => "running"), "complete"]);
  const [first] = so.samples.get(experimentKey(browseOn("stage-04"))) ?? [];
  expect(first).toEqual({
    ...{ round: 0, seed: 42, tookS: 60, state: "made", isReused: false },
    ...{ folder: "/runs/stage-04-0", figures: "figures" },
  });
});

describe("a repetition in which our instrument was not well", () => {
  const spoiling = (times: number) => {
    const seen = new Map<string, number>();
    return async (step: Step): Promise<Made<string>> => {
      const name = `${step.key} ${step.round}`;
      seen.set(name, (seen.get(name) ?? 0) + 1);
      const isSpoilt = step.experiment.kind === "run" && step.round === 0 && seen.get(name)! <= times;
      return { ...made(step), ...(isSpoilt && { notWell: "our agents were late" }) };
    };
  };
  const ofRun = ({ samples }: CarriedOut<string>) => samples.get(experimentKey(browseOn("stage-04"))) ?? [];

  test("is made again at once, with the same seed, and both are kept", async () => {
    const { so, steps } = await play({ make: spoiling(1) });
    expect(steps).toHaveLength(plan.steps.length + 1);
    const at = steps.indexOf("run stage-04 0");
    expect(steps.slice(at, at + 2)).toEqual(["run stage-04 0", "run stage-04 0"]);
    expect(ofRun(so).map(({ round, seed }) => [round, seed])).toEqual([
      [0, 42],
      [0, 42],
      [1, 43],
      [2, 44],
    ]);
    expect(so.ending.status).toBe("complete");
  });

  test("at most twice", async () => {
    const { so } = await play({ make: spoiling(9) });
    expect(ofRun(so).filter(({ round }) => round === 0)).toHaveLength(3);
  });

  test("not when nobody needs it any more, nor when the time is up", async () => {
    const { steps } = await play({ make: spoiling(9), isSettled: () => true });
    expect(steps).toEqual([]);
    const first = plan.steps.findIndex(({ experiment }) => experiment.kind === "run");
    const { so } = await play({ make: spoiling(9), budgetS: 60 * (first + 1) });
    expect(ofRun(so)).toHaveLength(1);
    expect(so.ending.status).toBe("over-budget");
  });
});

describe("an experiment that does not come up", () => {
  test("is tried twice, then left alone with all that only its claims wanted; the rest goes on", async () => {
    const { so, steps } = await play(failing("stage-05"));
    expect(steps.filter((step) => step.includes("stage-05"))).toHaveLength(2);
    expect(steps.filter((step) => step.startsWith("knee stage-04"))).toHaveLength(2);
    expect(steps.filter((step) => step.startsWith("run"))).toHaveLength(3);
    expect(so.ending.status).toBe("complete");
    expect(so.samples.get(experimentKey(kneeOn("stage-05")))).toMatchObject([
      { state: "failed", because: "stage-05 would not come up" },
      { state: "failed" },
    ]);
  });

  test("once and then does, is not given up", async () => {
    let times = 0;
    const { steps } = await play({
      make: async (step) => {
        if (step.experiment.side.target === "stage-05" && times++ === 0)
          throw new Failure("target", "a port was taken");
        return made(step);
      },
    });
    expect(steps).toHaveLength(plan.steps.length);
  });

  test("is not tried at all where it cannot even be planned", async () => {
    const { steps } = await play({
      impossible: new Map([[experimentKey(kneeOn("stage-05")), "no containers here"]]),
    });
    expect(steps.filter((step) => step.startsWith("knee"))).toEqual([]);
    expect(steps).toHaveLength(3);
  });

  test("by a bug of ours ends everything, loudly", async () => {
    await expect(
      play({
        make: async () => {
          throw new TypeError("undefined is not a function");
        },
      }),
    ).rejects.toThrow("undefined is not a function");
  });
});

describe("what the ladder wants besides", () => {
  const shared = kneeOn("stage-04");
  const withLadder = planVerification(claims, {
    turns: 2,
    seed: 42,
    besides: [shared, kneeOn("stage-13")].map((experiment) => ({
      key: experimentKey(experiment),
      experiment,
      runs: 3,
    })),
  });
  const of = (stage: string, steps: readonly string[]) =>
    steps.filter((step) => step.startsWith(`knee ${stage}`));

  test("is made although its claims are lost, or need no more", async () => {
    const lost = await play({ of: withLadder, ...failing("stage-05") });
    expect(of("stage-04", lost.steps)).toEqual([0, 1, 2].map((round) => `knee stage-04 ${round}`));
    const settled = await play({ of: withLadder, isSettled: () => true });
    expect(of("stage-04", settled.steps)).toHaveLength(3);
    expect(of("stage-05", settled.steps)).toEqual([]);
  });

  test("is left alone when it does not come up twice, or cannot be planned", async () => {
    const { steps } = await play({ of: withLadder, ...failing("stage-13") });
    expect(of("stage-13", steps)).toHaveLength(2);
    const impossible = new Map([[experimentKey(shared), "no containers here"]]);
    expect(of("stage-04", (await play({ of: withLadder, impossible })).steps)).toEqual([]);
  });
});

describe("it ends early", () => {
  test("when the budget is used up, whatever was estimated", async () => {
    const { so, steps } = await play({ budgetS: 150 });
    expect(steps).toHaveLength(3);
    expect(so.ending).toEqual({
      status: "over-budget",
      because: `the budget was used up before step 4 of ${plan.steps.length}`,
    });
  });

  test("but not when the budget is used up and nothing is left that anybody wants", async () => {
    let times = 0;
    const { so, steps } = await play({
      budgetS: 120,
      make: async (step) => {
        times++;
        return made(step);
      },
      isSettled: () => times >= 2,
    });
    expect(steps).toHaveLength(2);
    expect(so.ending.status).toBe("complete");
  });

  test("when a fault is still in place, for nothing after it would be a measurement", async () => {
    const { so, steps } = await play({
      make: async (step) => ({ ...made(step), ...(step.round === 1 && { leaked: "the delay is still on" }) }),
    });
    expect(so.ending).toEqual({ status: "leaked", because: "the delay is still on" });
    expect(steps.filter((step) => step.endsWith(" 1"))).toHaveLength(1);
    expect((await play(failing("stage-04", "leaked"))).so.ending.status).toBe("leaked");
  });

  test("when somebody interrupts, with what was seen by then", async () => {
    const stop = new AbortController();
    const { so, steps } = await play({
      signal: stop.signal,
      make: async (step) => {
        stop.abort(new Failure("interrupted", "interrupted by SIGINT"));
        return made(step);
      },
    });
    expect(steps).toHaveLength(1);
    expect(so.ending).toEqual({ status: "interrupted", because: "interrupted by SIGINT" });
    expect(so.samples.size).toBe(1);
    expect((await play(failing("stage-04", "interrupted"))).so.ending.status).toBe("interrupted");
  });
});

test("what cannot be planned here is known before anything starts, with every reason", () => {
  const impossible = impossibleOnes(plan, ({ side }) => {
    if (side.target === "stage-05")
      throw new Failure("usage", "it cannot be planned", { problems: ["no root", "no cgroups"] });
  });
  expect([...impossible]).toEqual([
    [experimentKey(kneeOn("stage-05")), "it cannot be planned: no root; no cgroups"],
  ]);
});
