/** How long an experiment will take, guessed from what was measured. Pure. */
import { findScenario } from "../../scenarios/catalog.ts";
import { findTarget } from "../../targets/catalog.ts";
import { membersOf } from "../../targets/launch/members.ts";
import type { Experiment, RunExperiment, StageName } from "../../verdict/claims/stage-claim.ts";

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

/** A search from the first word to the last probe, where a stage comes up in seconds. Source: docs/performance.md, to be measured. */
const searchS = 100;

/**
 * Where pages do not show what the database holds when all is quiet, they are waited for: 3 s and 67 s. Source:
 * controller/final-pages.ts.
 */
const pagesS = 70;

/** What may leave old pages behind: callers do not reach a cache that keeps them, or read from a database that is behind. A guess. */
const leavesOldPages = />cache\b|^(freeze|partition):cache\b|^replica-(lag|pause)\b/;

export function howLongS(experiment: Experiment): number {
  const { target, launcher } = experiment.side;
  const upS = launcher === "compose" ? Math.max(containersUpAfterS, upAfterS[target]) : upAfterS[target];
  // What a stage needs to come up in a second or five is within the hundred.
  return experiment.kind === "knee"
    ? searchS + (upS >= containersUpAfterS ? upS : 0)
    : aroundARunS + upS + experiment.durationS + (waitsForPages(experiment) ? pagesS : 0);
}

/** Pages are looked at where items are changed while something is broken, and in one zone only: `controller/measure.ts`. */
function waitsForPages({ scenario, side, faults = [] }: RunExperiment): boolean {
  return (
    faults.some((fault) => leavesOldPages.test(fault)) &&
    findScenario(scenario).operations["admin"] !== undefined &&
    new Set(membersOf(findTarget(side.target)).flatMap(({ zone }) => zone ?? [])).size <= 1
  );
}
