/** Steps of selling one unit as statements of their own, for strategies that do not do it all in one. */
import type { Session, Statement } from "../data/database.ts";
import type { Placed } from "../data/orders.ts";
import type { SaleData, SaleRow } from "../data/sales.ts";
import type { Attempt } from "./strategy.ts";

const earlier: Statement = {
  name: "sale_earlier",
  text: 'SELECT id, user_id AS "userId", sale_id AS "saleId" FROM orders WHERE idem_key = $1',
};
const bought: Statement = {
  name: "sale_bought",
  text: "SELECT count(*)::int AS orders FROM orders WHERE sale_id = $1 AND user_id = $2",
};
const write: Statement = {
  name: "sale_order",
  text: `INSERT INTO orders (idem_key, user_id, item_id, sale_id, nth, units, price)
    VALUES ($1, $2, $3, $4, $5, 1, $6) RETURNING id`,
};

/** Notes the sale in the stock row without asking it. The key is unique even here: one key is one order. */
const note: Statement = {
  name: "sale_note",
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

/** What the key has bought before, if anything. */
export async function earlierOrder(
  session: Session,
  sale: SaleRow,
  attempt: Attempt,
): Promise<Placed | undefined> {
  const [row] = await session.run<{ id: number; userId: number; saleId: number }>(earlier, [attempt.key]);
  if (!row) return undefined;
  const isSame = row.userId === attempt.userId && row.saleId === sale.saleId;
  return isSame ? { status: "accepted", orderId: row.id, isEarlier: true } : { status: "key-reused" };
}

/** Orders of this shopper in this sale. */
export async function ordersBought(session: Session, sale: SaleRow, { userId }: Attempt): Promise<number> {
  const [row] = await session.run<{ orders: number }>(bought, [sale.saleId, userId]);
  return row!.orders;
}

/** Whether the key may buy here, and has not been used on another shard; to be asked just before the order is written. */
export async function isOurs(sales: SaleData, sale: SaleRow, { key }: Attempt): Promise<boolean> {
  const claim = sales.claimOf(key, sale);
  return claim === undefined || (await claim());
}

/** Writes the shopper's `nth` order in this sale and gives its id; the stock is somebody else's business. */
export async function writeOrder(
  session: Session,
  sale: SaleRow,
  attempt: Attempt,
  nth: number,
): Promise<number> {
  const values = [attempt.key, attempt.userId, sale.itemId, sale.saleId, nth, sale.price];
  const [row] = await session.run<{ id: number }>(write, values);
  return row!.id;
}

/** Writes an order that somebody else has allowed, whatever the stock row says, and gives its id; undefined when the key has bought before. */
export async function noteOrder(
  session: Session,
  sale: SaleRow,
  attempt: Attempt,
): Promise<number | undefined> {
  const values = [sale.saleId, attempt.key, attempt.userId, sale.itemId, sale.price];
  const [row] = await session.run<{ id: number }>(note, values);
  return row?.id;
}
