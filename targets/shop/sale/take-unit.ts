/** The database's own gate: one statement that takes a unit and writes the order, or does neither. F2, and F8's second gate. */
import { againOn } from "../data/again.ts";
import type { Database, Statement } from "../data/database.ts";
import { type Placed, type PlacedRow, placedFrom } from "../data/orders.ts";
import type { SaleRow } from "../data/sales.ts";
import type { Attempt } from "./strategy.ts";

/**
 * `bought` numbers the shopper's orders in this sale, and (sale, user, number) is unique: of two tries of one shopper
 * at the same instant one breaks that constraint, is undone as a whole, and counts again.
 */
const takeUnitStatement: Statement = {
  name: "take_unit",
  text: `WITH earlier AS (SELECT id, user_id, sale_id FROM orders WHERE idem_key = $2),
    bought AS (SELECT count(*)::int AS orders FROM orders WHERE sale_id = $1 AND user_id = $3 AND nth IS NOT NULL),
    taken AS (
      UPDATE sale_stocks SET remaining = remaining - 1
      WHERE sale_id = $1 AND remaining >= 1
        AND (SELECT count(*) FROM earlier) = 0 AND (SELECT orders FROM bought) < $4::int
      RETURNING 1
    ),
    placed AS (
      INSERT INTO orders (idem_key, user_id, item_id, sale_id, nth, units, price)
      SELECT $2, $3::int, $5::int, $1, (SELECT orders FROM bought) + 1, 1, $6::int FROM taken
      RETURNING id
    )
    SELECT (SELECT id FROM placed) AS "placedId", e.id AS "earlierId",
      e.user_id = $3 AND e.sale_id = $1 AS "isSame", (SELECT orders FROM bought) AS bought
    FROM (SELECT) AS one LEFT JOIN earlier e ON true`,
};

/** Takes one unit, at most `perUserLimit` per shopper, once per key. */
export async function takeUnit(database: Database, sale: SaleRow, { userId, key }: Attempt): Promise<Placed> {
  const values = [sale.saleId, key, userId, sale.perUserLimit, sale.itemId, sale.price];
  const [row] = await againOn(["orders_idem_key", "orders_nth"], () =>
    database.run<PlacedRow & { bought: number }>(takeUnitStatement, values),
  );
  return placedFrom(row!, row!.bought >= sale.perUserLimit ? "limit" : "sold-out");
}
