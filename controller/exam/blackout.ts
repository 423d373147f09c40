/** How long there was not one good answer, although some were asked for. */
import { tenthsPerSecond } from "../../metrics/tenths.ts";
import type { SettledSecond } from "../../metrics/timeline-second.ts";
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

/** Fewer requests than these may all be bad by chance, where one in five is. */
const tellingRequests = 10;

/**
 * The same by tenths of a second, for what is over sooner than a bin: the longest stretch of tenths without one good
 * answer in which enough was asked for to tell it from chance, seconds.
 */
export function longestDarkTenthsS(seconds: readonly SettledSecond[], fromS: number, toS: number): number {
  let longest = 0;
  let dark = { tenths: 0, planned: 0 };
  for (const { atS, tenths } of seconds) {
    for (const [at, planned] of (tenths?.planned ?? []).entries()) {
      const startS = atS + at / tenthsPerSecond;
      if (startS < fromS || startS >= toS) continue;
      const isDark = (tenths?.good[at] ?? 0) === 0;
      dark = isDark
        ? { tenths: dark.tenths + 1, planned: dark.planned + planned }
        : { tenths: 0, planned: 0 };
      if (dark.planned >= tellingRequests) longest = Math.max(longest, dark.tenths);
    }
  }
  return longest / tenthsPerSecond;
}
