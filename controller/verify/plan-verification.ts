/** Claims to everything that will be done for them, in order, with the time it will take. Pure. */
import type { Experiment, StageClaim } from "../../verdict/claims/stage-claim.ts";
import { type Demand, demandsOfClaim, pairsOf, together } from "./demands.ts";
import { experimentKey } from "./experiment-key.ts";
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
  /** How many of its first rounds need not be made, because they are there. */
  readonly madeBefore: number;
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
  /** How many of the first rounds of an experiment need not be made again; absent: all have to be made. */
  readonly madeBefore?: (experiment: Experiment) => number;
}

export function planVerification(
  claims: readonly StageClaim[],
  { turns, budgetS = Number.POSITIVE_INFINITY, seed, besides = [], madeBefore = () => 0 }: VerificationWishes,
): VerificationPlan {
  const known = new Map<string, number>();
  const before = (experiment: Experiment): number => {
    const key = experimentKey(experiment);
    if (!known.has(key)) known.set(key, madeBefore(experiment));
    return known.get(key) ?? 0;
  };
  const picked = mostInformative(claims, { turns, budgetS, madeBefore: before });
  const pairs = picked.claims.flatMap(pairsOf);
  const demands = picked.claims.map((claim) => ({ claim, wanted: demandsOfClaim(claim, turns) }));
  const ofClaims = together(demands.flatMap((each) => each.wanted));
  const { wanted, taken } = withBesides(ofClaims, besides, { pairs, budgetS, before });
  const experimentOf = new Map(wanted.map(({ key, experiment }) => [key, experiment]));
  const steps = inTurns(wanted, pairs).map(({ key, round }) => ({
    ...{ key, round, seed: seed + round },
    experiment: experimentOf.get(key)!,
  }));
  const experiments = wanted.map(({ key, experiment }) => {
    const runs = steps.filter((step) => step.key === key).length;
    return {
      ...{ key, experiment, needsS: howLongS(experiment), besides: taken.get(key) ?? 0 },
      runs,
      madeBefore: Math.min(before(experiment), runs),
      claims: demands
        .filter((each) => each.wanted.some((demand) => demand.key === key))
        .map(({ claim }) => claim.id),
    };
  });
  return {
    ...{ claims, experiments, steps, turns },
    measured: picked.claims.map(({ id }) => id),
    leftOut: picked.leftOut.map(({ claim, needsS }) => ({ id: claim.id, needsS })),
    needsS: experiments.reduce(
      (sum, { runs, needsS, madeBefore: free }) => sum + Math.max(0, runs - free) * needsS,
      0,
    ),
    ...(Number.isFinite(budgetS) && { budgetS }),
  };
}

interface Limits {
  readonly pairs: readonly (readonly [string, string])[];
  readonly budgetS: number;
  readonly before: (experiment: Experiment) => number;
}

/** As many of the others as the budget still holds, one after the other; `taken` says how often each of them. */
function withBesides(
  wanted: readonly Demand[],
  besides: readonly Demand[],
  { pairs, budgetS, before }: Limits,
): { readonly wanted: readonly Demand[]; readonly taken: ReadonlyMap<string, number> } {
  let so = wanted;
  const taken = new Map<string, number>();
  for (const demand of besides) {
    const more = together([...so, demand]);
    if (lengthS(more, { pairs, before }) > budgetS) continue;
    so = more;
    taken.set(demand.key, demand.runs);
  }
  return { wanted: so, taken };
}

/** As they are carried out in turns, without what is there. */
function lengthS(demands: readonly Demand[], { pairs, before }: Omit<Limits, "budgetS">): number {
  const experimentOf = new Map(demands.map(({ key, experiment }) => [key, experiment]));
  const costS = (key: string, runs: number): number => {
    const experiment = experimentOf.get(key);
    return experiment === undefined ? 0 : Math.max(0, runs - before(experiment)) * howLongS(experiment);
  };
  return groupsOf(demands, pairs)
    .flatMap(({ keys, runs }) => keys.map((key) => costS(key, runs)))
    .reduce((sum, each) => sum + each, 0);
}
