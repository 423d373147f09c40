/** In which order claims are worth their machine time, and which of them fit into a budget. Pure. */
import type { Experiment, StageClaim } from "../../verdict/claims/stage-claim.ts";
import { type Demand, demandsOfClaim, pairsOf } from "./demands.ts";
import { howLongS } from "./how-long.ts";
import type { Group } from "./in-turns.ts";

export interface Picked {
  /** Most claims decided for each second of machine time first. */
  readonly claims: readonly StageClaim[];
  /** Did not fit, with the seconds that each would have needed on top. */
  readonly leftOut: readonly { readonly claim: StageClaim; readonly needsS: number }[];
  /** All experiments of those picked, as often as they are carried out in turns, seconds. */
  readonly needsS: number;
}

interface Candidate {
  readonly claim: StageClaim;
  readonly demands: readonly Demand[];
  /** What has to be run in turns. */
  readonly pairs: readonly (readonly [string, string])[];
}

/** By key: with whom an experiment is run in turns so far, and how often. */
type Made = ReadonlyMap<string, Group>;

export interface Worth {
  readonly turns: number;
  readonly budgetS: number;
  /** How many repetitions of an experiment need not be made, because they are there. */
  readonly madeBefore: (experiment: Experiment) => number;
}

/**
 * Again and again the claim whose missing experiments decide the most claims a second: one experiment may complete several.
 * Claims that nothing can decide are not among them. Greedy, so not always the best that a budget could buy.
 */
export function mostInformative(
  claims: readonly StageClaim[],
  { turns, budgetS, madeBefore }: Worth,
): Picked {
  let rest: readonly Candidate[] = claims
    .map((claim) => ({ claim, demands: demandsOfClaim(claim, turns), pairs: pairsOf(claim) }))
    .filter(({ demands }) => demands.length > 0);
  const experiments = new Map(
    rest.flatMap(({ demands }) => demands.map(({ key, experiment }) => [key, experiment] as const)),
  );
  const prices: Prices = new Map(
    [...experiments].map(([key, experiment]) => [
      key,
      { eachS: howLongS(experiment), free: madeBefore(experiment) },
    ]),
  );
  let made: Made = new Map();
  const priced = (candidate: Candidate) => {
    const groups = joinedBy(candidate, made);
    return { candidate, groups, costS: costS(groups, made, prices) };
  };
  const picked: StageClaim[] = [];
  let needsS = 0;
  for (;;) {
    const best = rest
      .map(priced)
      .filter(({ costS }) => needsS + costS <= budgetS)
      .map((each) => {
        const decided = decidedBy(withGroups(made, each.groups), rest);
        return { ...each, worth: decided / Math.max(each.costS, 1e-9) };
      })
      .reduce<(ReturnType<typeof priced> & { readonly worth: number }) | undefined>(
        (most, each) => (most === undefined || each.worth > most.worth ? each : most),
        undefined,
      );
    if (best === undefined) break;
    made = withGroups(made, best.groups);
    picked.push(best.candidate.claim);
    needsS += best.costS;
    rest = rest.filter((each) => each !== best.candidate);
  }
  return {
    ...{ claims: picked, needsS },
    leftOut: rest.map((candidate) => ({ claim: candidate.claim, needsS: priced(candidate).costS })),
  };
}

/**
 * The groups that its experiments would be in: a comparison makes one of two, and all of them are run as often as the one
 * that is wanted most often.
 */
function joinedBy({ demands, pairs }: Candidate, made: Made): readonly Group[] {
  const known = new Set(demands.map(({ key }) => made.get(key) ?? { keys: [key], runs: 0 }));
  let groups: readonly Group[] = [...known].map(({ keys, runs }) => ({
    keys,
    runs: Math.max(runs, ...demands.filter(({ key }) => keys.includes(key)).map((demand) => demand.runs)),
  }));
  for (const pair of pairs) {
    const both = groups.filter(({ keys }) => pair.some((key) => keys.includes(key)));
    groups = [
      ...groups.filter((group) => !both.includes(group)),
      { keys: both.flatMap(({ keys }) => keys), runs: Math.max(...both.map(({ runs }) => runs)) },
    ];
  }
  return groups;
}

const withGroups = (made: Made, groups: readonly Group[]): Made =>
  new Map([...made, ...groups.flatMap((group) => group.keys.map((key) => [key, group] as const))]);

/** Seconds of one repetition, and how many are to be had for nothing. */
type Prices = ReadonlyMap<string, { readonly eachS: number; readonly free: number }>;

/** What is not made yet. */
function costS(groups: readonly Group[], made: Made, prices: Prices): number {
  const steps = groups.flatMap(({ keys, runs }) =>
    keys.map((key) => {
      const { eachS = 0, free = 0 } = prices.get(key) ?? {};
      const already = Math.max(free, made.get(key)?.runs ?? 0);
      return Math.max(0, runs - already) * eachS;
    }),
  );
  return steps.reduce((sum, each) => sum + each, 0);
}

/** How many claims would be complete. */
const decidedBy = (after: Made, rest: readonly Candidate[]): number =>
  rest.filter(({ demands }) => demands.every(({ key, runs }) => (after.get(key)?.runs ?? 0) >= runs)).length;
