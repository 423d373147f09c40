/** Verifications that make docs/claims.md together: one machine hardly ever lasts for all of them. Pure. */
import { askedDigest } from "../../controller/verify/asked-digest.ts";
import type { Verification, VerifiedClaim } from "../../controller/verify/verification.ts";
import type { StageClaim } from "../../verdict/claims/stage-claim.ts";

/** What docs/claims.json holds: sittings in the order they were begun, each without what it did not measure. */
export interface Sittings {
  readonly schemaVersion: 2;
  readonly sittings: readonly Verification[];
}

/** A sitting that went on in the folder of an earlier one holds all of that, and takes its place. */
export function withSitting(former: readonly Verification[], added: Verification): readonly Verification[] {
  const slim = measuredPart(added);
  const folders = new Set(foldersOf(slim));
  const others = former.filter((each) => !foldersOf(each).every((folder) => folders.has(folder)));
  return [...others, slim].toSorted((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
}

const measuredPart = (seen: Verification): Verification => ({
  ...seen,
  claims: seen.claims.filter((claim) => claim.why !== "undecidable" && !isUnseen(claim)),
  experiments: seen.experiments.filter(({ repetitions }) => repetitions.length > 0),
});

const foldersOf = ({ experiments }: Verification): readonly string[] =>
  experiments.flatMap(({ repetitions }) => repetitions.flatMap(({ folder }) => folder ?? []));

/** It was left out of a budget, or the verification was broken off before its turn came. */
const isUnseen = ({ why, evidence, setAside }: VerifiedClaim): boolean =>
  why === "too-few" && evidence.length === 0 && setAside.length === 0;

/** What one sitting found of a claim. */
export interface FoundIn {
  /** Its place among the sittings. */
  readonly at: number;
  readonly found: VerifiedClaim;
}

/** A claim as all sittings see it. */
export interface FoundTogether {
  readonly status: VerifiedClaim["status"];
  /** What stands for it: the latest that decided, or the latest there is. */
  readonly shown: FoundIn;
  readonly others: readonly FoundIn[];
}

/**
 * What was measured of another wording, by another experiment or against another bound was not measured of this one. A claim
 * that holds in one sitting and not in another is not decided: it hangs on the machine, or on chance.
 */
export function foundTogether(
  claim: StageClaim,
  sittings: readonly Verification[],
): FoundTogether | undefined {
  const now = askedDigest(claim);
  const all = sittings.flatMap(({ claims }, at): readonly FoundIn[] =>
    claims
      .filter((found) => found.id === claim.id && found.statement === claim.statement && found.asked === now)
      .filter((found) => !isUnseen(found))
      .map((found) => ({ at, found })),
  );
  const decided = all.filter(({ found }) => found.status !== "inconclusive");
  const shown = (decided.length > 0 ? decided : all).at(-1);
  if (shown === undefined) return undefined;
  const isSplit = new Set(decided.map(({ found }) => found.status)).size > 1;
  return {
    status: isSplit ? "inconclusive" : shown.found.status,
    ...{ shown, others: all.filter((each) => each !== shown) },
  };
}

/** `A`, `B`, ..., `Z`, `AA`. */
export function sittingName(at: number): string {
  const last = String.fromCharCode(65 + (at % 26));
  return at < 26 ? last : `${sittingName(Math.floor(at / 26) - 1)}${last}`;
}
