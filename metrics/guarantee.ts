/** What one shopper may rely on from one request to the next, and how often it was looked at. */

export const guarantees = ["read-your-writes", "monotonic-reads", "session-kept"] as const;

/**
 * *read-your-writes*: who was told that something was done finds it done; *monotonic-reads*: what was once seen is not
 * gone or older at the next look; *session-kept*: who has logged in is known at the next request.
 */
export type Guarantee = (typeof guarantees)[number];

/** Looks at one guarantee in some stretch of time: only answers count, for who was not answered has seen nothing. */
export interface Looks {
  readonly guarantee: Guarantee;
  readonly checked: number;
  /** How many of them found it broken. */
  readonly broken: number;
}

/** The same over a whole run. */
export interface LooksSeen {
  readonly checked: number;
  readonly broken: number;
  /** Seconds since the start of the measured part; absent: never. */
  readonly firstBrokenAtS?: number;
  readonly lastBrokenAtS?: number;
}
