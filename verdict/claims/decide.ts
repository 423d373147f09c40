/**
 * A question and the figures of its repeated experiments -> upheld, refuted, or inconclusive and why. Pure.
 * See docs/decisions/0021.
 */
import type { Answer } from "./answer.ts";
import { decideCount } from "./decide-count.ts";
import { decideTier } from "./decide-tier.ts";
import { decideRatio, decideValue } from "./decide-value.ts";
import type { KneeMeasure, RunMeasure } from "./measures.ts";
import type { Sample, TierSample } from "./sample.ts";
import type { Experiment, KneeExperiment, Question, StageClaim, Undecidable } from "./stage-claim.ts";

/** What was seen, in the order it was made; nothing where an experiment was not made. */
export interface Seen {
  figures(experiment: Experiment, measure: RunMeasure | KneeMeasure): readonly Sample[];
  tiers(experiment: KneeExperiment): readonly TierSample[];
}

export interface How {
  /** Of every interval, 0-1. */
  readonly confidence?: number;
  /** Whether the sides of a ratio were made one after the other, so that what drifts is in both: pairs, not two samples. */
  readonly isPaired?: boolean;
}

/** The usual convention, for each claim alone: of a hundred claims that are on their bound, five are called something. */
export const usualConfidence = 0.95;

export interface ClaimAnswer extends Answer {
  readonly claim: StageClaim;
  /** What the question alone came to, before its control was looked at. */
  readonly alone: Answer;
  /** Of the control; refuted is what it has to be. Absent: it has none. */
  readonly control?: Answer;
}

/** Of a claim with its control: one that is not refuted leaves the claim inconclusive. */
export function decideClaim(claim: StageClaim, seen: Seen, how: How = {}): ClaimAnswer {
  const alone = decide(claim.decided, seen, how);
  if (claim.control === undefined) return { ...alone, claim, alone };
  const { what, question } = claim.control;
  const control = decide(question, seen, how);
  if (alone.status === "inconclusive" || control.status === "refuted")
    return { ...alone, claim, alone, control };
  const { effect, runIds, setAside } = alone;
  return {
    ...{ claim, alone, control, runIds, setAside },
    ...{ status: "inconclusive", why: "control" },
    because: `it would be ${alone.status}, but its control (${what}), which has to be refuted, is ${control.status}: ${control.because}`,
    ...(effect && { effect }),
    ...(control.moreRuns !== undefined && { moreRuns: control.moreRuns }),
  };
}

export function decide(question: Question | Undecidable, seen: Seen, how: How = {}): Answer {
  const { confidence = usualConfidence, isPaired = false } = how;
  switch (question.by) {
    case "ratio": {
      const { measure, of, to } = question.pair;
      const sides = { of: seen.figures(of, measure), to: seen.figures(to, measure), isPaired };
      return decideRatio(question, sides, confidence);
    }
    case "value":
      return decideValue(question, seen.figures(question.of, question.measure), confidence);
    case "never":
    case "sometimes":
      return decideCount(question, seen.figures(question.of, question.count), confidence);
    case "tier":
      return decideTier(question, seen.tiers(question.of));
    case "nothing":
      return {
        ...{ status: "inconclusive", why: "undecidable", because: question.because },
        ...{ runIds: [], setAside: [] },
      };
    default:
      return question satisfies never;
  }
}
