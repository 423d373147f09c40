/** What a claim asks, as a digest: an answer is that of a claim only when it was asked the same. Pure. */
import { limitsOf } from "../../verdict/claims/bound.ts";
import { measureWords } from "../../verdict/claims/measure-words.ts";
import type { Bound, Question, StageClaim, Undecidable } from "../../verdict/claims/stage-claim.ts";
import { digest } from "../gate/identity.ts";
import { experimentKey } from "./experiment-key.ts";

/** Of experiments, figures, bounds and control; where a number comes from, and how all of it is worded, are no matter. */
export function askedDigest({ decided, control }: StageClaim): string {
  return digest(JSON.stringify([askedBy(decided), control === undefined ? null : askedBy(control.question)]));
}

function askedBy(question: Question | Undecidable): readonly unknown[] {
  switch (question.by) {
    case "ratio": {
      const { measure, of, to } = question.pair;
      return ["ratio", measureWords(measure), experimentKey(of), experimentKey(to), bounds(question.ratio)];
    }
    case "value":
      return ["value", measureWords(question.measure), experimentKey(question.of), bounds(question.value)];
    case "never":
    case "sometimes":
      return [question.by, measureWords(question.count), experimentKey(question.of)];
    case "tier":
      return ["tier", question.tier, experimentKey(question.of)];
    case "nothing":
      return ["nothing"];
    default:
      return question satisfies never;
  }
}

function bounds(bound: Bound): readonly (number | null)[] {
  const { atLeast, atMost } = limitsOf(bound);
  return [atLeast ?? null, atMost ?? null];
}
