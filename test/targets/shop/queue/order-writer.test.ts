/** What a worker does with a promise, by what the database says to it. */
import { ReplyError } from "ioredis";
import pg from "pg";
import { describe, expect, test } from "vitest";
import type { Database } from "../../../../targets/shop/data/database.ts";
import { NotDone } from "../../../../targets/shop/data/not-done.ts";
import type { SaleRow } from "../../../../targets/shop/data/sales.ts";
import { mayPass, OrderWriter, Unwritable } from "../../../../targets/shop/queue/order-writer.ts";

const sale: SaleRow = {
  ...{ saleId: 65, itemId: 5, price: 100, initial: 3, perUserLimit: 1, strategy: "F9", opensAtEpochMs: 0 },
};
const order = { saleId: 65, userId: 7, key: "t.1" };

/** A row of the taking statement, as the database gives it. */
const row = {
  placed: { placedId: 640, earlierId: null, isSame: null, bought: 0 },
  earlier: { placedId: null, earlierId: 640, isSame: true, bought: 1 },
  "somebody else's": { placedId: null, earlierId: 640, isSame: false, bought: 0 },
  "no unit": { placedId: null, earlierId: null, isSame: null, bought: 0 },
  "above the limit": { placedId: null, earlierId: null, isSame: null, bought: 1 },
};

interface Given {
  readonly taken: keyof typeof row;
  /** What noting a withdrawal finds: an order after all? */
  readonly isOrdered?: boolean;
  readonly isRedisAway?: boolean;
}

/** A writer whose stores answer as told, and what it did to them, in order. */
function writerOf({ taken, isOrdered = false, isRedisAway = false }: Given) {
  const did: string[] = [];
  const redis = (what: string) => {
    did.push(what);
    return isRedisAway ? Promise.reject(new Error("Connection is closed.")) : Promise.resolve();
  };
  const writer = new OrderWriter({
    sales: {
      find: (saleId) => (saleId === 65 ? sale : Promise.resolve(undefined)),
      database: () => ({ run: async () => [row[taken]] }) as unknown as Database,
      claimOf: () => undefined,
    },
    stock: { confirm: () => redis("confirmed"), release: () => redis("released") },
    withdrawals: {
      note: async (_sale, _attempt, refusal) => {
        did.push(`noted ${refusal}`);
        return !isOrdered;
      },
    },
    log: { info: () => {}, error: () => {} },
  });
  return { writer, did };
}

test.each([
  { taken: "placed", end: "written", done: ["confirmed"] },
  { taken: "earlier", end: "again", done: ["confirmed"] },
  { taken: "no unit", end: "withdrawn", done: ["noted sold-out", "released"] },
  { taken: "above the limit", end: "withdrawn", done: ["noted limit", "released"] },
  { taken: "somebody else's", end: "withdrawn", done: ["noted key-reused", "released"] },
] as const)("$taken in the database: $end", async ({ taken, end, done }) => {
  const { writer, did } = writerOf({ taken });
  expect(await writer.write(order)).toBe(end);
  expect(did).toEqual(done);
});

test("a twin that was quicker has written the order: nothing is withdrawn, and nothing given back", async () => {
  const { writer, did } = writerOf({ taken: "no unit", isOrdered: true });
  expect(await writer.write(order)).toBe("again");
  expect(did).toEqual(["noted sold-out"]);
});

test("an order that cannot be confirmed in Redis is written all the same", async () => {
  const { writer } = writerOf({ taken: "placed", isRedisAway: true });
  expect(await writer.write(order)).toBe("written");
});

test("a unit that cannot be given back now is not the end of it", async () => {
  const { writer } = writerOf({ taken: "no unit", isRedisAway: true });
  const failed = await writer.write(order).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(Error);
  expect(mayPass(failed)).toBe(true);
});

test("a promise of a sale that does not exist can never be written", async () => {
  const { writer } = writerOf({ taken: "placed" });
  const failed = await writer.write({ ...order, saleId: 129 }).catch((error: unknown) => error);
  expect(failed).toEqual(new Unwritable("there is no sale 129"));
  expect(mayPass(failed)).toBe(false);
});

describe("what failed may pass, or may not", () => {
  const refusedBy = (code: string) => {
    const error = new pg.DatabaseError("no", 0, "error");
    error.code = code;
    return error;
  };
  test.each([
    { what: "no connection to be had", error: new NotDone("unreachable", "no connection"), passes: true },
    { what: "a lock that was not to be had", error: new NotDone("undone", "55P03"), passes: true },
    { what: "a connection that broke", error: new Error("Connection terminated unexpectedly"), passes: true },
    { what: "a database that shuts down", error: refusedBy("57P01"), passes: true },
    { what: "a Redis that is full", error: new ReplyError("OOM"), passes: true },
    { what: "a value the table refuses", error: refusedBy("22003"), passes: false },
    { what: "a table that is not there", error: refusedBy("42P01"), passes: false },
    { what: "a mistake of ours", error: new TypeError("x is undefined"), passes: false },
  ])("$what: $passes", ({ error, passes }) => expect(mayPass(error)).toBe(passes));
});
