/** Where a smoothed share of good answers falls below its threshold for good, and where it is back to stay. */

type Shares = readonly (number | undefined)[];

/** Bins in a row that make an impact. */
export const impactBins = 3;

export interface Stretch {
  readonly thresholdRatio: number;
  /** The first bin that is looked at. */
  readonly from: number;
  /** The bin after the last. */
  readonly to: number;
}

/** The first of three bins in a row that are below; those without requests neither count nor interrupt. */
export function impactAt(shares: Shares, { thresholdRatio, from, to }: Stretch): number | undefined {
  let first: number | undefined;
  let below = 0;
  for (let bin = from; bin < to; bin++) {
    const share = shares[bin];
    if (share === undefined) continue;
    if (share >= thresholdRatio) below = 0;
    else if (below++ === 0) first = bin;
    if (below === impactBins) return first;
  }
  return undefined;
}

/**
 * The first bin after which none is below for `hold` bins, all of them before `to`. Half of them at least must have had
 * requests: where nobody asks nothing is seen to be well.
 */
export function recoveredAt(
  shares: Shares,
  hold: number,
  { thresholdRatio, from, to }: Stretch,
): number | undefined {
  for (let start = from; start + hold <= to; start++) {
    const held = shares.slice(start, start + hold);
    const lastBelow = held.findLastIndex((share) => share !== undefined && share < thresholdRatio);
    if (lastBelow >= 0) {
      start += lastBelow;
      continue;
    }
    const seen = held.filter((share) => share !== undefined).length;
    if (held[0] !== undefined && seen * 2 >= hold) return start;
  }
  return undefined;
}

/** How often it falls below again, each time for three bins in a row. */
export function fallsIn(shares: Shares, { thresholdRatio, from, to }: Stretch): number {
  let falls = 0;
  let at: number | undefined = from;
  for (;;) {
    at = impactAt(shares, { thresholdRatio, from: at, to });
    if (at === undefined) return falls;
    falls++;
    while (at < to && (shares[at] === undefined || shares[at]! < thresholdRatio)) at++;
  }
}
