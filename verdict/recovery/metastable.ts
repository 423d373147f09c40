/** Whether a target stayed down by itself when its fault was long gone. Source: Bronson et al., HotOS 2021. */
import { binAt, type Signal } from "./signal.ts";
import type { Usual } from "./usual.ts";

export interface Metastable {
  /** Absent: it could not be watched for long enough, or under the load from before. */
  readonly isMetastable?: boolean;
  /** How long it has to stay down, seconds. */
  readonly afterS: number;
}

const leastS = 60;
/** Of the length of the fault. */
const faultLengths = 10;
/** Of the clients' time-out; ours ask once and never again, so one is what is left of retries + 1. */
const timeouts = 3;
/** The load counts as that from before within this share of it. Source: docs/recovery.md. */
const sameLoadRatio = 0.02;
/**
 * Or within what chance makes of it. Visits come by a Poisson process, so of n there are sqrt(n) more or less, and the ratio
 * of two rates varies by sqrt(1 / before + 1 / after); twice that is passed once in twenty times. At 100 visits a second, of
 * which 20 s before and 60 s after are seen, that is 5 %.
 */
const deviations = 2;
/** Where chance makes more of it, nobody can say whether the load is that from before: so much more is a cause by itself (amplification.ts). */
const tooNoisyRatio = 0.2;

export interface Watched {
  readonly signal: Signal;
  readonly smooth: readonly (number | undefined)[];
  readonly usual: Usual;
  /** Until when nothing had been done to the target. */
  readonly calmS: number;
  /** Requests of one visit come together: it is visits that come by chance. At least 1. */
  readonly requestsPerVisit: number;
  readonly effectS: number;
  readonly clearS: number;
  readonly endS: number;
  readonly timeoutMs: number;
  /** From when it was gone until it was well again; absent: it never was. */
  readonly afterClearS?: number | undefined;
}

/** Down without a break from when the fault was gone, under the load from before. */
export function metastability(seen: Watched): Metastable {
  const { signal, smooth, usual, effectS, clearS, endS, timeoutMs, afterClearS } = seen;
  const afterS = Math.max(leastS, faultLengths * (clearS - effectS), (timeouts * timeoutMs) / 1000);
  // What came back only after so long had stayed down by itself until then.
  if (afterClearS !== undefined && afterClearS < afterS) return { isMetastable: false, afterS };
  if (endS - clearS < afterS) return { afterS };
  const [from, to] = [binAt(signal, clearS), binAt(signal, clearS + afterS)];
  const bins = signal.bins.slice(from, to).filter((bin) => bin !== undefined);
  if (bins.length === 0) return { afterS };
  const planned = bins.reduce((sum, bin) => sum + bin.planned, 0);
  if (!isSameLoad(seen, planned, bins.length * signal.widthS)) return { afterS };
  const isDown = smooth.slice(from, to).every((share) => share === undefined || share < usual.thresholdRatio);
  return { isMetastable: isDown, afterS };
}

/** Whether as much was asked for as before, `planned` in `spanS` seconds, as far as chance lets one say. */
function isSameLoad(
  { usual: { plannedPerS }, calmS, requestsPerVisit }: Watched,
  planned: number,
  spanS: number,
): boolean {
  const [visitsBefore, visitsAfter] = [plannedPerS * calmS, planned].map((count) => count / requestsPerVisit);
  if (!visitsBefore || !visitsAfter) return false;
  const chanceRatio = deviations * Math.sqrt(1 / visitsBefore + 1 / visitsAfter);
  const differenceRatio = Math.abs(planned / spanS / plannedPerS - 1);
  return chanceRatio <= tooNoisyRatio && differenceRatio <= Math.max(sameLoadRatio, chanceRatio);
}
