/**
 * F6, GET then DECR in Redis: wrong on purpose. Each command is atomic, the two together are not, and between them the
 * order is written: everybody who reads before the others have counted down sees the same last unit. The counter ends
 * below zero, and the database, which is told of each order and asked about none, has more orders than there were
 * units. The limit per shopper leaks the same way.
 */
import type { SaleData } from "../data/sales.ts";
import { earlierOrder, isOurs, noteOrder, ordersBought } from "./order-steps.ts";
import type { RedisCounter } from "./redis-counter.ts";
import type { Strategy } from "./strategy.ts";

export function f6(sales: SaleData, counter: RedisCounter): Strategy {
  return {
    name: "F6",
    open: (sale) => counter.open(sale.saleId, sale.initial),
    cacheRemaining: (saleId) => counter.read(saleId),
    async take(sale, attempt) {
      const database = sales.database(sale.saleId);
      const { saleId } = sale;
      const earlier = await earlierOrder(database, sale, attempt);
      if (earlier) return earlier;
      const left = (await counter.read(saleId)) ?? 0;
      if (left < 1) return { status: "sold-out" };
      if ((await ordersBought(database, sale, attempt)) >= sale.perUserLimit) return { status: "limit" };
      if (!(await isOurs(sales, sale, attempt))) return { status: "key-reused" };
      const orderId = await noteOrder(database, sale, attempt);
      if (orderId === undefined) return (await earlierOrder(database, sale, attempt))!;
      await counter.down(saleId);
      return { status: "accepted", orderId, isEarlier: false };
    },
  };
}
