/** Every experiment of every claim and control can be planned: no variant, fault, operation or tier is misspelt. Nothing runs. */
import { describe, expect, test } from "vitest";
import { planCapacity } from "../../../controller/capacity/plan-capacity.ts";
import { chosenTarget, planRun, type RunRequest } from "../../../controller/plan.ts";
import { experimentKey, experimentWords } from "../../../controller/verify/experiment-key.ts";
import { experimentRequest } from "../../../controller/verify/experiment-request.ts";
import { membersOf } from "../../../targets/launch/members.ts";
import { stageClaims } from "../../../verdict/claims/catalog.ts";
import type { KneeMeasure, RunMeasure } from "../../../verdict/claims/measures.ts";
import type { Experiment, Question } from "../../../verdict/claims/stage-claim.ts";
import { anyHost } from "../../fakes/made-up-claims.ts";

interface Asked {
  readonly experiment: Experiment;
  /** None: the question is which tier saturates. */
  readonly measure?: RunMeasure | KneeMeasure;
  /** That saturates, or is measured. */
  readonly tier?: string;
}

function askedBy(question: Question): readonly Asked[] {
  switch (question.by) {
    case "ratio":
      return [question.pair.of, question.pair.to].map((experiment) =>
        about(experiment, question.pair.measure),
      );
    case "value":
      return [about(question.of, question.measure)];
    case "never":
    case "sometimes":
      return [about(question.of, question.count)];
    case "tier":
      return [{ experiment: question.of, tier: question.tier }];
    default:
      return question satisfies never;
  }
}

const about = (experiment: Experiment, measure: RunMeasure | KneeMeasure): Asked => ({
  ...{ experiment, measure },
  ...("tier" in measure && measure.tier !== undefined && { tier: measure.tier }),
});

const asked = stageClaims.flatMap(({ id, decided, control }) =>
  [decided, control?.question].flatMap((question) =>
    question === undefined || question.by === "nothing"
      ? []
      : askedBy(question).map((each) => ({ id, words: experimentWords(each.experiment), ...each })),
  ),
);

const requestOf = (experiment: Experiment): RunRequest => experimentRequest(experiment, anyHost, 42);

function planOf(experiment: Experiment) {
  const request = requestOf(experiment);
  return experiment.kind === "knee" ? planCapacity(request, undefined).base : planRun(request);
}

/** Problems of a plan stand beside its message, and would not be seen in it. */
function problemsOf(experiment: Experiment): readonly string[] {
  try {
    planOf(experiment);
    return [];
  } catch (error) {
    const { message, problems = [] } = error as { message: string; problems?: readonly string[] };
    return problems.length > 0 ? problems : [message];
  }
}

const unique = [...new Map(asked.map((each) => [experimentKey(each.experiment), each])).values()];

/** Figures of a fault: there is nothing to measure without one. */
const ofFaults: ReadonlySet<string> = new Set<RunMeasure["figure"]>([
  ...(["good-ratio-during", "operation-good-ratio-during", "worst-second-during", "dark-s"] as const),
  ...(["recovered-s", "p99-during-ratio", "fault", "detected-s", "noticed-ratio", "hit-ratio"] as const),
  ...(["amplification", "counted-per-request", "pages-differing"] as const),
]);

describe("an experiment", () => {
  test.each(unique)("of $id can be planned: $words", ({ experiment }) =>
    expect(problemsOf(experiment)).toEqual([]),
  );

  test.each(unique)(
    "of $id says nothing that is as usual anyway, or two would be one: $words",
    ({ experiment }) => {
      const { target } = requestOf(experiment);
      if (target.kind !== "stage") return;
      expect(chosenTarget(target).unusual.toSorted()).toEqual([...target.variants].toSorted());
      expect(experiment.side.strategy).not.toBe(target.spec.defaultStrategy);
    },
  );
});

describe("a question", () => {
  test.each(asked)("of $id is about something that $words has", ({ experiment, measure, tier }) => {
    const request = requestOf(experiment);
    if (tier !== undefined && request.target.kind === "stage")
      expect(membersOf(chosenTarget(request.target).spec).map((member) => member.tier)).toContain(tier);
    if (measure === undefined) return;
    if ("operation" in measure && measure.operation !== undefined)
      expect(Object.keys(request.scenario.operations)).toContain(measure.operation);
    if ("guarantee" in measure)
      expect([
        ...(request.scenario.guarantees ?? []),
        ...(request.scenario.sale ? ["read-your-writes"] : []),
      ]).toContain(measure.guarantee);
    if (ofFaults.has(measure.figure)) expect(request.chaos?.plan.wishes.length ?? 0).toBeGreaterThan(0);
  });
});
