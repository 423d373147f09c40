/** The middle of some figures, and how far they usually are from it, so that a few wild ones change neither. */

/** The middle one, or the mean of the two in the middle. @throws when there are none */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error("nothing has no middle");
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** Makes the median of the distances equal to the standard deviation where figures are normally distributed: 1 / Φ⁻¹(3/4). */
const normalConsistency = 1.4826;

/** A standard deviation from the median of the distances from the median (MAD). */
export function noiseOf(values: readonly number[]): number {
  const middle = median(values);
  return normalConsistency * median(values.map((value) => Math.abs(value - middle)));
}
