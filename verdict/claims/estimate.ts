/** Figures of repetitions become one number with an interval: a mean, or a ratio of two. */
import { moreRunsToDecide } from "../statistics/decision.ts";
import {
  type Effect,
  type Interval,
  intervalOf,
  mean,
  paired,
  variance,
  welch,
} from "../statistics/effect.ts";
import { studentQuantile } from "../statistics/student-t.ts";
import { onScale } from "./fit.ts";
import type { Figure, Nature } from "./measured.ts";

export interface Estimate {
  readonly value: number;
  readonly interval: Interval;
  /** Of a side: how many more would put the whole interval on one side of a bound, if they vary as those so far. */
  moreRuns(bound: number): number | undefined;
}

/** Two repetitions are the fewest that can differ; t does the rest. */
export const leastRepetitions = 2;

/** By a t interval, on logarithms where the figure is never 0. @throws {RangeError} for fewer than two */
export function estimateOf(figures: readonly Figure[], nature: Nature, confidence: number): Estimate {
  const { values, floor } = onScale(figures, nature);
  const effect: Effect = {
    difference: mean(values),
    standardError: Math.sqrt(Math.max(variance(values), floor) / values.length),
    df: values.length - 1,
    ...{ runs: [values.length, values.length], isPaired: true },
  };
  const { value, interval, moreRuns } = estimated(effect, nature.scale === "ratio", confidence);
  // None of these figures can be below 0, and no share above 1; a t interval does not know that.
  const [least, most] = [0, nature.isShare ? 1 : Number.POSITIVE_INFINITY];
  const { low, high } = interval;
  return { value, moreRuns, interval: { low: Math.max(least, low), high: Math.min(most, high) } };
}

export interface Sides {
  readonly of: readonly Figure[];
  readonly to: readonly Figure[];
  /** Whether of[n] and to[n] were made one after the other, and drift together. */
  readonly isPaired: boolean;
}

/** Of `of` as a multiple of `to`. Logarithms where the figures are never 0, else Fieller's limits. */
export function ratioOf(sides: Sides, nature: Nature, confidence: number): Estimate {
  if (nature.scale === "plain") return plainRatioOf(sides, nature, confidence);
  const [of, to] = [onScale(sides.of, nature), onScale(sides.to, nature)];
  const effect = sides.isPaired
    ? paired(to.values, of.values, of.floor + to.floor)
    : welch(to.values, of.values, [to.floor, of.floor]);
  return estimated(effect, true, confidence);
}

function estimated(effect: Effect, isLog: boolean, confidence: number): Estimate {
  const [into, back] = isLog ? [Math.log, Math.exp] : [(value: number) => value, (value: number) => value];
  const { low, high } = intervalOf(effect, confidence);
  return {
    value: back(effect.difference),
    interval: { low: back(low), high: back(high) },
    moreRuns: (bound) => moreRunsToDecide(effect, into(bound), confidence),
  };
}

/**
 * All b >= 0 of which mean(of) - b * mean(to) may be 0 (E. C. Fieller, 1954): with v variances of means, c their covariance,
 * (of - b to)^2 <= t^2 (v_of - 2 b c + b^2 v_to). Without an end above where `to` may be 0 itself.
 */
function plainRatioOf(sides: Sides, nature: Nature, confidence: number): Estimate {
  const [of, to] = [onScale(sides.of, nature), onScale(sides.to, nature)];
  const [meanOf, meanTo] = [mean(of.values), mean(to.values)];
  const [partOf, partTo] = [
    Math.max(variance(of.values), of.floor) / of.values.length,
    Math.max(variance(to.values), to.floor) / to.values.length,
  ];
  const covariance = sides.isPaired ? covarianceOf(of.values, to.values) / of.values.length : 0;
  const contrast = (bound: number): Effect => {
    const scaled = to.values.map((value) => value * bound);
    return sides.isPaired
      ? paired(scaled, of.values, of.floor + bound ** 2 * to.floor)
      : welch(scaled, of.values, [bound ** 2 * to.floor, of.floor]);
  };
  const value = meanTo === 0 ? (meanOf === 0 ? 1 : Number.POSITIVE_INFINITY) : meanOf / meanTo;
  const df = Number.isFinite(value) ? contrast(value).df : Math.min(of.values.length, to.values.length) - 1;
  const t2 = studentQuantile(1 - (1 - confidence) / 2, df) ** 2;
  const square = {
    a: meanTo ** 2 - t2 * partTo,
    b: -2 * (meanOf * meanTo - t2 * covariance),
    c: meanOf ** 2 - t2 * partOf,
  };
  return {
    value,
    interval: notAbove0(square),
    moreRuns: (bound) => moreRunsToDecide(contrast(bound), 0, confidence),
  };
}

/** All x >= 0 with a x^2 + b x + c <= 0; from 0 to infinity where they are in two parts. */
function notAbove0({ a, b, c }: Readonly<Record<"a" | "b" | "c", number>>): Interval {
  if (a > 0) {
    const half = Math.sqrt(Math.max(0, b * b - 4 * a * c));
    return { low: Math.max(0, (-b - half) / (2 * a)), high: Math.max(0, (-b + half) / (2 * a)) };
  }
  const high = Number.POSITIVE_INFINITY;
  // `of` is not told from 0 either: any ratio may be.
  if (c <= 0) return { low: 0, high };
  if (a < 0) return { low: (-b - Math.sqrt(Math.max(0, b * b - 4 * a * c))) / (2 * a), high };
  return { low: b < 0 ? -c / b : high, high };
}

function covarianceOf(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  return a.reduce((sum, value, at) => sum + (value - meanA) * (b[at]! - meanB), 0) / (a.length - 1);
}
