/**
 * The ladder from stage to stage: how much each carries, which tier ends it, and what one and the same schedule of faults
 * does to it. `bench verify --all` makes its experiments besides those of the claims. Pure.
 */
import type { KneeExperiment, RunExperiment, StageName } from "../../verdict/claims/stage-claim.ts";
import type { Demand } from "./demands.ts";
import { experimentKey } from "./experiment-key.ts";
import type { Asked } from "./taken.ts";

/** Stages 14 and 15 come up as containers only, and what those carry is the machine's and not the topology's. */
export const ladderStages: readonly StageName[] = [
  ...(["stage-01", "stage-02", "stage-03", "stage-04", "stage-05", "stage-06", "stage-07"] as const),
  ...(["stage-08", "stage-09", "stage-10", "stage-11", "stage-12", "stage-13"] as const),
];

export const kneeOfStage = (target: StageName): KneeExperiment => ({
  ...{ kind: "knee", scenario: "mixed-daily", side: { target } },
});

/**
 * An application, then a database, each chosen by the seed among what there is. The rate is the lowest that any stage states
 * for a flash sale, so that no stage fails for want of capacity.
 */
export const faultsOnStage = (target: StageName): RunExperiment => ({
  ...{ kind: "run", scenario: "flash-sale", side: { target }, ratePerS: 60, durationS: 30 },
  faults: ["kill:tier=app*1@6s+5s", "kill:tier=db*1@18s+5s"],
});

/** Fresh targets each; three runs show a spread, two searches that agree name a tier. */
const [searches, runs] = [2, 3];

export const ladderDemands: readonly Demand[] = ladderStages.flatMap((stage) => [
  { key: experimentKey(kneeOfStage(stage)), experiment: kneeOfStage(stage), runs: searches },
  { key: experimentKey(faultsOnStage(stage)), experiment: faultsOnStage(stage), runs },
]);

export const ladderAsked: readonly Asked[] = ladderStages.flatMap((stage): readonly Asked[] => [
  { of: "search", experiment: kneeOfStage(stage), measures: [{ figure: "knee-per-s" }] },
  {
    ...{ of: "run", experiment: faultsOnStage(stage) },
    measures: [
      { figure: "dark-s" },
      { figure: "good-ratio-during" },
      { figure: "lost" },
      { figure: "accepted-orders" },
    ],
  },
]);
