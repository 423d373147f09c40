/** Ordinary orders: stock and order rows, on the shard of the item. What decides is asked of the primary. */
import { type FreshCopies, withFreshOrders } from "../cache/fresh-copies.ts";
import { againOn } from "./again.ts";
import type { Statement } from "./database.ts";
import type { LeftOut } from "./left-out.ts";
import { isPaid, Payments } from "./payments.ts";
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

/** Whole milliseconds since 1970 of a timestamp column. */
const epochMs = (column: string) => `floor(extract(epoch FROM ${column}) * 1000)::bigint`;

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
      RETURNING id, created_at
    )
    SELECT (SELECT id FROM placed) AS "placedId", e.id AS "earlierId",
      (SELECT ${epochMs("created_at")} FROM placed) AS "placedAtEpochMs",
      e.user_id = $2::int AND e.item_id = $3::int AND e.sale_id = 0 AND e.units = $4::int AS "isSame"
    FROM (SELECT) AS one LEFT JOIN earlier e ON true`,
};
/** Columns of an order line, of an order `o`. */
export const orderColumns = `o.id AS "orderId", o.item_id AS "itemId", o.sale_id AS "saleId", o.units, o.price,
  ${epochMs("o.created_at")} AS "createdAtEpochMs", ${isPaid} AS "isPaid"`;
const ordersOf: Statement = {
  name: "orders_of",
  text: `SELECT ${orderColumns} FROM orders o
    WHERE o.user_id = $1 ORDER BY o.created_at DESC, o.id DESC LIMIT $2`,
};
const orderOf: Statement = {
  name: "order_of",
  text: `SELECT ${orderColumns} FROM orders o
    WHERE o.id = $2 AND o.user_id = $1`,
};

/** What the shop asks about orders, wherever they are. */
export type Orders = Pick<OrderData, "place" | "list" | "one">;

/** Who knows how many units are on the shelf. */
export interface Stocks {
  stockOf(itemId: number): Promise<number | LeftOut>;
}

export class OrderData {
  readonly #stores: Stores;
  readonly #fresh: FreshCopies | undefined;
  readonly #payments: Payments;

  /** `fresh` keeps copies for readers whom a replica would show the past. */
  constructor(stores: Stores, fresh?: FreshCopies) {
    this.#stores = stores;
    this.#fresh = stores.shardReads.some(({ mayLag }) => mayLag) ? fresh : undefined;
    this.#payments = new Payments(stores);
  }

  /** Units on the shelf, to be shown; 0 for an item the shop never stocked. */
  async stockOf(itemId: number): Promise<number> {
    const [row] = await this.#stores.tradeReadsOfItem(itemId).read<{ remaining: number }>(stockOf, [itemId]);
    return row?.remaining ?? 0;
  }

  /** Places an order; the same key gives the same order again. */
  async place({ userId, key, itemId, units, price }: NewOrder): Promise<Placed> {
    const trade = this.#stores.tradeOfItem(itemId);
    const claim = this.#stores.keys.claimOf(key, this.#stores.shardOfItem(itemId));
    if (claim && !(await claim())) return { status: "key-reused" };
    const values = [key, userId, itemId, units, price];
    // The same key twice at once: the one that comes second finds the first as earlier.
    const [row] = await againOn(["orders_idem_key"], () =>
      trade.run<PlacedRow & { placedAtEpochMs: number | null }>(place, values),
    );
    const placed = placedFrom(row!, "sold-out");
    if (placed.status === "accepted" && !placed.isEarlier) {
      const createdAtEpochMs = row!.placedAtEpochMs!;
      const line = { orderId: placed.orderId, itemId, saleId: 0, units, price, createdAtEpochMs };
      await this.remember(userId, { ...line, isPaid: false });
    }
    return placed;
  }

  /** Keeps a copy of an order just written, where replicas may not have it yet. */
  async remember(userId: number, order: OrderLine): Promise<void> {
    await this.#fresh?.putOrder(userId, order);
  }

  /** The user's orders, newest first, gathered from every shard. */
  async list(userId: number, page: number): Promise<readonly OrderLine[]> {
    const upTo = page * ORDER_LINES;
    const [fresh, ...parts] = await Promise.all([
      this.fresh(userId),
      ...this.#stores.shardReads.map((shard) => shard.read<OrderLine>(ordersOf, [userId, upTo])),
    ]);
    return pageOf(withFreshOrders(parts.flat(), fresh), page);
  }

  /** The copies kept for this user; none where nothing lags. */
  async fresh(userId: number): Promise<readonly OrderLine[]> {
    return (await this.#fresh?.orders(userId)) ?? [];
  }

  /**
   * One order; undefined when there is none. Copies lie in the cache of the zone in which it was placed, and are lost with
   * it: where they are meant to hide what a replica lacks, the primary has the last word on what is not there.
   */
  async one(userId: number, orderId: number): Promise<OrderLine | undefined> {
    const fresh = (await this.fresh(userId)).find((order) => order.orderId === orderId);
    if (fresh) return fresh;
    const shard = this.#stores.tradeReadsOfId(orderId);
    const [row] = (await shard?.read<OrderLine>(orderOf, [userId, orderId])) ?? [];
    if (row || !this.#fresh || !shard?.mayLag) return row;
    const [kept] = await this.#stores.tradeOfId(orderId)!.read<OrderLine>(orderOf, [userId, orderId]);
    return kept;
  }

  /** Pays once however often it is asked; a key that paid another order is reused. */
  async pay(
    userId: number,
    orderId: number,
    key: string | undefined,
  ): Promise<"paid" | "absent" | "key-reused"> {
    const status = await this.#payments.pay(userId, orderId, key);
    if (status === "paid" && this.#fresh) {
      const [order] =
        (await this.#stores.tradeOfId(orderId)!.run<OrderLine>(orderOf, [userId, orderId])) ?? [];
      if (order) await this.remember(userId, order);
    }
    return status;
  }
}

/** One page, newest first, of everything the shards sent for it. Pure. */
export function pageOf(orders: readonly OrderLine[], page: number): readonly OrderLine[] {
  const upTo = page * ORDER_LINES;
  return orders
    .toSorted((a, b) => b.createdAtEpochMs - a.createdAtEpochMs || b.orderId - a.orderId)
    .slice(upTo - ORDER_LINES, upTo);
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
