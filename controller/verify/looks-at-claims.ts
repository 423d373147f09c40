/**
 * Claims are looked at twice: after the first turn, so that what is plain costs no more, and at the end. The chance of an
 * error is shared between the two, as where runs are compared (docs/decisions/0020).
 */
import type { Answer } from "../../verdict/claims/answer.ts";
import { type ClaimAnswer, decideClaim, usualConfidence } from "../../verdict/claims/decide.ts";
import type { StageClaim } from "../../verdict/claims/stage-claim.ts";
import type { Samples } from "./carry-out.ts";
import { demandsOfClaim } from "./demands.ts";
import type { VerificationPlan } from "./plan-verification.ts";
import { seenIn } from "./seen-in.ts";
import type { Taken } from "./taken.ts";

/** A B B A: two of each. */
const firstTurnRounds = 2;

/** Of every interval, 0-1: half of the usual chance of an error for each of two looks. */
export const confidenceOf = ({ turns }: Pick<VerificationPlan, "turns">): number =>
  turns > 1 ? 1 - (1 - usualConfidence) / 2 : usualConfidence;

/** Remembers which claims need no more repetitions. Looks at each once after its first turn, never in between. */
export class LooksAtClaims {
  readonly #plan: Pick<VerificationPlan, "turns" | "claims">;
  readonly #looked = new Set<string>();
  readonly #settled = new Set<string>();

  constructor(plan: Pick<VerificationPlan, "turns" | "claims">) {
    this.#plan = plan;
  }

  isSettled(id: string, samples: Samples<Taken>): boolean {
    if (this.#settled.has(id)) return true;
    const claim = this.#plan.claims.find((each) => each.id === id);
    if (claim === undefined) return false;
    if (this.#isSeen(claim, samples) || this.#isPlain(claim, samples)) this.#settled.add(id);
    return this.#settled.has(id);
  }

  /** A count that was seen is seen, whatever comes after. */
  #isSeen(claim: StageClaim, samples: Samples<Taken>): boolean {
    const { decided, control } = claim;
    const asked = [decided, ...(control === undefined ? [] : [control.question])];
    if (asked.some(({ by }) => by !== "never" && by !== "sometimes")) return false;
    const { alone, control: controls } = decideClaim(claim, seenIn(samples, new Map()));
    return [alone, ...(controls === undefined ? [] : [controls])].every(wasSeen);
  }

  #isPlain(claim: StageClaim, samples: Samples<Taken>): boolean {
    if (this.#looked.has(claim.id)) return false;
    const seen = firstLook(claim, samples, this.#plan);
    if (seen === undefined) return false;
    this.#looked.add(claim.id);
    return seen.status !== "inconclusive";
  }
}

/** What the repetitions of the first turn come to; undefined before it is over, and where there is one look only. */
function firstLook(
  claim: StageClaim,
  samples: Samples<Taken>,
  plan: Pick<VerificationPlan, "turns">,
): ClaimAnswer | undefined {
  const { turns } = plan;
  const isTurned = demandsOfClaim(claim, turns).every(
    ({ key, runs }) => roundsIn(samples.get(key) ?? []) >= Math.min(runs, firstTurnRounds),
  );
  if (turns < 2 || !isTurned) return undefined;
  const first = new Map(
    [...samples].map(([key, all]) => [key, all.filter(({ round }) => round < firstTurnRounds)]),
  );
  return decideClaim(claim, seenIn(first, new Map()), { confidence: confidenceOf(plan) });
}

/**
 * What a claim comes to at the end: by all its repetitions. One that was plain at the first look had no more of its own
 * made since. Another claim may have wanted more of one side, and an interval of two and four can be wider than one of
 * two and two: it stays what it was, unless all of them together say the opposite.
 */
export function answerAtTheEnd(
  claim: StageClaim,
  samples: Samples<Taken>,
  { plan, impossible }: { readonly plan: VerificationPlan; readonly impossible: ReadonlyMap<string, string> },
): ClaimAnswer {
  const all = decideClaim(claim, seenIn(samples, impossible), { confidence: confidenceOf(plan) });
  const { decided, control } = claim;
  const isInterval = [decided, ...(control === undefined ? [] : [control.question])].every(
    ({ by }) => by === "ratio" || by === "value",
  );
  const first = isInterval ? firstLook(claim, samples, plan) : undefined;
  if (first === undefined || first.status === "inconclusive" || first.status === all.status) return all;
  if (all.status === "inconclusive") return first;
  return {
    ...{ ...all, status: "inconclusive", why: "disagreement" },
    because: `after the first turn it was ${first.status} (${first.because}), and with all repetitions it is ${all.status}: ${all.because}`,
  };
}

/** One that said nothing and was made again is one all the same. */
const roundsIn = (samples: readonly { readonly round: number }[]): number =>
  new Set(samples.map(({ round }) => round)).size;

const wasSeen = ({ status, effect }: Answer): boolean =>
  status !== "inconclusive" && (effect?.value ?? 0) > 0;
