import { describe, expect, test } from "vitest";
import { Failure } from "../../base/failure.ts";
import { finalRead } from "../../controller/final-read.ts";
import type { Books, OrderEntry, StockBook } from "../../targets/running-target.ts";

const stock: StockBook = { saleId: 65, itemId: 4711, initial: 3, remaining: 1, sold: 2 };
const order = (attempt: number, userId: number, units = 1): OrderEntry => ({
  attempt,
  userId,
  saleId: 65,
  units,
});
const options = { tag: "t", perUserLimit: 1, attemptsPlanned: 100 };
const signal = new AbortController().signal;

/** Books that hold `orders`, and fail after them when told to. */
function booksOf(orders: readonly OrderEntry[], broken?: Error): Books {
  return {
    openSale: () => Promise.reject(new Error("not asked for")),
    stocks: () => Promise.resolve([stock]),
    async *orders() {
      yield* orders;
      if (broken !== undefined) throw broken;
    },
  };
}

describe("the final read", () => {
  test("counts how often every attempt is among the orders", async () => {
    const { found, correctness } = await finalRead(
      booksOf([order(4, 1), order(9, 2), order(9, 2)]),
      { ...options, perUserLimit: 2 },
      signal,
    );
    expect([4, 9, 5].map((attempt) => found.get(attempt))).toEqual([1, 2, 0]);
    expect(correctness).toEqual({
      stocks: [stock],
      perUserLimit: 2,
      isComplete: true,
      limitBreaks: { users: 0, units: 0 },
      foreignOrders: 0,
    });
  });

  test("counts shoppers above the limit, and by how many units", async () => {
    const { correctness } = await finalRead(
      booksOf([order(0, 1), order(4, 1), order(8, 2, 3), order(12, 3)]),
      options,
      signal,
    );
    expect(correctness.limitBreaks).toEqual({ users: 2, units: 3 });
  });

  test("ordinary orders know no limit per shopper", async () => {
    const ordinary = [0, 4, 8].map((attempt) => ({ ...order(attempt, 1), saleId: 0 }));
    const { correctness } = await finalRead(booksOf(ordinary), options, signal);
    expect(correctness.limitBreaks).toEqual({ users: 0, units: 0 });
  });

  test("keeps numbers that were never planned apart", async () => {
    const { correctness, found } = await finalRead(
      booksOf([order(-1, 1), order(100, 2), order(99, 3)]),
      options,
      signal,
    );
    expect(correctness.foreignOrders).toBe(2);
    expect(found.get(99)).toBe(1);
  });

  test("a read that breaks off is incomplete and says why; what was read counts", async () => {
    const broken = new Failure("target", "the orders ended without their end line");
    const { correctness, found } = await finalRead(booksOf([order(4, 1)], broken), options, signal);
    expect(correctness).toMatchObject({
      isComplete: false,
      because: "the orders ended without their end line",
    });
    expect(found.get(4)).toBe(1);
  });

  test("a bug of ours is not taken for a broken read", async () => {
    await expect(finalRead(booksOf([], new TypeError("oops")), options, signal)).rejects.toThrow("oops");
  });
});
