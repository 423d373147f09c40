/** What an interval means against a margin: worse by more, not worse by more, or not known yet. */
import { type Effect, type Interval, intervalOf } from "./effect.ts";

export type Decision = "regression" | "ok" | "undecided";

/** Both in the unit of the effect, where more is worse. A bound on the margin itself decides nothing. */
export function decide({ low, high }: Interval, margin: number): Decision {
  if (low > margin) return "regression";
  return high < margin ? "ok" : "undecided";
}

/** Beyond this nobody waits. Our choice. */
const mostMore = 200;

/**
 * How many more runs of a side would decide, if they vary as those so far and their mean stays where it is; undefined when
 * more than 200 would not. A guess to plan by, not a promise.
 */
export function moreRunsToDecide(effect: Effect, margin: number, confidence: number): number | undefined {
  const runs = Math.min(...effect.runs);
  if (decide(intervalOf(effect, confidence), margin) !== "undecided") return 0;
  for (let more = 1; more <= mostMore; more++) {
    const share = runs / (runs + more);
    const grown = {
      ...effect,
      standardError: effect.standardError * Math.sqrt(share),
      df: effect.df + (effect.isPaired ? more : 2 * more),
    };
    if (decide(intervalOf(grown, confidence), margin) !== "undecided") return more;
  }
  return undefined;
}
