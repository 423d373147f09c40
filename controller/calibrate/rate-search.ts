/** The highest rate that holds: exponential rise, then bisection. Pure; whoever probes tells what came of it. */

export interface Probed {
  readonly ratePerS: number;
  readonly isGood: boolean;
}

export interface SearchOptions {
  readonly firstPerS: number;
  /** Factor of the rise, above 1. */
  readonly growth: number;
  /** The search is over when the lowest bad rate is at most this much above the highest good one, as a ratio. */
  readonly resolutionRatio: number;
  /** No rate below this is tried. */
  readonly leastPerS: number;
}

/**
 * The highest good rate below which nothing was bad, 0 when there is none. A good probe above a bad one proves nothing:
 * it was lucky.
 */
export function highestGood(probes: readonly Probed[]): number {
  const lowestBadPerS = lowestBad(probes);
  return Math.max(
    0,
    ...probes
      .filter(({ ratePerS, isGood }) => isGood && ratePerS < lowestBadPerS)
      .map(({ ratePerS }) => ratePerS),
  );
}

/** The rate to try next; undefined when the search is over. */
export function nextRate(probes: readonly Probed[], options: SearchOptions): number | undefined {
  const { firstPerS, growth, resolutionRatio, leastPerS } = options;
  const goodPerS = highestGood(probes);
  const badPerS = lowestBad(probes);
  let next: number;
  if (probes.length === 0) next = firstPerS;
  else if (badPerS === Number.POSITIVE_INFINITY) next = goodPerS * growth;
  else if (goodPerS === 0) next = badPerS / growth;
  else if (badPerS / goodPerS <= 1 + resolutionRatio) return undefined;
  // The middle of ratios, not of differences: the same number of probes for every size of machine.
  else next = Math.sqrt(goodPerS * badPerS);
  const rounded = Math.round(next / 10) * 10;
  return rounded < leastPerS ? undefined : rounded;
}

function lowestBad(probes: readonly Probed[]): number {
  return Math.min(
    Number.POSITIVE_INFINITY,
    ...probes.filter(({ isGood }) => !isGood).map(({ ratePerS }) => ratePerS),
  );
}
