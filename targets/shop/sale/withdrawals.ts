/** Promises that were taken back: a unit was reserved and accepted, and the database had none to give. */
import type { Statement } from "../data/database.ts";
import type { Placed } from "../data/orders.ts";
import type { SaleRow } from "../data/sales.ts";
import type { Stores } from "../data/stores.ts";
import type { Attempt } from "./strategy.ts";

/** What the shopper is told in the end. */
export type Refusal = Exclude<Placed["status"], "accepted">;

/** A key that has an order was not refused, whoever thinks so: a twin of the promise was quicker. */
const note: Statement = {
  name: "note_withdrawal",
  text: `WITH noted AS (
      INSERT INTO sale_withdrawals (idem_key, user_id, sale_id, reason) SELECT $1, $2::int, $3::bigint, $4
      WHERE NOT EXISTS (SELECT FROM orders WHERE idem_key = $1) ON CONFLICT (idem_key) DO NOTHING
    )
    SELECT EXISTS (SELECT FROM orders WHERE idem_key = $1) AS "isOrdered"`,
};
const find: Statement = {
  name: "find_withdrawal",
  text: "SELECT reason FROM sale_withdrawals WHERE idem_key = $1",
};

export class Withdrawals {
  readonly #stores: Pick<Stores, "shards" | "tradeOfId">;

  constructor(stores: Pick<Stores, "shards" | "tradeOfId">) {
    this.#stores = stores;
  }

  /** Writes it down, once however often it is told; gives whether it is so, and no order was written after all. */
  async note({ saleId }: SaleRow, { key, userId }: Attempt, refusal: Refusal): Promise<boolean> {
    const values = [key, userId, saleId, refusal];
    const [row] = await this.#stores.tradeOfId(saleId)!.run<{ isOrdered: boolean }>(note, values);
    return !row!.isOrdered;
  }

  /** Looks into every shard unless a sale says which. */
  async find(key: string, saleId: number | undefined): Promise<Refusal | undefined> {
    const shard = saleId === undefined ? undefined : this.#stores.tradeOfId(saleId);
    const shards = shard ? [shard] : this.#stores.shards;
    const found = await Promise.all(shards.map((one) => one.run<{ reason: Refusal }>(find, [key])));
    return found.flat()[0]?.reason;
  }
}
