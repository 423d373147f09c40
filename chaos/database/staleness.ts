/** How old what was read is. Pure. */

/** One heartbeat, all on one clock: milliseconds since 1970. */
export interface Beat {
  /** What was written. */
  readonly stampMs: number;
  /** When the primary had acknowledged it. */
  readonly keptAtMs: number;
}

/** One read of the heartbeat. */
export interface BeatRead {
  readonly askedAtMs: number;
  /** What was found; null: nothing yet. */
  readonly stampMs: number | null;
}

/**
 * For how many milliseconds there had been something newer than what was found when it was asked for. What the reader
 * waited for his answer does not count, and a primary that takes no writes makes nobody read the past. With a beat every
 * 100 ms it is less than the age of what was found by up to as much.
 * @param beats in order
 */
export function stalenessMs({ askedAtMs, stampMs }: BeatRead, beats: readonly Beat[]): number {
  const missed = beats.find((beat) => beat.stampMs > (stampMs ?? Number.NEGATIVE_INFINITY));
  return missed === undefined ? 0 : Math.max(0, askedAtMs - missed.keptAtMs);
}

export interface StalenessSeen {
  /** Of each read, in milliseconds. */
  readonly readsMs: readonly number[];
  /** `through the shop` */
  readonly how: string;
}

/**
 * A sentence when at least one read was as far behind as that: one replica of several is met by some reads only.
 * @param leastMs what counts as behind
 */
export function tellStaleness({ readsMs, how }: StalenessSeen, leastMs: number): string | undefined {
  const behind = readsMs.filter((each) => each >= leastMs);
  if (behind.length === 0) return undefined;
  const most = Math.round(Math.max(...behind));
  return `${behind.length} of ${readsMs.length} reads ${how} were behind by ${leastMs} ms or more, at most ${most} ms`;
}

/** What all reads while a fault was on come to. */
export function accountOfReads(
  readsMs: readonly number[],
  leastMs: number,
): { readonly sentence: string; readonly figures: Readonly<Record<string, number>> } {
  if (readsMs.length === 0)
    return { sentence: "no read was answered while it was on", figures: { reads: 0 } };
  const sorted = readsMs.toSorted((a, b) => a - b);
  const behind = readsMs.filter((each) => each >= leastMs).length;
  const behindMostMs = Math.round(sorted.at(-1)!);
  const behindP50Ms = Math.round(sorted[Math.ceil(sorted.length / 2) - 1]!);
  return {
    sentence: `${behind} of ${readsMs.length} reads while it was on were behind by ${leastMs} ms or more, at most ${behindMostMs} ms`,
    figures: { reads: readsMs.length, behindRatio: behind / readsMs.length, behindP50Ms, behindMostMs },
  };
}
