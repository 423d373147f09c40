/** The ledger held against the books: one pass over two bits per attempt, O(n) time and constant memory. */
import { foundCeiling } from "./ledger.ts";

export interface LedgerTally {
  /** Attempts that were sent: accepted + rejected + indeterminate. */
  readonly attempts: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly indeterminate: number;
  /** Ids in the files without an outcome: dropped before sending, or never used by their arrival. */
  readonly neverSent: number;
  /** Ids found at least once in the books. */
  readonly found: number;
  /** Accepted and not in the books. */
  readonly lost: number;
  /** Definitely rejected and in the books all the same. */
  readonly phantomRejected: number;
  /** Never sent, as far as the clients know, and in the books. */
  readonly phantomNeverSent: number;
  /** Ids found more than once. */
  readonly duplicates: number;
  /** Outcome unknown to the client, and found: the doubt resolved to "it was done". */
  readonly indeterminateApplied: number;
  /** Up to `examplesKept` attempt numbers of each kind of break, lowest first. */
  readonly examples: Readonly<Record<LedgerBreak, readonly number[]>>;
}

export type LedgerBreak = "lost" | "phantomRejected" | "phantomNeverSent" | "duplicates";

/** Enough to find one in a log, few enough to read. */
export const examplesKept = 10;

/** Counts everything the correctness checks ask about. Files of unequal length are read as if padded with zeros. */
export function tally(ledger: Uint8Array, found: Uint8Array): LedgerTally {
  // One counter per (ledger code, found count); everything else is sums over these sixteen.
  const cells = new Float64Array(16);
  const examples: Record<LedgerBreak, number[]> = {
    lost: [],
    phantomRejected: [],
    phantomNeverSent: [],
    duplicates: [],
  };
  const length = Math.max(ledger.length, found.length);
  for (let at = 0; at < length; at++) {
    let codes = ledger[at] ?? 0;
    let counts = found[at] ?? 0;
    if (codes === 0 && counts === 0) {
      cells[0] = (cells[0] ?? 0) + 4;
      continue;
    }
    for (let lane = 0; lane < 4; lane++, codes >>= 2, counts >>= 2) {
      const cell = ((codes & 3) << 2) | (counts & 3);
      cells[cell] = (cells[cell] ?? 0) + 1;
      if (breaks[cell] !== undefined) note(examples, cell, at * 4 + lane);
    }
  }
  return summed(cells, examples);
}

const neverSent = 0;
const accepted = 1;
const rejected = 2;
const indeterminate = 3;

/** Which breaks a cell means; undefined for the good ones, so that the loop above stays short. */
const breaks: readonly (readonly LedgerBreak[] | undefined)[] = Array.from({ length: 16 }, (_, cell) => {
  const code = cell >> 2;
  const count = cell & 3;
  const kinds: LedgerBreak[] = [];
  if (code === accepted && count === 0) kinds.push("lost");
  if (code === rejected && count > 0) kinds.push("phantomRejected");
  if (code === neverSent && count > 0) kinds.push("phantomNeverSent");
  if (count > 1) kinds.push("duplicates");
  return kinds.length === 0 ? undefined : kinds;
});

function note(examples: Record<LedgerBreak, number[]>, cell: number, attempt: number): void {
  for (const kind of breaks[cell] ?? []) {
    if (examples[kind].length < examplesKept) examples[kind].push(attempt);
  }
}

function summed(cells: Float64Array, examples: Record<LedgerBreak, number[]>): LedgerTally {
  const sum = (fits: (code: number, count: number) => boolean): number =>
    cells.reduce((total, count, cell) => total + (fits(cell >> 2, cell & 3) ? count : 0), 0);
  return {
    attempts: sum((code) => code !== neverSent),
    accepted: sum((code) => code === accepted),
    rejected: sum((code) => code === rejected),
    indeterminate: sum((code) => code === indeterminate),
    neverSent: sum((code) => code === neverSent),
    found: sum((_, count) => count > 0),
    lost: sum((code, count) => code === accepted && count === 0),
    phantomRejected: sum((code, count) => code === rejected && count > 0),
    phantomNeverSent: sum((code, count) => code === neverSent && count > 0),
    duplicates: sum((_, count) => count > 1 && count <= foundCeiling),
    indeterminateApplied: sum((code, count) => code === indeterminate && count > 0),
    examples,
  };
}
