/**
 * F6, GET then DECR in Redis: wrong on purpose. Each command is atomic, the two together are not, and between them the
 * order is written: everybody who reads before the others have counted down sees the same last unit. The counter ends
 * below zero, and the database, which is told of each order and asked about none, has more orders than there were
 * units. The limit per shopper leaks the same way.
 */
import type { Statement } from "../data/database.ts";
import type { SaleData } from "../data/sales.ts";
import { earlierOrder, isOurs, ordersBought } from "./order-steps.ts";
import type { RedisCounter } from "./redis-counter.ts";
import type { Strategy } from "./strategy.ts";

/** Notes the sale in the stock row without asking it. The key is unique even here: one key is one order. */
const note: Statement = {
  name: "f6_note",
  text: `WITH placed AS (
      INSERT INTO orders (idem_key, user_id, item_id, sale_id, units, price) VALUES ($2, $3, $4, $1, 1, $5)
      ON CONFLICT (idem_key) DO NOTHING RETURNING id
    ),
    noted AS (
      UPDATE sale_stocks SET remaining = greatest(0, remaining - 1)
      WHERE sale_id = $1 AND EXISTS (SELECT FROM placed)
    )
    SELECT id FROM placed`,
};

export function f6(sales: SaleData, counter: RedisCounter): Strategy {
  return {
    name: "F6",
    open: (sale) => counter.open(sale.saleId, sale.initial),
    cacheRemaining: (saleId) => counter.read(saleId),
    async take(sale, attempt) {
      const database = sales.database(sale.saleId);
      const { saleId, itemId, price } = sale;
      const earlier = await earlierOrder(database, sale, attempt);
      if (earlier) return earlier;
      const left = (await counter.read(saleId)) ?? 0;
      if (left < 1) return { status: "sold-out" };
      if ((await ordersBought(database, sale, attempt)) >= sale.perUserLimit) return { status: "limit" };
      if (!(await isOurs(sales, sale, attempt))) return { status: "key-reused" };
      const values = [saleId, attempt.key, attempt.userId, itemId, price];
      const [order] = await database.run<{ id: number }>(note, values);
      if (!order) return (await earlierOrder(database, sale, attempt))!;
      await counter.down(saleId);
      return { status: "accepted", orderId: order.id, isEarlier: false };
    },
  };
}
