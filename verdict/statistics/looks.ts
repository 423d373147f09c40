/**
 * When a comparison that goes on run by run is looked at, and how sure each look has to be. Looking again and again until
 * something is found finds something: so the chance of an error is a budget, and every look spends a part of it.
 */

export interface Look {
  /** Runs of a side (or pairs) there have to be. */
  readonly runs: number;
  /** Chance of an error that this look may spend, either way, over all figures. */
  readonly alpha: number;
}

/** Over all looks and all figures, and both directions. The usual convention. */
export const usualAlpha = 0.05;
/** Fewer runs of a side tell too little of how they vary. Source: docs/decisions/0020. */
export const usualLeastRuns = 5;

/**
 * At most three: at the least number of runs, at the most, and at their geometric mean. By then a look has spent, with
 * those before it, as much of the budget as it has of all the runs (linear spending: Kim and DeMets 1987, rho = 1). Parts
 * add up (Bonferroni), so the looks need not know how they depend on each other; that is a little more careful than needed.
 * @throws {RangeError} when `most` is below two
 */
export function looksUpTo(most: number, least = usualLeastRuns, alpha = usualAlpha): readonly Look[] {
  if (!(most >= 2)) throw new RangeError(`${most} runs cannot be compared; two are the fewest`);
  const first = Math.max(2, Math.min(least, most));
  const runs = [...new Set([first, Math.round(Math.sqrt(first * most)), most])];
  return runs.map((at, index) => ({ runs: at, alpha: (alpha * (at - (runs[index - 1] ?? 0))) / most }));
}

/** How sure the interval of one of so many figures has to be, so that all of them together spend no more than the look's part. */
export function confidenceOf({ alpha }: Look, figures: number): number {
  return 1 - alpha / Math.max(1, figures);
}
