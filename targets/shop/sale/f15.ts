/**
 * F15, a distributed lock around the database: whoever holds the sale's lock in Redis reads the stock, and writes back
 * one less. One buyer at a time in all the shop, and slow.
 *
 * The lock is a lease. Whoever is held up for longer than it lasts, by a pause of its process or a slow statement, goes
 * on after it as if it still held the lock, and somebody else does too: both write. Without more (`F15-unfenced`) that
 * oversells. With a fence (`F15-fenced`) each holder has a larger number than the last and leaves it in the stock row
 * as it reads; a write is done only while the row still has the writer's number. Leaving it at the reading matters:
 * a number that is only compared at the writing lets the old holder write between the new one's reading and writing.
 */
import { againOn } from "../data/again.ts";
import type { Statement } from "../data/database.ts";
import type { SaleData, SaleRow } from "../data/sales.ts";
import { earlierOrder, isOurs, ordersBought } from "./order-steps.ts";
import type { Held, RedisLock } from "./redis-lock.ts";
import type { Attempt, Strategy, Taken } from "./strategy.ts";

interface Way {
  /** Reads the stock; $1 sale, $2 the holder's number. No row: a later holder has been here. */
  readonly read: Statement;
  /** Writes back $7, one less, and the order; $8 the holder's number. */
  readonly write: Statement;
}

/** `$2 > 0` and `$8 > 0` are always true: the number is sent and has no say. */
const unfenced: Way = {
  read: {
    name: "f15_read",
    text: "SELECT remaining FROM sale_stocks WHERE sale_id = $1 AND $2::bigint > 0",
  },
  write: writing("f15_write", "$8::bigint > 0"),
};
const fenced: Way = {
  read: {
    name: "f15_read_fenced",
    text: "UPDATE sale_stocks SET fence = $2::bigint WHERE sale_id = $1 AND fence < $2::bigint RETURNING remaining",
  },
  write: writing("f15_write_fenced", "fence = $8::bigint"),
};

export const f15Unfenced = (sales: SaleData, lock: RedisLock): Strategy =>
  locked("F15-unfenced", unfenced, sales, lock);

export const f15Fenced = (sales: SaleData, lock: RedisLock): Strategy =>
  locked("F15-fenced", fenced, sales, lock);

function writing(name: string, condition: string): Statement {
  return {
    name,
    text: `WITH written AS (
        UPDATE sale_stocks SET remaining = $7::int WHERE sale_id = $1 AND ${condition} RETURNING 1
      )
      INSERT INTO orders (idem_key, user_id, item_id, sale_id, nth, units, price)
      SELECT $2, $3::int, $4::int, $1, $5::int, 1, $6::int FROM written RETURNING id`,
  };
}

function locked(name: "F15-unfenced" | "F15-fenced", way: Way, sales: SaleData, lock: RedisLock): Strategy {
  return {
    name,
    open: async () => {},
    async take(sale, attempt) {
      const held = await lock.acquire(`sale:${sale.saleId}`);
      if (!held) return { status: "busy" };
      try {
        return await againOn(["orders_idem_key", "orders_nth"], () =>
          whileHeld(way, sales, sale, attempt, held),
        );
      } finally {
        await lock.release(held);
      }
    },
  };
}

async function whileHeld(
  way: Way,
  sales: SaleData,
  sale: SaleRow,
  attempt: Attempt,
  { token }: Held,
): Promise<Taken> {
  const session = sales.database(sale.saleId);
  const [stock] = await session.run<{ remaining: number }>(way.read, [sale.saleId, token]);
  if (!stock) return { status: "busy" };
  const earlier = await earlierOrder(session, sale, attempt);
  if (earlier) return earlier;
  const bought = await ordersBought(session, sale, attempt);
  if (bought >= sale.perUserLimit) return { status: "limit" };
  if (stock.remaining < 1) return { status: "sold-out" };
  if (!(await isOurs(sales, sale, attempt))) return { status: "key-reused" };
  const { saleId, itemId, price } = sale;
  const order = [saleId, attempt.key, attempt.userId, itemId, bought + 1, price];
  const [row] = await session.run<{ id: number }>(way.write, [...order, stock.remaining - 1, token]);
  return row ? { status: "accepted", orderId: row.id, isEarlier: false } : { status: "busy" };
}
