/** A share in words: `25%`. */

/** Above 0 to 1; undefined when it is none. */
export function shareIn(word: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)%$/.exec(word.trim());
  const share = Number(match?.[1]) / 100;
  return share > 0 && share <= 1 ? share : undefined;
}
