/**
 * When shoppers come to a flash sale. `peakPerS` is the rate in the first second after the opening.
 *
 *     peak |          _
 *          |         | |
 *     half |       .'| |       ''--..__
 *          |___--''  | |____          ''--
 *          |         |      '--..__
 *           preheat   open          sold-out
 */
import { exponential, fading } from "../load/exponential.ts";
import { hold } from "../load/hold.ts";
import { inTurn } from "../load/in-turn.ts";
import type { OpenLoad } from "../load/load-model.ts";

/** The rush is over after this long even when there is time for more. */
const longestOpenS = 10;

/** Thirds: gathering, rush (10 s at most), drifting away (the rest). They add up to `durationS`. */
export function spansOf(durationS: number): { preheatS: number; openS: number; soldOutS: number } {
  const preheatS = durationS / 3;
  const openS = Math.min(longestOpenS, durationS / 3);
  return { preheatS, openS, soldOutS: durationS - preheatS - openS };
}

/** Those who reload the page just before the opening, as a share of the peak. Our choice. */
const watchersRatio = 0.5;
/** How much the crowd grows before the opening: from 2 to 10 times the ordinary, before Double 11. Our choice. */
const growth = 5;

/** Gathering: the rate grows exponentially up to half of the peak. */
export function crowd(peakPerS: number, overS: number): OpenLoad {
  const toPerS = peakPerS * watchersRatio;
  return exponential({ fromPerS: toPerS / growth, toPerS, overS });
}

/** Buyers who have come by then, as shares of all buyers; the rest come later, fading. Our choice. */
const firstSecondRatio = 0.5;
const firstFiveSecondsRatio = 0.85;
const lateTauS = 5;

/** The rush, cut off at `spanS`: half of all buyers in the first second, 85 % in five, the rest fading with tau 5 s. */
export function rush(peakPerS: number, spanS: number): OpenLoad {
  const buyers = peakPerS / firstSecondRatio;
  const firstS = Math.min(1, spanS);
  const nextS = Math.min(4, spanS - firstS);
  const lateS = spanS - firstS - nextS;
  const parts = [hold({ ratePerS: peakPerS, spanS: firstS })];
  if (nextS > 0)
    parts.push(hold({ ratePerS: (buyers * (firstFiveSecondsRatio - firstSecondRatio)) / 4, spanS: nextS }));
  if (lateS > 0) {
    const fromPerS = (buyers * (1 - firstFiveSecondsRatio)) / lateTauS;
    parts.push(fading({ fromPerS, tauS: lateTauS, overS: lateS }));
  }
  return inTurn(...parts);
}

/** How fast curiosity dies once all is sold. Our choice. */
const curiosityTauS = 30;

/** Drifting away: the crowd that watched before the opening comes back to look, ever fewer. */
export function watchers(peakPerS: number, overS: number): OpenLoad {
  return fading({ fromPerS: peakPerS * watchersRatio, tauS: curiosityTauS, overS });
}
