/** In which order claims are worth their machine time, and which of them fit into a budget. Pure. */
import type { StageClaim } from "../../verdict/claims/stage-claim.ts";
import { type Demand, demandsOfClaim } from "./demands.ts";
import { howLongS } from "./how-long.ts";

export interface Picked {
  /** Most claims decided for each second of machine time first. */
  readonly claims: readonly StageClaim[];
  /** Did not fit, with the seconds that each would have needed on top. */
  readonly leftOut: readonly { readonly claim: StageClaim; readonly needsS: number }[];
  /** All experiments of those picked, seconds. */
  readonly needsS: number;
}

interface Candidate {
  readonly claim: StageClaim;
  readonly demands: readonly Demand[];
}

/**
 * Again and again the claim whose missing experiments decide the most claims a second: one experiment may complete several.
 * Claims that nothing can decide are not among them. Greedy, so not always the best that a budget could buy.
 */
export function mostInformative(claims: readonly StageClaim[], turns: number, budgetS: number): Picked {
  const made = new Map<string, number>();
  let rest: readonly Candidate[] = claims
    .map((claim) => ({ claim, demands: demandsOfClaim(claim, turns) }))
    .filter(({ demands }) => demands.length > 0);
  const picked: StageClaim[] = [];
  let needsS = 0;
  for (;;) {
    const best = rest
      .map((candidate) => ({ candidate, costS: costS(candidate, made) }))
      .filter(({ costS }) => needsS + costS <= budgetS)
      .map((each) => ({ ...each, worth: worth(each.candidate, rest, made) / Math.max(each.costS, 1e-9) }))
      .reduce<{ candidate: Candidate; costS: number; worth: number } | undefined>(
        (most, each) => (most === undefined || each.worth > most.worth ? each : most),
        undefined,
      );
    if (best === undefined) break;
    for (const { key, runs } of best.candidate.demands) made.set(key, Math.max(made.get(key) ?? 0, runs));
    picked.push(best.candidate.claim);
    needsS += best.costS;
    rest = rest.filter((each) => each !== best.candidate);
  }
  return {
    ...{ claims: picked, needsS },
    leftOut: rest.map((candidate) => ({ claim: candidate.claim, needsS: costS(candidate, made) })),
  };
}

/** What is not made yet. */
function costS({ demands }: Candidate, made: ReadonlyMap<string, number>): number {
  return demands.reduce(
    (sum, { key, experiment, runs }) => sum + Math.max(0, runs - (made.get(key) ?? 0)) * howLongS(experiment),
    0,
  );
}

/** Claims that would be complete with this one. */
function worth(
  { demands }: Candidate,
  rest: readonly Candidate[],
  made: ReadonlyMap<string, number>,
): number {
  const after = new Map(made);
  for (const { key, runs } of demands) after.set(key, Math.max(after.get(key) ?? 0, runs));
  return rest.filter((each) => each.demands.every(({ key, runs }) => (after.get(key) ?? 0) >= runs)).length;
}
