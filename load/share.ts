/** Which arrivals are mine: agent `index` of `count` owns the arrivals k with k mod count = index. */
export interface Share {
  /** 0 <= index < count */
  readonly index: number;
  readonly count: number;
}

/** Arrivals this share owns among the first `arrivals`. Summed over all shares it is exactly `arrivals`. */
export function ownedBy({ index, count }: Share, arrivals: number): number {
  return Math.max(0, Math.ceil((Math.floor(arrivals) - index) / count));
}

/** Whether arrival number `arrival` is this share's. */
export function owns({ index, count }: Share, arrival: number): boolean {
  return arrival % count === index;
}
