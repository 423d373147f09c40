/** Payments: one for an order, in the part of the table that the order's month and its user choose. */
import { againOn } from "./again.ts";
import type { Statement } from "./database.ts";
import type { Stores } from "./stores.ts";

/**
 * Whether an order `o` is paid. Its id alone would do; user and instant are there so that only the part of a split table
 * that could hold the payment is looked into. A join would say the same, but one that was planned while the table was
 * empty may read the payment indexes from end to end ever after.
 */
export const isPaid = `(SELECT p.order_id FROM payments p
    WHERE p.order_id = o.id AND p.user_id = o.user_id AND p.ordered_at = o.created_at) IS NOT NULL`;

/**
 * A table in parts can hold only such things unique as contain what it is split by, so the payment is filed under the
 * month of its order, which never changes, and its key in a table of its own.
 */
const pay: Statement = {
  name: "pay",
  text: `WITH mine AS (SELECT id, user_id, created_at, units * price::bigint AS amount FROM orders WHERE id = $1 AND user_id = $2),
    earlier AS (SELECT order_id FROM payment_keys WHERE idem_key = $3::text),
    paid AS (
      INSERT INTO payments (order_id, user_id, ordered_at, amount) SELECT id, user_id, created_at, amount FROM mine
      WHERE NOT EXISTS (SELECT FROM earlier) ON CONFLICT (order_id, user_id, ordered_at) DO NOTHING RETURNING order_id
    ),
    keyed AS (
      INSERT INTO payment_keys (idem_key, order_id) SELECT $3::text, order_id FROM paid WHERE $3::text IS NOT NULL
    )
    SELECT (SELECT order_id FROM earlier) AS "earlierOrderId" FROM mine`,
};

export class Payments {
  readonly #stores: Stores;

  constructor(stores: Stores) {
    this.#stores = stores;
  }

  /** Pays once however often it is asked; a key that paid another order is reused. */
  async pay(
    userId: number,
    orderId: number,
    key: string | undefined,
  ): Promise<"paid" | "absent" | "key-reused"> {
    const trade = this.#stores.tradeOfId(orderId);
    if (!trade) return "absent";
    // The same key twice at once: the second is undone as a whole, and then finds what the first paid.
    const [row] = await againOn(["payment_keys_idem_key"], () =>
      trade.run<{ earlierOrderId: number | null }>(pay, [orderId, userId, key ?? null]),
    );
    if (!row) return "absent";
    return row.earlierOrderId === null || row.earlierOrderId === orderId ? "paid" : "key-reused";
  }
}
