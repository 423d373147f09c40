/** The inverse of a load: when has so much arrived? */
import type { OpenLoad } from "./load-model.ts";

/** Finer than any timer, coarser than the rounding of seconds over a whole day. */
const closeEnoughS = 2 ** -31;

/**
 * The earliest instant at which `load.arrivalsBy` reaches `arrivals`, at most half a nanosecond late; `spanS` when it
 * never does. Depends on nothing but its two arguments, so every agent finds the same instant to the last bit.
 *
 * Brackets the instant and closes in by the false position (Illinois variant, which keeps one end from sticking;
 * Dowell and Jarratt, BIT 11, 1971), with a bisection whenever three steps did not halve the bracket: few
 * evaluations on smooth curves, never many on steps and plateaus.
 */
export function instantOf(load: OpenLoad, arrivals: number): number {
  let lowS = 0;
  let highS = load.spanS;
  let lowOff = -arrivals;
  let highOff = load.arrivalsBy(highS) - arrivals;
  if (lowOff >= 0) return 0;
  if (highOff <= 0) return highS;
  let lastSide: "low" | "high" | undefined;
  let steps = 0;
  let halfS = (highS - lowS) / 2;
  while (highS - lowS > closeEnoughS) {
    const middleS = (lowS + highS) / 2;
    if (middleS <= lowS || middleS >= highS) break; // no number in between: spans beyond a month
    let triedS = highS - (highOff * (highS - lowS)) / (highOff - lowOff);
    // Overshoot towards the far end, so that a guess that is right closes the bracket from both sides.
    triedS += triedS < middleS ? closeEnoughS / 2 : -closeEnoughS / 2;
    if (++steps > 3 || !(triedS > lowS && triedS < highS)) triedS = middleS;
    const off = load.arrivalsBy(triedS) - arrivals;
    if (off >= 0) {
      highS = triedS;
      highOff = off;
      if (lastSide === "high") lowOff /= 2;
      lastSide = "high";
    } else {
      lowS = triedS;
      lowOff = off;
      if (lastSide === "low") highOff /= 2;
      lastSide = "low";
    }
    if (highS - lowS <= halfS) {
      halfS = (highS - lowS) / 2;
      steps = 0;
    }
  }
  return highS;
}
