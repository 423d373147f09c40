/** From one search for the knee to one figure of it. */
import type { CapacitySeen, Knee } from "../capacity/capacity-seen.ts";
import type { Saturated } from "../capacity/saturated.ts";
import type { Measured, Missing } from "./measured.ts";
import type { KneeMeasure } from "./measures.ts";

export function measureKnee({ figure }: KneeMeasure, seen: CapacitySeen): Measured {
  const { knee, afterOverload } = seen;
  if (knee === undefined) return { missing: noKnee(seen) };
  // Where nothing was bad, the instrument was the end of it and not the target.
  const isLeast = knee.belowPerS === undefined && { isLeast: true as const };
  switch (figure) {
    case "knee-per-s":
      return { value: knee.ratePerS, ...isLeast };
    case "knee-per-core": {
      const cores = budgetCores(knee);
      return seen.budgets === "none" || cores === 0
        ? { missing: "without CPU budgets there is nothing to divide it by" }
        : { value: knee.ratePerS / cores, ...isLeast };
    }
    case "goodput-at-knee":
      return { value: knee.goodPerS, ...isLeast };
    case "good-ratio-overloaded":
      return afterOverload === undefined
        ? { missing: seen.overloadUnseen ?? "it was not overloaded" }
        : { value: afterOverload.goodRatioUnder };
    default:
      return figure satisfies never;
  }
}

/** The tier that saturated first, as one search tells it. */
export function saturatedBy(seen: CapacitySeen): Saturated | Missing {
  if (seen.knee === undefined) return { missing: noKnee(seen) };
  return seen.saturated ?? { missing: "nothing was bad, so nothing was seen to be the limit" };
}

const noKnee = ({ because }: CapacitySeen): string => `there is no knee: ${because}`;

const budgetCores = ({ nodes }: Knee): number =>
  nodes.reduce((sum, { cpuBudgetMillicores }) => sum + cpuBudgetMillicores / 1000, 0);
