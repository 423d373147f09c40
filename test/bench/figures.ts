/** What several rounds come to, and how it is written. */

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** Whole, with commas. */
export function thousands(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** The least and the greatest, each as `show` writes it. */
export function spread(values: readonly number[], show: (value: number) => string): string {
  return `${show(Math.min(...values))}–${show(Math.max(...values))}`;
}

/** The median and, where there are several, the spread behind it. */
export function medianAndSpread(values: readonly number[], show: (value: number) => string): string {
  return values.length === 1 ? show(median(values)) : `${show(median(values))} (${spread(values, show)})`;
}

export const fixed =
  (digits: number) =>
  (value: number): string =>
    value.toFixed(digits);
