/** Claims to everything that will be done for them, in order, with the time it will take. Pure. */
import type { Experiment, StageClaim } from "../../verdict/claims/stage-claim.ts";
import { type Demand, demandsOfClaim, pairsOf, together } from "./demands.ts";
import { howLongS } from "./how-long.ts";
import { groupsOf, inTurns } from "./in-turns.ts";
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
  /** How many of them the ladder wants, whatever becomes of the claims; 0: none. */
  readonly besides: number;
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
  const pairs = picked.claims.flatMap(pairsOf);
  const demands = picked.claims.map((claim) => ({ claim, wanted: demandsOfClaim(claim, turns) }));
  const ofClaims = together(demands.flatMap((each) => each.wanted));
  const { wanted, taken } = withBesides(ofClaims, besides, { pairs, budgetS });
  const experimentOf = new Map(wanted.map(({ key, experiment }) => [key, experiment]));
  const steps = inTurns(wanted, pairs).map(({ key, round }) => ({
    ...{ key, round, seed: seed + round },
    experiment: experimentOf.get(key)!,
  }));
  const experiments = wanted.map(({ key, experiment }) => ({
    ...{ key, experiment, needsS: howLongS(experiment), besides: taken.get(key) ?? 0 },
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

interface Limits {
  readonly pairs: readonly (readonly [string, string])[];
  readonly budgetS: number;
}

/** As many of the others as the budget still holds, one after the other; `taken` says how often each of them. */
function withBesides(
  wanted: readonly Demand[],
  besides: readonly Demand[],
  { pairs, budgetS }: Limits,
): { readonly wanted: readonly Demand[]; readonly taken: ReadonlyMap<string, number> } {
  let so = wanted;
  const taken = new Map<string, number>();
  for (const demand of besides) {
    const more = together([...so, demand]);
    if (lengthS(more, pairs) > budgetS) continue;
    so = more;
    taken.set(demand.key, demand.runs);
  }
  return { wanted: so, taken };
}

/** As they are carried out in turns. */
function lengthS(demands: readonly Demand[], pairs: Limits["pairs"]): number {
  const eachS = new Map(demands.map(({ key, experiment }) => [key, howLongS(experiment)]));
  return groupsOf(demands, pairs)
    .flatMap(({ keys, runs }) => keys.map((key) => runs * (eachS.get(key) ?? 0)))
    .reduce((sum, each) => sum + each, 0);
}
