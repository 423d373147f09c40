/** What can be said from the books at all, before any check asks its own question of them. */
import type { StockBook } from "../targets/running-target.ts";
import type { CorrectnessSeen, Evidence } from "./evidence.ts";
import type { Finding, Status } from "./finding.ts";
import type { LedgerTally } from "./tally.ts";
import { counted } from "./telling/figures.ts";

export type BooksState =
  /** The target keeps no books, or the scenario sells nothing: the question does not arise. */
  | { readonly kind: "absent" }
  /** There should be something to judge by, and there is not. */
  | { readonly kind: "unproven"; readonly because: string }
  | { readonly kind: "read" };

/** Whether a good answer of the books would prove anything. Breaks that were seen count whatever this says. */
export function booksState(evidence: Evidence, tally: LedgerTally | undefined): BooksState {
  const seen = evidence.correctness;
  if (seen === undefined) {
    // A stage keeps books, so missing ones were not read; somebody's own system need not keep any.
    return evidence.plan.strategy === undefined || evidence.targetSeen.launcher === "external"
      ? { kind: "absent" }
      : { kind: "unproven", because: "the target's books were never read" };
  }
  if (tally === undefined)
    return { kind: "unproven", because: "there is no ledger to hold the books against" };
  if (!seen.isComplete) return { kind: "unproven", because: incompleteRead(seen) };
  if (tally.attempts === 0) {
    return salesOf(seen).length === 0
      ? { kind: "absent" }
      : { kind: "unproven", because: "nobody tried to buy, so nothing is proven" };
  }
  if (tally.accepted === 0 && tally.found === 0) {
    return {
      kind: "unproven",
      because: `nothing was bought in ${counted(tally.attempts, "attempt")}, so nothing is proven`,
    };
  }
  return { kind: "read" };
}

/** Books of flash sales; number 0 stands for all ordinary stock together (docs/audit.md). */
export const salesOf = (seen: CorrectnessSeen): readonly StockBook[] =>
  seen.stocks.filter((stock) => stock.saleId !== 0);

/** `item 4711`, or `ordinary stock`. */
export const subjectOf = (stock: StockBook): string =>
  stock.saleId === 0 ? "ordinary stock" : `item ${stock.itemId}`;

export const incompleteRead = (seen: CorrectnessSeen): string =>
  `the final read of the orders is incomplete: ${seen.because ?? "no reason is recorded"}`;

/** One question to the ledger and the books, in the words of its check. */
export interface BooksQuestion {
  readonly check: string;
  readonly subject: string;
  /** The sentence of the break; undefined when none was seen. */
  readonly broken: string | undefined;
  /** How many breaks; the limit is always 0. */
  readonly observed: number;
  readonly unit: string;
  /** The sentence of the good case. */
  readonly held: string;
  /** Why a good answer, or even a bad one, would prove nothing here. */
  readonly doubt?: string | undefined;
}

/** A break stands; without one it is upheld when the books were read and something was bought, else inconclusive. */
export function booksFinding(
  evidence: Evidence,
  tally: LedgerTally | undefined,
  question: BooksQuestion,
): readonly Finding[] {
  const { check, subject, broken, observed, unit, held, doubt } = question;
  const finding = (status: Status, because: string): readonly Finding[] => [
    { check, kind: "correctness", subject, status, because, observed, limit: 0, unit },
  ];
  if (broken !== undefined && doubt === undefined) return finding("refuted", broken);
  const state = booksState(evidence, tally);
  switch (state.kind) {
    case "absent":
      return [];
    case "unproven":
      return finding("inconclusive", state.because);
    case "read":
      return doubt === undefined ? finding("upheld", held) : finding("inconclusive", doubt);
    default:
      return state satisfies never;
  }
}
