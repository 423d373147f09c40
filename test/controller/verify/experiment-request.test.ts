/** An experiment becomes the request that a person would have typed. */
import { expect, test } from "vitest";
import { Failure } from "../../../base/failure.ts";
import { planRun } from "../../../controller/plan.ts";
import { experimentRequest } from "../../../controller/verify/experiment-request.ts";
import type { RunExperiment } from "../../../verdict/claims/stage-claim.ts";
import { anyHost, browseOn, kneeOn } from "../../fakes/made-up-claims.ts";

test("with target, variants, rate, length, seed and faults", () => {
  const experiment: RunExperiment = { ...browseOn("stage-04", ["shops=2"]), faults: ["kill:shop-1@5s+5s"] };
  const plan = planRun(experimentRequest(experiment, anyHost, 7));
  expect(plan).toMatchObject({
    ...{
      scenario: "browse",
      target: "stage-04",
      unusual: ["shops=2"],
      seed: 7,
      ratePerS: 100,
      durationS: 20,
    },
    chaos: { faults: [{ fault: "kill", nodes: ["shop-1"], atS: 5, forS: 5 }] },
  });
});

test("without a rate it is what the stage claims, and a search has no length", () => {
  const { ratePerS: _, ...claimed } = browseOn("stage-04");
  expect(planRun(experimentRequest(claimed, anyHost, 7)).ratePerS).toBe(250);
  expect(experimentRequest(kneeOn("stage-04"), anyHost, 7)).not.toHaveProperty("durationS");
});

test("a fault that is not written as faults are is a wrong word", () => {
  const wrong = { ...browseOn("stage-04"), faults: ["kill shop-1", "kill:shop-1@soon"] };
  const attempt = () => experimentRequest(wrong, anyHost, 7);
  expect(attempt).toThrow(Failure);
  expect(attempt).toThrow("the faults of an experiment cannot be read");
});
