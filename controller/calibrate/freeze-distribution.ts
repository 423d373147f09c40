/** What a server that stands still now and then does to an open load, in closed form. */

/** Out of every `everyMs`, for `forMs` nothing is answered. */
export interface Freezes {
  readonly everyMs: number;
  readonly forMs: number;
}

export const freezes: Freezes = { everyMs: 5_000, forMs: 1_000 };

/**
 * The wait that a share of `ratio` (0-1) of evenly coming arrivals does not exceed, milliseconds. With f = for / every,
 * a share of 1 - f comes while all is well and waits 0; whoever comes u before the end of a freeze waits u, and u is
 * uniform: W(q) = 0 for q <= 1 - f, else for (q - (1 - f)) / f.
 *
 *     1 s |                    /
 *         |                  /
 *       0 |________________/
 *         0              0.8   1   share of arrivals
 */
export function freezeWaitMs({ everyMs, forMs }: Freezes, ratio: number): number {
  const frozenRatio = forMs / everyMs;
  return Math.max(0, (forMs * (ratio - (1 - frozenRatio))) / frozenRatio);
}

/**
 * The share of requests that a closed loop of `connections` would have met a freeze with: in every cycle each
 * connection has one request stuck, and (every - for) / service others that were quick.
 */
export function closedLoopFrozenRatio({ everyMs, forMs }: Freezes, serviceMs: number): number {
  return 1 / (1 + (everyMs - forMs) / serviceMs);
}
