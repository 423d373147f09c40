/** Which tier saturates first, by the votes of repeated searches. */
import type { Saturated } from "../capacity/saturated.ts";
import type { Answer } from "./answer.ts";
import { fitIn, unfit } from "./fit.ts";
import { type Nature, natureOf } from "./measured.ts";
import type { TierSample } from "./sample.ts";
import type { TierQuestion } from "./stage-claim.ts";

/** One search is one fresh target; a second one that agrees shows that it is not that target alone. Judgement. */
const leastVotes = 2;

/** How busy tiers are is how fast they are. */
const nature: Nature = natureOf({ figure: "knee-per-s" });

/** Decided when searches that name a tier agree, one of them is sure, and more name one than not. */
export function decideTier({ tier }: TierQuestion, samples: readonly TierSample[]): Answer {
  const fit = fitIn(samples, nature);
  if (fit.samples.length < leastVotes) return unfit(samples.length, fit, leastVotes);
  const votes = fit.samples.map(({ seen }) => ({ ...seen, says: saidBy(seen, tier) }));
  const of = (says: Vote) => votes.filter((vote) => vote.says === says);
  const [yes, no, nothing] = [of("yes"), of("no"), of("nothing")];
  const rest = {
    effect: { value: yes.length, runs: [votes.length], unit: "" },
    ...{ runIds: fit.samples.map(({ runId }) => runId), setAside: fit.setAside },
  };
  const [first] = votes.toSorted((a, b) => rank[a.sureness] - rank[b.sureness]);
  const example = first === undefined ? "" : `; ${first.because}`;
  const seen = `${yes.length} of ${votes.length} searches say that ${tier} saturates first, ${no.length} say another tier, ${nothing.length} cannot tell${example}`;
  if (yes.length > 0 && no.length > 0)
    return { status: "inconclusive", why: "disagreement", because: seen, ...rest };
  const named = yes.length + no.length;
  const isSure = votes.some(({ says, sureness }) => says !== "nothing" && sureness === "sure");
  if (named < leastVotes || named <= nothing.length || !isSure) {
    // One more that names it, or two where only one did: as many as would make it a majority.
    const moreRuns = Math.max(1, leastVotes - named, nothing.length + 1 - named);
    const why = named === 0 ? "unfit" : "too-few";
    return { status: "inconclusive", why, because: seen, ...(named > 0 && { moreRuns }), ...rest };
  }
  return { status: yes.length > 0 ? "upheld" : "refuted", because: seen, ...rest };
}

type Vote = "yes" | "no" | "nothing";

function saidBy(seen: Saturated, tier: string): Vote {
  if (seen.tier === undefined || seen.sureness === "undecided") return "nothing";
  return seen.tier === tier ? "yes" : "no";
}

const rank: Readonly<Record<Saturated["sureness"], number>> = { sure: 0, likely: 1, undecided: 2 };
