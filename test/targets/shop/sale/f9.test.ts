/** What a shopper is told by F9, by what Redis, the queue and the database know of the key. */
import { describe, expect, test } from "vitest";
import type { Database } from "../../../../targets/shop/data/database.ts";
import { NotDone } from "../../../../targets/shop/data/not-done.ts";
import type { SaleData, SaleRow } from "../../../../targets/shop/data/sales.ts";
import type { Sent } from "../../../../targets/shop/queue/order-queue.ts";
import { f9 } from "../../../../targets/shop/sale/f9.ts";
import type { RedisStock, Reserved } from "../../../../targets/shop/sale/redis-stock.ts";
import type { KeyState } from "../../../../targets/shop/sale/strategy.ts";
import type { Refusal, Withdrawals } from "../../../../targets/shop/sale/withdrawals.ts";

const sale: SaleRow = {
  ...{ saleId: 65, itemId: 5, price: 100, initial: 3, perUserLimit: 1, strategy: "F9", opensAtEpochMs: 0 },
};
const attempt = { userId: 7, key: "t.1" };

interface Known {
  readonly reserved?: Reserved["status"];
  readonly sent?: Sent | Error;
  /** Id of the order in the database under the key. */
  readonly order?: number;
  readonly refusal?: Refusal;
  readonly state?: KeyState | Error;
  readonly holds?: boolean | Error;
}

const or = async <T>(value: T | Error): Promise<T> => {
  if (value instanceof Error) throw value;
  return value;
};

/** F9 over stores that know this, and what it did to the reservation. */
function over({ reserved = "reserved", sent = "stored", order, refusal, state, holds = false }: Known) {
  const did: string[] = [];
  const strategy = f9({
    sales: {
      database: () =>
        ({
          run: async () => (order === undefined ? [] : [{ id: order, userId: 7, saleId: 65 }]),
        }) as unknown as Database,
    } as unknown as SaleData,
    parts: { account: async () => ({ remaining: 0, sold: 0 }) },
    stock: {
      reserve: async () => ({ status: reserved }),
      release: async () => void did.push("released"),
      confirm: async () => void did.push("confirmed"),
      stateOf: () => or(state as KeyState),
    } as unknown as RedisStock,
    withdrawals: { find: async () => refusal } as unknown as Withdrawals,
    queue: { send: () => or(sent), holds: () => or(holds), drained: async () => {} },
    log: { info: () => {}, error: () => {} },
  });
  return { strategy, did };
}

const full = new NotDone("full", "the queue: maximum messages exceeded");
const timeout = new Error("timeout");

describe("a try", () => {
  test.each([
    { why: "the promise is stored", known: {}, told: { status: "pending" }, did: [] },
    { why: "Redis has none left", known: { reserved: "sold-out" }, told: { status: "sold-out" }, did: [] },
    {
      why: "it is still waiting",
      known: { reserved: "pending", sent: "duplicate" },
      told: { status: "pending" },
      did: [],
    },
    {
      why: "it was written meanwhile",
      known: { reserved: "pending", sent: "duplicate", order: 640 },
      told: { status: "accepted", orderId: 640, isEarlier: true },
      did: ["confirmed"],
    },
    {
      why: "it was written before Redis forgot the key",
      known: { sent: "duplicate", order: 640 },
      told: { status: "accepted", orderId: 640, isEarlier: true },
      did: ["released"],
    },
    {
      why: "it was withdrawn before",
      known: { sent: "duplicate", refusal: "limit" },
      told: { status: "limit" },
      did: ["released"],
    },
  ] as const)("is told $told.status when $why", async ({ known, told, did: expected }) => {
    const { strategy, did } = over(known);
    expect(await strategy.take(sale, attempt)).toEqual(told);
    expect(did).toEqual(expected);
  });

  test.each([
    { why: "it was surely not stored", known: { sent: full }, isNotDone: true, did: ["released"] },
    { why: "nobody knows whether it was", known: { sent: timeout }, isNotDone: false, did: [] },
    {
      why: "an earlier one with its key may have been",
      known: { reserved: "pending", sent: full },
      isNotDone: false,
      did: [],
    },
  ] as const)("fails when $why, and then nothing was done: $isNotDone", async (row) => {
    const { strategy, did } = over(row.known);
    const failed = await strategy.take(sale, attempt).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(Error);
    expect(failed instanceof NotDone).toBe(row.isNotDone);
    expect(did).toEqual(row.did);
  });
});

describe("who asks for the result", () => {
  const pending = { status: "pending" } as const;
  test.each([
    { why: "Redis knows it", known: { state: pending }, told: pending },
    { why: "Redis forgot it, and the queue holds it", known: { holds: true }, told: pending },
    { why: "Redis is away, and the queue holds it", known: { state: timeout, holds: true }, told: pending },
    { why: "it was withdrawn", known: { refusal: "sold-out" }, told: { status: "sold-out" } },
    { why: "of the limit", known: { refusal: "limit" }, told: { status: "refused", reason: "limit" } },
    { why: "nobody knows it", known: {}, told: undefined },
  ] as const)("is told $told.status: $why", async ({ known, told }) => {
    expect(await over(known).strategy.stateOf!("t.1", sale)).toEqual(told);
  });

  test("is not told anything while neither Redis nor the queue can be asked", async () => {
    const { strategy } = over({ state: timeout, holds: full });
    await expect(strategy.stateOf!("t.1", sale)).rejects.toThrow(full);
  });

  test("of a sale that is sold otherwise is none of its business", async () => {
    const { strategy } = over({ state: pending });
    expect(await strategy.stateOf!("t.1", { ...sale, strategy: "F8" })).toBeUndefined();
  });
});
