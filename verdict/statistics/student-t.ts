/** Student's t distribution: its tail, and the quantiles that intervals are made of. */

/**
 * Chance that a t with `df` degrees of freedom is at most `t`. By the incomplete beta function; exact to about 1e-14.
 * @throws {RangeError} when `df` is not above 0
 */
export function studentCdf(t: number, df: number): number {
  if (!(df > 0)) throw new RangeError(`${df} degrees of freedom are none`);
  if (t === Number.POSITIVE_INFINITY) return 1;
  if (t === Number.NEGATIVE_INFINITY) return 0;
  const tail = incompleteBeta(df / (df + t * t), df / 2, 0.5) / 2;
  return t > 0 ? 1 - tail : tail;
}

/** Chance of a t at least as far from 0, either way. */
export function studentTwoSided(t: number, df: number): number {
  if (!(df > 0)) throw new RangeError(`${df} degrees of freedom are none`);
  return Number.isFinite(t) ? incompleteBeta(df / (df + t * t), df / 2, 0.5) : 0;
}

/**
 * The t that is not exceeded with chance `p`, within 1e-10 of itself.
 * @throws {RangeError} when `p` is not between 0 and 1
 */
export function studentQuantile(p: number, df: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`a quantile of ${p} is no number`);
  if (p === 0.5) return 0;
  if (p < 0.5) return -studentQuantile(1 - p, df);
  const tail = 2 * (1 - p);
  let [low, high] = [0, 1];
  while (studentTwoSided(high, df) > tail && high < 1e12) [low, high] = [high, high * 2];
  let t = (low + high) / 2;
  // Newton's steps, halved where one would leave the bracket.
  for (let step = 0; step < 200 && high - low > 1e-10 * high; step++) {
    const beyond = studentTwoSided(t, df) - tail;
    if (beyond > 0) low = t;
    else high = t;
    const next = t + beyond / (2 * density(t, df));
    const settled = next > low && next < high;
    if (settled && Math.abs(next - t) < 1e-11 * next) return next;
    t = settled ? next : (low + high) / 2;
  }
  return t;
}

function density(t: number, df: number): number {
  const front = logGamma((df + 1) / 2) - logGamma(df / 2) - 0.5 * Math.log(df * Math.PI);
  return Math.exp(front - ((df + 1) / 2) * Math.log1p((t * t) / df));
}

/**
 * I_x(a, b), the regularised incomplete beta function, by its continued fraction (modified Lentz).
 * Source: DLMF 8.17.22, and 8.17.4 where the fraction would converge slowly.
 */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return (front * betaFraction(x, a, b)) / a;
}

/** Never 0, by which the fraction would be divided. */
const tiny = 1e-300;

function betaFraction(x: number, a: number, b: number): number {
  const apart = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / apart(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= 1_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / apart(1 + even * d);
    c = apart(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / apart(1 + odd * d);
    c = apart(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return fraction;
}

/** Lanczos with g = 7 and nine terms, about 15 digits. Source: P. Godfrey's coefficients, as in the GNU Scientific Library. */
const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
] as const;

/** Of `value` above 0. */
function logGamma(value: number): number {
  if (value < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * value)) - logGamma(1 - value);
  const x = value - 1;
  const base = x + 7.5;
  const sum = lanczos.reduce((total, term, at) => (at === 0 ? term : total + term / (x + at)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (x + 0.5) * Math.log(base) - base + Math.log(sum);
}
