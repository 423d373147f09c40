/** Claims to everything that will be done for them, in order, with the time it will take. Pure. */
import type { Experiment, StageClaim } from "../../verdict/claims/stage-claim.ts";
import { type Demand, demandsOfClaim, pairsOf, together } from "./demands.ts";
import { howLongS } from "./how-long.ts";
import { inTurns } from "./in-turns.ts";
import { mostInformative } from "./most-informative.ts";

export interface VerificationPlan {
  /** As they were chosen, whether they are measured or not. */
  readonly claims: readonly StageClaim[];
  /** Ids of those that experiments are made for, the most informative first. */
  readonly measured: readonly string[];
  /** Those that did not fit into the budget. */
  readonly leftOut: readonly { readonly id: string; readonly needsS: number }[];
  readonly experiments: readonly PlannedExperiment[];
  readonly steps: readonly Step[];
  readonly turns: number;
  /** All steps together, estimated. */
  readonly needsS: number;
  /** Absent: none was given. */
  readonly budgetS?: number;
}

export interface PlannedExperiment {
  readonly key: string;
  readonly experiment: Experiment;
  readonly runs: number;
  /** Of one of them, estimated. */
  readonly needsS: number;
  /** Ids of the claims that want it; none: it is for the ladder. */
  readonly claims: readonly string[];
}

export interface Step {
  readonly key: string;
  readonly experiment: Experiment;
  readonly round: number;
  readonly seed: number;
}

export interface VerificationWishes {
  readonly turns: number;
  /** Absent: as long as it takes. */
  readonly budgetS?: number;
  /** Of the first round; each following one has the next. */
  readonly seed: number;
  /** Wanted besides, when all claims are served and the budget is not used up: the ladder of stages. */
  readonly besides?: readonly Demand[];
}

export function planVerification(
  claims: readonly StageClaim[],
  { turns, budgetS = Number.POSITIVE_INFINITY, seed, besides = [] }: VerificationWishes,
): VerificationPlan {
  const picked = mostInformative(claims, turns, budgetS);
  const demands = picked.claims.map((claim) => ({ claim, wanted: demandsOfClaim(claim, turns) }));
  const wanted = withBesides(together(demands.flatMap((each) => each.wanted)), besides, budgetS);
  const experimentOf = new Map(wanted.map(({ key, experiment }) => [key, experiment]));
  const steps = inTurns(wanted, picked.claims.flatMap(pairsOf)).map(({ key, round }) => ({
    ...{ key, round, seed: seed + round },
    experiment: experimentOf.get(key)!,
  }));
  const experiments = wanted.map(({ key, experiment }) => ({
    ...{ key, experiment, needsS: howLongS(experiment) },
    runs: steps.filter((step) => step.key === key).length,
    claims: demands
      .filter((each) => each.wanted.some((demand) => demand.key === key))
      .map(({ claim }) => claim.id),
  }));
  return {
    ...{ claims, experiments, steps, turns },
    measured: picked.claims.map(({ id }) => id),
    leftOut: picked.leftOut.map(({ claim, needsS }) => ({ id: claim.id, needsS })),
    needsS: experiments.reduce((sum, { runs, needsS }) => sum + runs * needsS, 0),
    ...(Number.isFinite(budgetS) && { budgetS }),
  };
}

/** As many of the others as the budget still holds, one after the other. */
function withBesides(
  wanted: readonly Demand[],
  besides: readonly Demand[],
  budgetS: number,
): readonly Demand[] {
  let so = wanted;
  for (const demand of besides) {
    const more = together([...so, demand]);
    if (lengthS(more) <= budgetS) so = more;
  }
  return so;
}

const lengthS = (demands: readonly Demand[]): number =>
  demands.reduce((sum, { experiment, runs }) => sum + runs * howLongS(experiment), 0);
