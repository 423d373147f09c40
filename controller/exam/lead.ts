/** How long an exam leaves its target alone at first: what is usual has to be seen before something is done to it. */
import { tenthsPerSecond } from "../../metrics/tenths.ts";
import { requestsPerBin, widths } from "../../verdict/recovery/signal.ts";
import { leastBins } from "../../verdict/recovery/usual.ts";

/** By chance, and when shoppers pause, it is less than planned. */
const sureRatio = 0.8;
/**
 * The last second before a fault may have been spoilt by it, and a fault that is made ready ahead begins up to 3 s before
 * its time; one more, for bins begin on whole seconds.
 */
const spareS = 5;

/** Seconds: `leastS`, or as long as so few requests take to show what is usual. */
export function leadFor(requestsPerS: number | undefined, leastS: number): number {
  if (requestsPerS === undefined) return leastS;
  const perTenth = (sureRatio * requestsPerS) / tenthsPerSecond;
  const width = widths.find((tenths) => tenths * perTenth >= requestsPerBin) ?? tenthsPerSecond;
  return Math.max(leastS, Math.ceil((leastBins * width) / tenthsPerSecond) + spareS);
}
