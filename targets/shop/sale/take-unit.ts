/**
 * The database's own gate: one statement that takes a unit and writes the order, or does neither. It is F2, the second
 * gate of what decides in Redis, and with another place to take the unit from most of the others.
 */
import { againOn } from "../data/again.ts";
import type { Session, Statement } from "../data/database.ts";
import { type Placed, type PlacedRow, placedFrom } from "../data/orders.ts";
import type { SaleRow } from "../data/sales.ts";
import type { Attempt } from "./strategy.ts";

/** A statement made by `taking`, to be run by `take`. */
export type Taking = Statement & { readonly kind: "taking" };

export interface TakingOptions {
  readonly name: string;
  /** `UPDATE <this> RETURNING 1`: takes one unit of the sale $1, where there is one. */
  readonly update: string;
  /** More to be done with the order just written, which is the row `placed (id)`; `, name AS (...)`. */
  readonly also?: string;
}

/**
 * $1 sale, $2 key, $3 user, $4 limit per shopper, $5 item, $6 price; what `update` and `also` need comes from $7 on.
 *
 * `bought` numbers the shopper's orders in this sale, and (sale, user, number) is unique: of two tries of one shopper
 * at the same instant one breaks that constraint, is undone as a whole, and counts again.
 */
export function taking({ name, update, also = "" }: TakingOptions): Taking {
  return {
    kind: "taking",
    name,
    text: `WITH earlier AS (SELECT id, user_id, sale_id FROM orders WHERE idem_key = $2),
    bought AS (SELECT count(*)::int AS orders FROM orders WHERE sale_id = $1 AND user_id = $3 AND nth IS NOT NULL),
    taken AS (
      UPDATE ${update}
        AND (SELECT count(*) FROM earlier) = 0 AND (SELECT orders FROM bought) < $4::int
      RETURNING 1
    ),
    placed AS (
      INSERT INTO orders (idem_key, user_id, item_id, sale_id, nth, units, price)
      SELECT $2, $3::int, $5::int, $1, (SELECT orders FROM bought) + 1, 1, $6::int FROM taken
      RETURNING id
    )${also}
    SELECT (SELECT id FROM placed) AS "placedId", e.id AS "earlierId",
      e.user_id = $3 AND e.sale_id = $1 AS "isSame", (SELECT orders FROM bought) AS bought
    FROM (SELECT) AS one LEFT JOIN earlier e ON true`,
  };
}

/** Runs a taking statement: one unit, at most `perUserLimit` per shopper, once per key. */
export async function take(
  taking: Taking,
  session: Session,
  sale: SaleRow,
  attempt: Attempt,
  more: readonly unknown[] = [],
): Promise<Placed> {
  const { userId, key } = attempt;
  const values = [sale.saleId, key, userId, sale.perUserLimit, sale.itemId, sale.price, ...more];
  const { name, text } = taking;
  const [row] = await againOn(["orders_idem_key", "orders_nth"], () =>
    session.run<PlacedRow & { bought: number }>({ name, text }, values),
  );
  return placedFrom(row!, row!.bought >= sale.perUserLimit ? "limit" : "sold-out");
}

const fromStock = taking({
  name: "take_unit",
  update: "sale_stocks SET remaining = remaining - 1 WHERE sale_id = $1 AND remaining >= 1",
});

/** Takes one unit off the sale's own stock row. */
export function takeUnit(session: Session, sale: SaleRow, attempt: Attempt): Promise<Placed> {
  return take(fromStock, session, sale, attempt);
}
