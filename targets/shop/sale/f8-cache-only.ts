/**
 * F8 without its second gate: wrong on purpose. Who reserves in Redis has bought, and the database writes the order
 * without asking the stock row. As long as Redis remembers everything that is right, and one conditional statement
 * cheaper; a Redis that comes back without what it was told last hands the same units out once more.
 */
import { wasRolledBack } from "../data/database.ts";
import { NotDone } from "../data/not-done.ts";
import type { Placed } from "../data/orders.ts";
import type { SaleData, SaleRow } from "../data/sales.ts";
import type { Log } from "../log.ts";
import { release, reserve } from "./f8.ts";
import { earlierOrder, isOurs, noteOrder } from "./order-steps.ts";
import type { RedisStock } from "./redis-stock.ts";
import type { Attempt, Strategy } from "./strategy.ts";

export function f8CacheOnly(sales: SaleData, stock: RedisStock, log: Log): Strategy {
  return {
    name: "F8-cache-only",
    open: (sale) => stock.open(sale.saleId, sale.initial),
    cacheRemaining: (saleId) => stock.remaining(saleId),
    async take(sale, attempt) {
      const reserved = await reserve(sales, stock, sale, attempt);
      if (reserved.status !== "reserved" && reserved.status !== "pending") return reserved;
      let placed: Placed;
      try {
        placed = await write(sales, sale, attempt);
      } catch (error) {
        if (error instanceof NotDone || wasRolledBack(error)) await release(stock, log, sale, attempt);
        throw error;
      }
      if (placed.status !== "accepted" || (placed.isEarlier && reserved.status === "reserved")) {
        await release(stock, log, sale, attempt);
        return placed;
      }
      // The answer does not depend on it: until it is confirmed, a repeat of the key finds the order in the database.
      stock.confirm(sale, attempt, placed.orderId).catch((error) => log.error("confirm", error));
      return placed;
    },
  };
}

async function write(sales: SaleData, sale: SaleRow, attempt: Attempt): Promise<Placed> {
  const database = sales.database(sale.saleId);
  if (!(await isOurs(sales, sale, attempt))) return { status: "key-reused" };
  const orderId = await noteOrder(database, sale, attempt);
  if (orderId !== undefined) return { status: "accepted", orderId, isEarlier: false };
  return (await earlierOrder(database, sale, attempt))!;
}
