/** How long an experiment will take, guessed from what was measured. Pure. */
import type { Experiment, StageName } from "../../verdict/claims/stage-claim.ts";

/**
 * From nothing to every node ready, seconds, medians of three on two cores. Source: docs/performance.md, Stages. Stages 14
 * and 15 come up as containers only and were not measured: 60 s is our guess.
 */
const upAfterS: Readonly<Record<StageName, number>> = {
  "stage-01": 0.7,
  "stage-02": 0.7,
  "stage-03": 0.8,
  "stage-04": 1,
  "stage-05": 1.3,
  "stage-06": 1.5,
  "stage-07": 1.7,
  "stage-08": 2,
  "stage-09": 2.4,
  "stage-10": 2.9,
  "stage-11": 3.3,
  "stage-12": 5.5,
  "stage-13": 5.5,
  "stage-14": 60,
  "stage-15": 60,
};

/** As containers any stage takes longer; a guess. */
const containersUpAfterS = 60;

/**
 * Warm-up, exercise with and without budgets, waiting for last answers, reading the books, taking down: a run of 40 s on
 * stage-11 took 65 to 75 s. Source: docs/decisions/0020.
 */
const aroundARunS = 27;

/** A search from the first word to the last probe. Goal of docs/capacity.md, and a guess for large stages. */
const searchS = 90;

export function howLongS(experiment: Experiment): number {
  const { target, launcher } = experiment.side;
  const upS = launcher === "compose" ? Math.max(containersUpAfterS, upAfterS[target]) : upAfterS[target];
  // What a stage needs to come up in a second or five is within the ninety.
  return experiment.kind === "knee"
    ? searchS + (upS >= containersUpAfterS ? upS : 0)
    : aroundARunS + upS + experiment.durationS;
}
