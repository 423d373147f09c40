/** Which item: a few are asked for by nearly everybody. Ranks by Zipf's law, then ranks scattered over the ids. */
import type { Random } from "../base/random.ts";

/**
 * Draws ranks 1 ... n with p(rank) proportional to rank^-exponent, in constant time and memory.
 *
 * Rejection-inversion: W. Hörmann, G. Derflinger, "Rejection-inversion to generate variates from monotone discrete
 * distributions", ACM TOMACS 6(3), 1996. The sum over ranks is covered by the integral H of h(x) = x^-exponent, which
 * can be inverted; what the hat covers too much is rejected, which happens rarely. Any exponent >= 0, 0 being
 * uniform and 1 harmonic: near 1 the closed form of H divides 0 by 0, hence `expm1Ratio` and `log1pRatio`.
 */
export class Zipf {
  readonly #n: number;
  readonly #exponent: number;
  readonly #fromArea: number;
  readonly #toArea: number;
  readonly #sure: number;

  /** @throws {RangeError} when `n` is not a whole number >= 1, or `exponent` is not >= 0 */
  constructor(n: number, exponent: number) {
    if (!Number.isSafeInteger(n) || n < 1)
      throw new RangeError(`ranks go from 1 to a whole number, not to ${n}`);
    if (!(exponent >= 0 && Number.isFinite(exponent))) {
      throw new RangeError(`an exponent is a number >= 0, not ${exponent}`);
    }
    this.#n = n;
    this.#exponent = exponent;
    this.#fromArea = this.#area(1.5) - 1;
    this.#toArea = this.#area(n + 0.5);
    this.#sure = 2 - this.#areaInverse(this.#area(2.5) - this.#height(2));
  }

  /** A rank, 1 ... n. Takes one number of `chance`, rarely more. */
  draw(chance: Random): number {
    for (;;) {
      const area = this.#toArea + chance.next() * (this.#fromArea - this.#toArea);
      const x = this.#areaInverse(area);
      const rank = Math.min(this.#n, Math.max(1, Math.round(x)));
      if (rank - x <= this.#sure || area >= this.#area(rank + 0.5) - this.#height(rank)) return rank;
    }
  }

  /** h(x) = x^-exponent */
  #height(x: number): number {
    return Math.exp(-this.#exponent * Math.log(x));
  }

  /** H(x), an integral of h: (x^(1 - exponent) - 1) / (1 - exponent), and log x for exponent 1. */
  #area(x: number): number {
    const logX = Math.log(x);
    return expm1Ratio((1 - this.#exponent) * logX) * logX;
  }

  #areaInverse(area: number): number {
    // Rounding may lead just below -1, where the logarithm ends.
    const t = Math.max(-1, area * (1 - this.#exponent));
    return Math.exp(log1pRatio(t) * area);
  }
}

/**
 * The id that has this rank: a fixed one-to-one map of 1 ... n, so that the most wanted items do not all lie on one
 * shard or page. Steps of about n over the golden ratio keep neighbours in rank apart; the step has no divisor in
 * common with n, so every id is met once.
 */
export function scatter(rank: number, n: number): number {
  return 1 + (((rank - 1) * stepFor(n)) % n);
}

/** Steps found so far: a drive asks for the same `n` with every item. */
const steps = new Map<number, number>();

/** @throws {RangeError} when `n` is so large that the product is no longer exact */
function stepFor(n: number): number {
  const known = steps.get(n);
  if (known !== undefined) return known;
  if (n > largestN) throw new RangeError(`ids are scattered exactly up to ${largestN}, not ${n}`);
  let step = Math.max(1, Math.round(n / goldenRatio));
  while (commonDivisor(step, n) !== 1) step++;
  steps.set(n, step);
  return step;
}

const goldenRatio = (1 + Math.sqrt(5)) / 2;
/** (n - 1)^2 stays a safe integer. */
const largestN = 94_906_265;

function commonDivisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

/** (e^x - 1) / x, 1 at 0. */
function expm1Ratio(x: number): number {
  return x === 0 ? 1 : Math.expm1(x) / x;
}

/** log(1 + x) / x, 1 at 0. */
function log1pRatio(x: number): number {
  return x === 0 ? 1 : Math.log1p(x) / x;
}
