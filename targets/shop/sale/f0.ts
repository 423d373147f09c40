/**
 * F0, read then write: the control that must oversell. Each statement is right, and each commits on its own; between
 * reading the stock and writing it back others have read the same number. Where the node keeps what it shows in its own
 * memory, the number read is the one it shows, as old as a sale page may be: the usual way in which a cache makes this
 * bug worse. The limit per shopper leaks the same way.
 */
import type { Lru } from "../cache/lru.ts";
import type { Statement } from "../data/database.ts";
import { NotDone } from "../data/not-done.ts";
import type { SaleData, SaleRow } from "../data/sales.ts";
import { earlierOrder, isOurs, ordersBought } from "./order-steps.ts";
import type { Strategy } from "./strategy.ts";

const readStock: Statement = {
  name: "f0_stock",
  text: "SELECT remaining FROM sale_stocks WHERE sale_id = $1",
};
/** The key is unique for every order, so this much holds even here: one key is one order. */
const writeOrder: Statement = {
  name: "f0_order",
  text: `INSERT INTO orders (idem_key, user_id, item_id, sale_id, units, price) VALUES ($1, $2, $3, $4, 1, $5)
    ON CONFLICT (idem_key) DO NOTHING RETURNING id`,
};
const writeStock: Statement = {
  name: "f0_write_stock",
  text: "UPDATE sale_stocks SET remaining = $2 WHERE sale_id = $1",
};

/** How old the stock may be that a node shows. The same as for the sale page. */
const SEEN_MS = 100;

/** `seen` is the node's memory of stocks; without it the stock is read from the database at every try. */
export function f0(sales: SaleData, seen: Lru<number> | undefined): Strategy {
  const stockOf = async ({ saleId }: SaleRow): Promise<number> => {
    const known = seen?.get(String(saleId));
    if (known !== undefined) return known;
    const [row] = await sales.database(saleId).run<{ remaining: number }>(readStock, [saleId]);
    seen?.set(String(saleId), row!.remaining, SEEN_MS);
    return row!.remaining;
  };
  return {
    name: "F0",
    open: async () => {},
    async take(sale, attempt) {
      const database = sales.database(sale.saleId);
      const earlier = await earlierOrder(database, sale, attempt);
      if (earlier) return earlier;
      const stock = await stockOf(sale);
      if (stock < 1) return { status: "sold-out" };
      if ((await ordersBought(database, sale, attempt)) >= sale.perUserLimit) return { status: "limit" };
      if (!(await isOurs(sales, sale, attempt))) return { status: "key-reused" };
      const [order] = await database.run<{ id: number }>(writeOrder, [
        attempt.key,
        attempt.userId,
        sale.itemId,
        sale.saleId,
        sale.price,
      ]);
      if (!order) return (await earlierOrder(database, sale, attempt))!;
      await afterOrder(database.run(writeStock, [sale.saleId, stock - 1]));
      seen?.set(String(sale.saleId), stock - 1, SEEN_MS);
      return { status: "accepted", orderId: order.id, isEarlier: false };
    },
  };
}

/** The order is written: whatever happens now, "nothing was done" would be a lie. */
async function afterOrder(writing: Promise<unknown>): Promise<void> {
  try {
    await writing;
  } catch (error) {
    if (!(error instanceof NotDone)) throw error;
    throw new Error(`an order without its stock: ${error.message}`, { cause: error });
  }
}
