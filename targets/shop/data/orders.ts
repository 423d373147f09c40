/** Ordinary orders: stock, order rows and payments, on the shard of the item. */
import { againOn } from "./again.ts";
import { brokenConstraint, type Statement } from "./database.ts";
import type { Stores } from "./stores.ts";

export interface OrderLine {
  readonly orderId: number;
  readonly itemId: number;
  /** 0 for an ordinary order. */
  readonly saleId: number;
  readonly units: number;
  /** Of one unit, whole cents. */
  readonly price: number;
  readonly createdAtEpochMs: number;
  readonly isPaid: boolean;
}

export interface NewOrder {
  readonly userId: number;
  readonly key: string;
  readonly itemId: number;
  readonly units: number;
  readonly price: number;
}

/** What came of trying to buy. */
export type Placed =
  /** `isEarlier`: the key had bought before, and this is that order again. */
  | { readonly status: "accepted"; readonly orderId: number; readonly isEarlier: boolean }
  | { readonly status: "sold-out" | "limit" | "key-reused" };

/** Orders on one page of a list. */
export const ORDER_LINES = 10;

const stockOf: Statement = { name: "stock_of", text: "SELECT remaining FROM stocks WHERE item_id = $1" };

/**
 * Looks for an earlier order under the key, takes the units only while there are enough, and writes the order: one
 * statement, so one transaction and one round trip, and the stock row is locked for no longer than its commit.
 */
const place: Statement = {
  name: "place_order",
  text: `WITH earlier AS (SELECT id, user_id, item_id, sale_id, units FROM orders WHERE idem_key = $1),
    taken AS (
      UPDATE stocks SET remaining = remaining - $4::int
      WHERE item_id = $3::int AND remaining >= $4::int AND (SELECT count(*) FROM earlier) = 0 RETURNING 1
    ),
    placed AS (
      INSERT INTO orders (idem_key, user_id, item_id, units, price) SELECT $1, $2::int, $3::int, $4::int, $5::int FROM taken
      RETURNING id
    )
    SELECT (SELECT id FROM placed) AS "placedId", e.id AS "earlierId",
      e.user_id = $2::int AND e.item_id = $3::int AND e.sale_id = 0 AND e.units = $4::int AS "isSame"
    FROM (SELECT) AS one LEFT JOIN earlier e ON true`,
};
const COLUMNS = `o.id AS "orderId", o.item_id AS "itemId", o.sale_id AS "saleId", o.units, o.price,
  floor(extract(epoch FROM o.created_at) * 1000)::bigint AS "createdAtEpochMs", p.order_id IS NOT NULL AS "isPaid"`;
const ordersOf: Statement = {
  name: "orders_of",
  text: `SELECT ${COLUMNS} FROM orders o LEFT JOIN payments p ON p.order_id = o.id
    WHERE o.user_id = $1 ORDER BY o.created_at DESC, o.id DESC LIMIT $2`,
};
const orderOf: Statement = {
  name: "order_of",
  text: `SELECT ${COLUMNS} FROM orders o LEFT JOIN payments p ON p.order_id = o.id
    WHERE o.id = $2 AND o.user_id = $1`,
};
const pay: Statement = {
  name: "pay",
  text: `WITH mine AS (SELECT id, units * price AS amount FROM orders WHERE id = $1 AND user_id = $2),
    paid AS (
      INSERT INTO payments (order_id, idem_key, amount) SELECT id, $3::text, amount FROM mine
      ON CONFLICT (order_id) DO NOTHING
    )
    SELECT id FROM mine`,
};

export class OrderData {
  readonly #stores: Stores;

  constructor(stores: Stores) {
    this.#stores = stores;
  }

  /** Units on the shelf; 0 for an item the shop never stocked. */
  async stockOf(itemId: number): Promise<number> {
    const [row] = await this.#stores.tradeOfItem(itemId).run<{ remaining: number }>(stockOf, [itemId]);
    return row?.remaining ?? 0;
  }

  /** Places an order; the same key gives the same order again. */
  async place({ userId, key, itemId, units, price }: NewOrder): Promise<Placed> {
    const trade = this.#stores.tradeOfItem(itemId);
    const values = [key, userId, itemId, units, price];
    // The same key twice at once: the one that comes second finds the first as earlier.
    const [row] = await againOn(["orders_idem_key"], () => trade.run<PlacedRow>(place, values));
    return placedFrom(row!, "sold-out");
  }

  /** The user's orders, newest first, gathered from every shard. */
  async list(userId: number, page: number): Promise<OrderLine[]> {
    const upTo = page * ORDER_LINES;
    const parts = await Promise.all(
      this.#stores.shards.map((shard) => shard.run<OrderLine>(ordersOf, [userId, upTo])),
    );
    return parts
      .flat()
      .sort((a, b) => b.createdAtEpochMs - a.createdAtEpochMs || b.orderId - a.orderId)
      .slice(upTo - ORDER_LINES, upTo);
  }

  async one(userId: number, orderId: number): Promise<OrderLine | undefined> {
    const [row] = (await this.#stores.tradeOfId(orderId)?.run<OrderLine>(orderOf, [userId, orderId])) ?? [];
    return row;
  }

  /** Pays once however often it is asked; a key that paid another order is reused. */
  async pay(
    userId: number,
    orderId: number,
    key: string | undefined,
  ): Promise<"paid" | "absent" | "key-reused"> {
    try {
      const rows = (await this.#stores.tradeOfId(orderId)?.run(pay, [orderId, userId, key ?? null])) ?? [];
      return rows.length > 0 ? "paid" : "absent";
    } catch (error) {
      if (brokenConstraint(error) === "payments_idem_key") return "key-reused";
      throw error;
    }
  }
}

export interface PlacedRow {
  readonly placedId: number | null;
  readonly earlierId: number | null;
  readonly isSame: boolean | null;
}

/** The answer a row of a placing statement means; `refusal` when it neither placed nor found an order. */
export function placedFrom(
  { placedId, earlierId, isSame }: PlacedRow,
  refusal: "sold-out" | "limit",
): Placed {
  if (placedId !== null) return { status: "accepted", orderId: placedId, isEarlier: false };
  if (earlierId === null) return { status: refusal };
  return isSame ? { status: "accepted", orderId: earlierId, isEarlier: true } : { status: "key-reused" };
}
