/** What a claim asks, as a digest: an answer is that of a claim only when it was asked the same. Pure. */
import { limitsOf } from "../../verdict/claims/bound.ts";
import { type KneeMeasure, measuresVersion, type RunMeasure } from "../../verdict/claims/measures.ts";
import type { Bound, Question, StageClaim, Undecidable } from "../../verdict/claims/stage-claim.ts";
import { digest } from "../gate/identity.ts";
import { experimentKey } from "./experiment-key.ts";

/**
 * Of experiments, figures and the way they are taken, bounds and control; where a number comes from, and how all of it is
 * worded, are no matter.
 * @param version of taking figures: that of this program
 */
export function askedDigest({ decided, control }: StageClaim, version = measuresVersion): string {
  const asked = [askedBy(decided), control === undefined ? null : askedBy(control.question)];
  return digest(JSON.stringify([version, ...asked]));
}

function askedBy(question: Question | Undecidable): readonly unknown[] {
  switch (question.by) {
    case "ratio": {
      const { measure, of, to } = question.pair;
      return ["ratio", figureOf(measure), experimentKey(of), experimentKey(to), bounds(question.ratio)];
    }
    case "value":
      return ["value", figureOf(question.measure), experimentKey(question.of), bounds(question.value)];
    case "never":
    case "sometimes":
      return [question.by, figureOf(question.count), experimentKey(question.of)];
    case "tier":
      return ["tier", question.tier, experimentKey(question.of)];
    case "nothing":
      return ["nothing"];
    default:
      return question satisfies never;
  }
}

/** Its fields in one order, however they stand in the catalogue. */
const figureOf = (measure: RunMeasure | KneeMeasure): readonly unknown[] =>
  Object.entries(measure).toSorted(([a], [b]) => (a < b ? -1 : 1));

function bounds(bound: Bound): readonly (number | null)[] {
  const { atLeast, atMost } = limitsOf(bound);
  return [atLeast ?? null, atMost ?? null];
}
