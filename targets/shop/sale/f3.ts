/**
 * F3, optimistic version: read stock and version without a lock, and write only if the version is still the same. Every
 * sale makes all who have read before it begin again, so under a rush most rounds are wasted, and who comes from
 * farther away than the others may never win: after so many rounds the try is turned away.
 */
import { againOn } from "../data/again.ts";
import type { Statement } from "../data/database.ts";
import { type PlacedRow, placedFrom } from "../data/orders.ts";
import type { SaleData, SaleRow } from "../data/sales.ts";
import { isOurs } from "./order-steps.ts";
import type { Attempt, Strategy, Taken } from "./strategy.ts";

const look: Statement = {
  name: "f3_look",
  text: `SELECT k.remaining, k.version, NULL AS "placedId", e.id AS "earlierId",
      e.user_id = $3 AND e.sale_id = $1 AS "isSame",
      (SELECT count(*)::int FROM orders WHERE sale_id = $1 AND user_id = $3 AND nth IS NOT NULL) AS bought
    FROM sale_stocks k LEFT JOIN orders e ON e.idem_key = $2 WHERE k.sale_id = $1`,
};
const write: Statement = {
  name: "f3_write",
  text: `WITH taken AS (
      UPDATE sale_stocks SET remaining = remaining - 1, version = version + 1
      WHERE sale_id = $1 AND version = $7 RETURNING 1
    )
    INSERT INTO orders (idem_key, user_id, item_id, sale_id, nth, units, price)
    SELECT $2, $3::int, $4::int, $1, $5::int, 1, $6::int FROM taken RETURNING id`,
};

interface Look extends PlacedRow {
  readonly remaining: number;
  readonly version: number;
  readonly bought: number;
}

/** @param rounds how often a try looks before it is turned away */
export function f3(sales: SaleData, rounds: number): Strategy {
  return {
    name: "F3",
    open: async () => {},
    async take(sale, attempt) {
      for (let round = 0; round < rounds; round++) {
        const taken = await againOn(["orders_idem_key"], () => once(sales, sale, attempt));
        if (taken) return taken;
      }
      return { status: "busy" };
    },
  };
}

/** Undefined when somebody else was quicker. */
async function once(sales: SaleData, sale: SaleRow, attempt: Attempt): Promise<Taken | undefined> {
  const { userId, key } = attempt;
  const database = sales.database(sale.saleId);
  const { saleId, itemId, price, perUserLimit } = sale;
  const [seen] = await database.run<Look>(look, [saleId, key, userId]);
  if (seen!.earlierId !== null) return placedFrom(seen!, "sold-out");
  if (seen!.bought >= perUserLimit) return { status: "limit" };
  if (seen!.remaining < 1) return { status: "sold-out" };
  if (!(await isOurs(sales, sale, attempt))) return { status: "key-reused" };
  const values = [saleId, key, userId, itemId, seen!.bought + 1, price, seen!.version];
  const [order] = await database.run<{ id: number }>(write, values);
  return order && { status: "accepted", orderId: order.id, isEarlier: false };
}
