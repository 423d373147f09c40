/** How long there was not one good answer, although some were asked for. */
import { binAt, type Signal } from "../../verdict/recovery/signal.ts";

/** The longest such stretch between two instants of the measured part, seconds; empty bins do not end it. */
export function longestBlackoutS(signal: Signal, fromS: number, toS: number): number {
  let longest = 0;
  let dark = 0;
  for (const bin of signal.bins.slice(binAt(signal, fromS), binAt(signal, toS))) {
    if (bin === undefined || bin.good > 0) dark = 0;
    else if (bin.planned > 0 || dark > 0) dark++;
    longest = Math.max(longest, dark);
  }
  // On whole tenths, without the noise of multiplying.
  return Math.round(longest * signal.widthS * 10) / 10;
}
