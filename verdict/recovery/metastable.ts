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
/** The load counts as that from before within this share of it. */
const sameLoadRatio = 0.02;

export interface Watched {
  readonly signal: Signal;
  readonly smooth: readonly (number | undefined)[];
  readonly usual: Usual;
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
  const plannedPerS = bins.reduce((sum, bin) => sum + bin.planned, 0) / (bins.length * signal.widthS);
  if (Math.abs(plannedPerS / usual.plannedPerS - 1) > sameLoadRatio) return { afterS };
  const isDown = smooth.slice(from, to).every((share) => share === undefined || share < usual.thresholdRatio);
  return { isMetastable: isDown, afterS };
}
