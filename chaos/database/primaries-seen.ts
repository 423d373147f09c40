/** Which members of a database and its replicas took writes, look by look: at most one may. Pure. */

export interface PrimariesLook {
  readonly atMs: number;
  /** Names of those that took a write then. */
  readonly writable: readonly string[];
}

export interface PrimariesSeen {
  /** The most that took writes at one time. */
  readonly most: number;
  /** For how long nobody did, and more than one, in milliseconds: each look holds until the next. */
  readonly noneMs: number;
  readonly severalMs: number;
}

/** @param looks in order */
export function primariesSeen(looks: readonly PrimariesLook[]): PrimariesSeen {
  const lasting = (fits: (count: number) => boolean) =>
    looks.reduce((sumMs, { atMs, writable }, at) => {
      const next = looks[at + 1];
      return next !== undefined && fits(writable.length) ? sumMs + next.atMs - atMs : sumMs;
    }, 0);
  return {
    most: Math.max(0, ...looks.map(({ writable }) => writable.length)),
    noneMs: lasting((count) => count === 0),
    severalMs: lasting((count) => count > 1),
  };
}

export function accountOfPrimaries(looks: readonly PrimariesLook[]): {
  readonly sentence: string;
  readonly figures: Readonly<Record<string, number>>;
} {
  const { most, noneMs, severalMs } = primariesSeen(looks);
  const several =
    most > 1 ? `${most} took writes at the same time, for ${Math.round(severalMs)} ms` : "at no time did two";
  return {
    sentence: `nobody took writes for ${Math.round(noneMs)} ms, ${several}`,
    figures: {
      noPrimaryMs: Math.round(noneMs),
      mostPrimaries: most,
      severalPrimariesMs: Math.round(severalMs),
    },
  };
}
