/** What is usual for a run: how good it is, and how much that varies, before the first fault. */
import { median, noiseOf } from "../statistics/spread.ts";
import { figure, percent } from "../telling/figures.ts";
import { binAt, type Signal, sharesOf } from "./signal.ts";

/** All from bins of calm seconds alone. */
export interface Usual {
  /** Share of good ones in the bin in the middle: q0. */
  readonly goodRatio: number;
  /** How far bins usually are from it, as a standard deviation: s. */
  readonly noiseRatio: number;
  /** A smoothed share below this is an impact: q0 - max(0.01, 4 s). */
  readonly thresholdRatio: number;
  readonly plannedPerS: number;
}

/** Source for both: docs/recovery.md. */
const leastDropRatio = 0.01;
const deviations = 4;
/** A drop of a tenth that is no more than noise: whatever falls less cannot be told from it. */
const noisyDropRatio = 0.1;
/** Judgement: from fewer bins the noise is a guess. */
export const leastBins = 20;

/** From bins that begin in [0, untilS), seconds of the measured part; or why nothing is usual. */
export function usualOf(signal: Signal, untilS: number): Usual | { readonly because: string } {
  const until = binAt(signal, untilS);
  const kept = signal.bins.slice(0, until).filter((bin) => bin !== undefined);
  const shares = sharesOf(signal)
    .slice(0, until)
    .filter((share) => share !== undefined);
  if (shares.length < leastBins) {
    const lengthS = figure(leastBins * signal.widthS);
    return {
      because: `there were only ${figure(shares.length * signal.widthS)} s of load before the first fault, and what is usual takes ${lengthS} s to see`,
    };
  }
  const goodRatio = median(shares);
  if (goodRatio === 0)
    return { because: "hardly one request was answered well and in time before the first fault" };
  const noiseRatio = noiseOf(shares);
  const drop = deviations * noiseRatio;
  if (drop > noisyDropRatio) {
    return {
      because: `it is too noisy to judge: before the first fault the share of good answers varied by ${percent(noiseRatio)}`,
    };
  }
  const planned = kept.reduce((sum, bin) => sum + bin.planned, 0);
  return {
    goodRatio,
    noiseRatio,
    thresholdRatio: goodRatio - Math.max(leastDropRatio, drop),
    plannedPerS: planned / (kept.length * signal.widthS),
  };
}
