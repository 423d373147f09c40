/** What became of one fault, on the clock of the run: seconds since the start of the measured part. */

export const faultStatuses = ["effective", "vacuous", "failed", "not-reached", "leaked"] as const;

/**
 * *effective*: seen to bite, and to be gone afterwards; *vacuous*: carried out, and nobody could see anything of it, so
 * that it proves nothing; *failed*: it could not be carried out, or a target of ours did not get over it, with which it
 * went; *not-reached*: the run was over before its turn; *leaked*: something of it is still there.
 */
export type FaultStatus = (typeof faultStatuses)[number];

export interface FaultSeen {
  /** `kill:shop-2@20`; unique in its run. */
  readonly id: string;
  readonly fault: string;
  readonly value?: string;
  readonly nodes: readonly string[];
  /** `shop-1>db` */
  readonly edges: readonly string[];
  readonly zone?: string;
  /** By what it was done. */
  readonly mechanism: string;
  readonly plannedAtS: number;
  /** Absent: of one instant. */
  readonly plannedForS?: number;
  /** When making it ready was begun. */
  readonly requestedAtS?: number;
  /** When it was due, or injecting it was begun, whichever was later: it may have disturbed from here on. */
  readonly begunAtS?: number;
  /** When injecting it was done. */
  readonly injectedAtS?: number;
  /** When it was first seen to bite: the clocks of recovery start here. */
  readonly effectAtS?: number;
  /** What was seen then, and what was measured of it afterwards. */
  readonly effect?: string;
  /** The same as numbers, by name with unit: `stampedeFactor`, `lostWritesS`. */
  readonly figures?: Readonly<Record<string, number>>;
  /** When taking it back was begun. */
  readonly stoppedAtS?: number;
  /** When it was seen to be gone: the clocks of recovery after it start here. */
  readonly undoneAtS?: number;
  readonly status: FaultStatus;
  /** Why it is not effective, or what is odd about it. */
  readonly because?: string;
  /** What a person can do about what is left, one command each. */
  readonly manual?: readonly string[];
}

/** Whether it was in place in some of [fromS, toS): from when it may have disturbed to when it was seen to be gone. */
export function isInPlace(fault: FaultSeen, fromS: number, toS: number): boolean {
  const { injectedAtS, begunAtS = injectedAtS, undoneAtS = Number.POSITIVE_INFINITY, status } = fault;
  if (begunAtS === undefined) return false;
  return begunAtS < toS && (status === "leaked" || undoneAtS > fromS);
}
