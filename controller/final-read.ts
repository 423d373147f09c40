/** The books of the target, read once when it is quiet. */
import { Failure, sentenceOf } from "../base/failure.ts";
import type { Books, StockBook } from "../targets/running-target.ts";
import type { CorrectnessSeen } from "../verdict/evidence.ts";
import { Found } from "../verdict/ledger.ts";

export interface FinalRead {
  readonly correctness: CorrectnessSeen;
  /** How often each attempt's key is among the orders. */
  readonly found: Found;
}

/** Reads stocks and every order under `tag`. Never throws: what could not be read is said in the result. */
export async function finalRead(
  books: Books,
  options: {
    readonly tag: string;
    readonly perUserLimit: number;
    /** Attempt numbers from here on were never planned. */
    readonly attemptsPlanned: number;
  },
  signal: AbortSignal,
): Promise<FinalRead> {
  const { tag, perUserLimit, attemptsPlanned } = options;
  const found = new Found();
  const unitsOf = new Map<string, number>();
  let foreignOrders = 0;
  let stocks: readonly StockBook[] = [];
  let because: string | undefined;
  try {
    stocks = await books.stocks(tag, signal);
    for await (const { attempt, userId, saleId, units } of books.orders(tag, signal)) {
      if (attempt < 0 || attempt >= attemptsPlanned) foreignOrders++;
      else found.add(attempt);
      if (saleId !== 0) {
        const key = `${saleId}.${userId}`;
        unitsOf.set(key, (unitsOf.get(key) ?? 0) + units);
      }
    }
  } catch (error) {
    if (!(error instanceof Failure) && !signal.aborted) throw error;
    because = sentenceOf(error);
  }
  const above = [...unitsOf.values()].filter((units) => perUserLimit > 0 && units > perUserLimit);
  return {
    found,
    correctness: {
      stocks,
      perUserLimit,
      isComplete: because === undefined,
      ...(because === undefined ? {} : { because }),
      limitBreaks: {
        users: above.length,
        units: above.reduce((sum, units) => sum + units - perUserLimit, 0),
      },
      foreignOrders,
    },
  };
}
