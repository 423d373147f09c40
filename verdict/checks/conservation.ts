/** What there was = what was sold + what is left, in the database, and the cache's counter says the same. */
import type { StockBook } from "../../targets/running-target.ts";
import { booksState, incompleteRead, subjectOf } from "../books.ts";
import type { Check } from "../check.ts";
import type { Evidence } from "../evidence.ts";
import type { Finding } from "../finding.ts";
import type { LedgerTally } from "../tally.ts";
import { count, counted } from "../telling/figures.ts";

export const conservation: Check = {
  name: "conservation",
  title: "initial stock = sold + remaining, in database and cache",
  kind: "correctness",
  limits: {
    gapUnits: { value: 0, unit: "units", source: "by definition: units neither vanish nor appear" },
  },
  judge(evidence, tally) {
    const seen = evidence.correctness;
    if (seen === undefined || seen.stocks.length === 0) return withoutRows(evidence, tally);
    return seen.stocks.flatMap((stock) => {
      // A half-read book can miss an order by itself, so its gaps prove nothing either.
      if (!seen.isComplete) return [finding(stock, "inconclusive", incompleteRead(seen))];
      const broken = gapSentence(stock) ?? cacheSentence(stock) ?? reservedSentence(stock);
      if (broken !== undefined) return [finding(stock, "refuted", broken)];
      if (stock.sold === 0) return unsold(stock);
      return [finding(stock, "upheld", heldSentence(stock))];
    });
  },
};

function withoutRows(evidence: Evidence, tally: LedgerTally | undefined): readonly Finding[] {
  const state = booksState(evidence, tally);
  return state.kind === "unproven"
    ? [
        {
          check: "conservation",
          kind: "correctness",
          subject: "stock",
          status: "inconclusive",
          because: state.because,
        },
      ]
    : [];
}

/** An untouched sale proves nothing; untouched ordinary stock is simply not what this scenario is about. */
function unsold(stock: StockBook): readonly Finding[] {
  return stock.saleId === 0
    ? []
    : [finding(stock, "inconclusive", "nothing was bought, so nothing is proven")];
}

/** Units missing (> 0: neither sold nor left) or too many (< 0: sold or left without ever having existed). */
const gapOf = (stock: StockBook): number => stock.initial - stock.sold - stock.remaining;

/** The sign names the bug: a leak, or units out of nothing. */
function gapSentence(stock: StockBook): string | undefined {
  const gap = gapOf(stock);
  if (gap === 0) return undefined;
  const what = gap > 0 ? "vanished: neither sold nor left" : "appeared from nowhere";
  return (
    `${counted(Math.abs(gap), "unit")} of ${subjectOf(stock)} ${what} ` +
    `(${count(stock.initial)} at opening, ${count(stock.sold)} sold, ${count(stock.remaining)} left)`
  );
}

function cacheSentence(stock: StockBook): string | undefined {
  const { cacheRemaining, remaining } = stock;
  if (cacheRemaining === undefined || cacheRemaining === remaining) return undefined;
  return `the cache's counter says ${count(cacheRemaining)} of ${subjectOf(stock)} are left, the database says ${count(remaining)}`;
}

/** A reserved unit is in an order, so it is one of the sold ones until it is given back; units beside them are in no book. */
function reservedSentence(stock: StockBook): string | undefined {
  const excess = reservedExcess(stock);
  if (excess === 0) return undefined;
  const { reserved = 0, sold } = stock;
  return `${counted(reserved, "unit")} of ${subjectOf(stock)} ${reserved === 1 ? "is" : "are"} said to be reserved, and the orders hold ${count(sold)}`;
}

/** Units that are reserved without an order, or fewer than none. */
const reservedExcess = ({ reserved = 0, sold }: StockBook): number => Math.max(0, reserved - sold, -reserved);

function heldSentence(stock: StockBook): string {
  const cache = stock.cacheRemaining === undefined ? "" : ", and the cache agrees";
  return `${count(stock.initial)} at opening = ${soldWords(stock)} + ${count(stock.remaining)} left${cache}`;
}

/** What was reserved when the run ended is neither sold for good nor lost: whoever has it may still pay. */
function soldWords({ sold, reserved }: StockBook): string {
  if (reserved === undefined || reserved === 0) return `${count(sold)} sold`;
  return `${count(sold - reserved)} sold for good + ${count(reserved)} reserved and not paid for when the run ended`;
}

function finding(stock: StockBook, status: Finding["status"], because: string): Finding {
  const gap =
    Math.abs(gapOf(stock)) ||
    Math.abs((stock.cacheRemaining ?? stock.remaining) - stock.remaining) ||
    reservedExcess(stock);
  return {
    check: "conservation",
    kind: "correctness",
    subject: subjectOf(stock),
    status,
    because,
    observed: gap,
    limit: 0,
    unit: "units",
  };
}
