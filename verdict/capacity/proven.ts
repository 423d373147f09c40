/** Whether a share of requests is proven to be within a limit, or beyond it, by how many were seen. */

/** One-sided, 95 %: what is called proven is wrong one time in twenty when requests fail independently of each other. */
const z = 1.644_853_626_951;

export interface Share {
  readonly of: number;
  readonly missed: number;
}

/**
 * Limits of the true share, each on its own with 95 % confidence: Wilson's score interval (E. B. Wilson, 1927), which
 * says something sensible where nothing was missed at all. Nothing seen: 0 to 1.
 */
export function shareBounds({ of, missed }: Share): { readonly low: number; readonly high: number } {
  if (of === 0) return { low: 0, high: 1 };
  const share = missed / of;
  const scale = 1 + (z * z) / of;
  const middle = (share + (z * z) / (2 * of)) / scale;
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/** Against a limit of 0-1. */
export function proven(seen: Share, limit: number): "within" | "beyond" | "open" {
  const { low, high } = shareBounds(seen);
  if (high <= limit) return "within";
  return low > limit ? "beyond" : "open";
}

/** Requests that prove a share within `limit` when not one of them misses. */
export function requestsToProve(limit: number): number {
  return Math.ceil((z * z * (1 - limit)) / limit);
}

export function pooled(shares: readonly Share[]): Share {
  return shares.reduce((sum, { of, missed }) => ({ of: sum.of + of, missed: sum.missed + missed }), {
    of: 0,
    missed: 0,
  });
}
