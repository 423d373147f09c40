/** Which points of the latency curve no probe has shown yet. Pure. */
import type { ProbeSeen } from "./probe.ts";

/** Near enough to be that point of the curve: far below the knee it is flat, from there on it is steep. */
const nearRatio = { below: 0.2, above: 0.06 } as const;

/**
 * Loads at these shares of the knee that are to be probed, arrivals per second. A probe right after an overload or with
 * other budgets shows something else; so does one that was worthless, and a bad one below the knee, which was a stall.
 */
export function missingPoints(
  probes: readonly Pick<ProbeSeen, "aim" | "answer" | "ratePerS">[],
  kneePerS: number,
  shares: readonly number[],
): readonly number[] {
  return shares.flatMap((share) => {
    const atPerS = kneePerS * share;
    const isBelow = share < 1;
    const near = isBelow ? nearRatio.below : nearRatio.above;
    const isKnown = probes.some(
      ({ aim, answer, ratePerS }) =>
        aim !== "comeback" &&
        aim !== "relief" &&
        (answer === "good" || answer === "open" || (answer === "bad" && !isBelow)) &&
        Math.abs(ratePerS / atPerS - 1) <= near,
    );
    return isKnown ? [] : [atPerS];
  });
}
