/** What a figure of a run would be without the seconds in which our instrument was not well. See docs/own-health.md. */
import type { Evidence } from "../evidence.ts";
import { withoutSeconds } from "../left-out.ts";
import { markedSeconds, shadowOf } from "../marks.ts";
import { measureRun } from "./measure-run.ts";
import { isMissing, type Measured } from "./measured.ts";
import type { RunMeasure } from "./measures.ts";

/**
 * Undefined when we were well in all of them, or in none. Of a single operation nothing is known second by second: what all
 * requests together show stands for it.
 */
export function calmOf(measure: RunMeasure, evidence: Evidence, seen: Measured): Measured | undefined {
  const all = ofAll(measure);
  if (all === undefined || isMissing(seen)) return undefined;
  const shadow = shadowOf(evidence, markedSeconds(evidence));
  const seconds = evidence.timeline.length;
  if (shadow.size === 0 || shadow.size === seconds) return undefined;
  const rest = withoutSeconds(evidence, shadow);
  const measuredS = (rest.ending.measuredS * (seconds - shadow.size)) / seconds;
  const calm = measureRun(all, { ...rest, ending: { ...rest.ending, measuredS } }, undefined);
  const whole = measureRun(all, evidence, undefined);
  if (isMissing(calm) || isMissing(whole) || !(whole.value > 0)) return calm;
  return { ...seen, value: seen.value * (calm.value / whole.value) };
}

/** The same figure of all requests together; undefined where the second is not what it is made from. */
function ofAll(measure: RunMeasure): RunMeasure | undefined {
  switch (measure.figure) {
    case "response":
      return { figure: "response", quantile: measure.quantile };
    case "good-ratio":
      return { figure: "good-ratio" };
    case "completed-per-s":
    case "good-per-s":
      return measure;
    default:
      return undefined;
  }
}
