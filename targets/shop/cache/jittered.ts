/** A length of life around `ttlMs`, evenly over ttlMs * (1 ± jitterRatio): what was cached together does not expire together. */
export function jittered(ttlMs: number, jitterRatio: number, random: () => number): number {
  return Math.max(1, Math.round(ttlMs * (1 + jitterRatio * (2 * random() - 1))));
}
