/** Which experiments an earlier sitting has made unnecessary: what was plain at the first look is not made a third time. Pure. */
import type { StageClaim } from "../../verdict/claims/stage-claim.ts";
import { askedDigest } from "./asked-digest.ts";
import { demandsOfClaim } from "./demands.ts";

/** Of a claim, as `verify.json` has it. */
export interface AnsweredBefore {
  readonly id: string;
  readonly status: string;
  /** Digest of what was asked. */
  readonly asked: string;
}

/** Which claims were upheld or refuted as they are asked now. */
export function decidedIn(answered: readonly AnsweredBefore[]): (claim: StageClaim) => boolean {
  const decided = new Set(
    answered.filter(({ status }) => status !== "inconclusive").map(({ id, asked }) => `${id} ${asked}`),
  );
  return (claim) => decided.has(`${claim.id} ${askedDigest(claim)}`);
}

/** Keys of the runs that only claims want which were upheld or refuted as they are asked now. */
export function neededNoMore(
  claims: readonly StageClaim[],
  turns: number,
  answered: readonly AnsweredBefore[],
): ReadonlySet<string> {
  const isDecided = decidedIn(answered);
  const wants = claims.map((claim) => ({
    isDecided: isDecided(claim),
    // A search may be wanted by the ladder, too, whatever claims say.
    keys: demandsOfClaim(claim, turns)
      .filter(({ experiment }) => experiment.kind === "run")
      .map(({ key }) => key),
  }));
  const open = new Set(wants.flatMap(({ isDecided, keys }) => (isDecided ? [] : keys)));
  return new Set(wants.flatMap(({ keys }) => keys).filter((key) => !open.has(key)));
}
