/** Counts from the books: what is broken is counted, what is unproven is no 0. */
import { expect, test } from "vitest";
import { type BooksFigure, measureBooks } from "../../../verdict/claims/measure-books.ts";
import type { Evidence } from "../../../verdict/evidence.ts";
import type { LedgerTally } from "../../../verdict/tally.ts";
import { evidence, type Spoiling, tallied, without } from "../../fakes/evidence.ts";

const stock = { saleId: 3, itemId: 4711, initial: 10, remaining: 0, sold: 10 };

const spoilt = (correctness: Spoiling<NonNullable<Evidence["correctness"]>>) => evidence({ correctness });

test.each<{
  readonly figure: BooksFigure;
  readonly seen?: Evidence;
  readonly tally?: LedgerTally;
  readonly is: object;
}>([
  { figure: "oversold", is: { value: 0, outOf: 1_600 } },
  { figure: "oversold", seen: spoilt({ stocks: [{ ...stock, sold: 13 }] }), is: { value: 3, outOf: 1_600 } },
  { figure: "lost", is: { value: 0, outOf: 10 } },
  {
    figure: "lost",
    tally: tallied(({ ledger }) => ledger.set(20, "accepted")),
    is: { value: 1, outOf: 11 },
  },
  { figure: "duplicates", is: { value: 0, outOf: 10 } },
  { figure: "duplicates", tally: tallied(({ found }) => found.add(3)), is: { value: 1, outOf: 10 } },
  { figure: "phantom", is: { value: 0, outOf: 1_600 } },
  { figure: "phantom", tally: tallied(({ found }) => found.add(100)), is: { value: 1, outOf: 1_600 } },
  { figure: "over-limit", is: { value: 0, outOf: 1_600 } },
  {
    figure: "over-limit",
    seen: spoilt({ limitBreaks: { users: 2, units: 5 } }),
    is: { value: 2, outOf: 1_600 },
  },
  { figure: "not-conserved", is: { value: 0, outOf: 1_600 } },
  {
    figure: "not-conserved",
    seen: spoilt({ stocks: [{ ...stock, remaining: 4 }] }),
    is: { value: 4, outOf: 1_600 },
  },
  { figure: "accepted-orders", is: { value: 10, outOf: 1_600 } },
])("$figure: $is", ({ figure, seen = evidence(), tally = tallied(), is }) => {
  expect(measureBooks(figure, seen, tally)).toEqual(is);
});

test("an oversell of which only half the orders were read is an oversell", () => {
  const seen = spoilt({ stocks: [{ ...stock, sold: 13 }], isComplete: false, because: "it broke off" });
  expect(measureBooks("oversold", seen, tallied())).toEqual({ value: 3, outOf: 1_600 });
  expect(measureBooks("lost", seen, tallied())).toEqual({
    missing: "the final read of the orders is incomplete: it broke off",
  });
});

test("a sale that was never put to the test, and books nobody read, are no 0", () => {
  const many = spoilt({ stocks: [{ ...stock, initial: 5_000, remaining: 4_990 }] });
  expect(measureBooks("oversold", many, tallied())).toEqual({
    missing: "only 1,600 attempts for 5,000 units: the sale was never put to the test",
  });
  const unread = without(evidence(), "correctness");
  expect(measureBooks("lost", unread, undefined)).toEqual({
    missing: "the target's books were never read",
  });
  expect(measureBooks("accepted-orders", unread, undefined)).toHaveProperty("missing");
});
