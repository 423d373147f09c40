/** How far two samples of runs are apart: the difference of their means, and how sure one may be of it. */
import { studentQuantile, studentTwoSided } from "./student-t.ts";

export interface Effect {
  /** Mean of the second sample less mean of the first; of logarithms, the logarithm of the ratio of geometric means. */
  readonly difference: number;
  readonly standardError: number;
  readonly df: number;
  /** Runs of each side; of pairs, the same number twice. */
  readonly runs: readonly [number, number];
  readonly isPaired: boolean;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Welch: the two samples may vary differently, and are not paired. Source: B. L. Welch, Biometrika 34 (1947); degrees of
 * freedom by Welch and Satterthwaite.
 * @param floors variances of one value that are known to be there even when the values do not show them
 * @throws {RangeError} when a sample has fewer than two values, or one that is not a number
 */
export function welch(
  a: readonly number[],
  b: readonly number[],
  floors: readonly [number, number] = [0, 0],
): Effect {
  const [partA, partB] = [
    Math.max(variance(a), floors[0]) / a.length,
    Math.max(variance(b), floors[1]) / b.length,
  ];
  const spread = partA + partB;
  return {
    difference: mean(b) - mean(a),
    standardError: Math.sqrt(spread),
    df:
      spread === 0
        ? a.length + b.length - 2
        : spread ** 2 / (partA ** 2 / (a.length - 1) + partB ** 2 / (b.length - 1)),
    runs: [a.length, b.length],
    isPaired: false,
  };
}

/**
 * Pairs of neighbours in time: what drifts slowly is in both and goes out of the difference.
 * @param floor variance of one difference that is known to be there even when the values do not show it
 * @throws {RangeError} when there are fewer than two pairs, or not as many values on both sides
 */
export function paired(a: readonly number[], b: readonly number[], floor = 0): Effect {
  if (a.length !== b.length) throw new RangeError(`${a.length} and ${b.length} values are no pairs`);
  const differences = b.map((value, at) => value - a[at]!);
  return {
    difference: mean(differences),
    standardError: Math.sqrt(Math.max(variance(differences), floor) / differences.length),
    df: differences.length - 1,
    runs: [a.length, b.length],
    isPaired: true,
  };
}

/** Holds the true difference with chance `confidence` (0-1), where values are about normally distributed. */
export function intervalOf({ difference, standardError, df }: Effect, confidence: number): Interval {
  if (standardError === 0) return { low: difference, high: difference };
  const half = studentQuantile(1 - (1 - confidence) / 2, df) * standardError;
  return { low: difference - half, high: difference + half };
}

/** Chance of a difference at least as large, either way, when there is none. */
export function pOf({ difference, standardError, df }: Effect): number {
  if (standardError === 0) return difference === 0 ? 1 : 0;
  return studentTwoSided(difference / standardError, df);
}

export function mean(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("nothing has no mean");
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of a sample: divided by one less than its size. */
export function variance(values: readonly number[]): number {
  if (values.length < 2) throw new RangeError(`${values.length} values do not vary; two are needed`);
  if (!values.every(Number.isFinite)) throw new RangeError("a value is not a number");
  const middle = mean(values);
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
}
