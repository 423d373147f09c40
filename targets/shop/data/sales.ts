/** Flash sales as rows, on the shard of the item. How a unit is taken is the strategy's business. */
import type { Lru } from "../cache/lru.ts";
import type { StrategyName } from "../sale/strategy.ts";
import type { Database, Statement } from "./database.ts";
import type { ClaimKey } from "./key-homes.ts";
import { shardOfId } from "./shard.ts";
import type { Stores } from "./stores.ts";

/** What never changes once the sale is opened. */
export interface SaleRow {
  readonly saleId: number;
  readonly itemId: number;
  /** Of one unit, whole cents. */
  readonly price: number;
  /** Units at opening. */
  readonly initial: number;
  readonly perUserLimit: number;
  readonly strategy: StrategyName;
  /** Tries before this wall-clock instant are refused; 0 = open at once. */
  readonly opensAtEpochMs: number;
}

export interface NewSale extends Omit<SaleRow, "saleId"> {
  readonly tag: string;
}

const open: Statement = {
  name: "open_sale",
  text: `WITH sale AS (
      INSERT INTO sales (tag, item_id, price, initial, per_user_limit, strategy, opens_at_ms)
      VALUES ($1, $2, $3, $4::int, $5, $6, $7) RETURNING id
    )
    INSERT INTO sale_stocks (sale_id, remaining) SELECT id, $4::int FROM sale RETURNING sale_id AS "saleId"`,
};
const read: Statement = {
  name: "read_sale",
  text: `SELECT id AS "saleId", item_id AS "itemId", price, initial, per_user_limit AS "perUserLimit", strategy,
    opens_at_ms AS "opensAtEpochMs" FROM sales WHERE id = $1`,
};
const remaining: Statement = {
  name: "sale_remaining",
  text: "SELECT remaining FROM sale_stocks WHERE sale_id = $1",
};
const orderUnder: Statement = { name: "order_under_key", text: "SELECT id FROM orders WHERE idem_key = $1" };

/** A row that never changes may be kept long; the limit only lets forgotten sales go. */
const KEEP_MS = 600_000;

export class SaleData {
  readonly #stores: Stores;
  readonly #kept: Lru<SaleRow> | undefined;

  /** `kept` remembers sale rows in this node; without it every question goes to the database. */
  constructor(stores: Stores, kept: Lru<SaleRow> | undefined) {
    this.#stores = stores;
    this.#kept = kept;
  }

  async open({ tag, ...sale }: NewSale): Promise<SaleRow> {
    const [row] = await this.#stores
      .tradeOfItem(sale.itemId)
      .run<{ saleId: number }>(open, [
        tag,
        sale.itemId,
        sale.price,
        sale.initial,
        sale.perUserLimit,
        sale.strategy,
        sale.opensAtEpochMs,
      ]);
    return { saleId: row!.saleId, ...sale };
  }

  /** The sale, at once when this node has it. */
  find(saleId: number): SaleRow | Promise<SaleRow | undefined> {
    return this.#kept?.get(String(saleId)) ?? this.#read(saleId);
  }

  /** Units left by the database's stock row. */
  async remaining(saleId: number): Promise<number> {
    const [row] = await this.database(saleId).read<{ remaining: number }>(remaining, [saleId]);
    return row!.remaining;
  }

  /** The order under a key; looks into every shard unless a sale says which. */
  async orderUnder(key: string, saleId: number | undefined): Promise<number | undefined> {
    const shard = saleId === undefined ? undefined : this.#stores.tradeOfId(saleId);
    const shards = shard ? [shard] : this.#stores.shards;
    const found = await Promise.all(shards.map((one) => one.read<{ id: number }>(orderUnder, [key])));
    return found.flat()[0]?.id;
  }

  /** What is to be done before an order is written under a key where the sale's stock is; nothing where trade is not split. */
  claimOf(key: string, { saleId }: SaleRow): ClaimKey | undefined {
    return this.#stores.keys.claimOf(key, shardOfId(saleId));
  }

  /** Where the sale's stock and orders are. The sale must exist. */
  database(saleId: number): Database {
    return this.#stores.tradeOfId(saleId)!;
  }

  async #read(saleId: number): Promise<SaleRow | undefined> {
    const [row] = (await this.#stores.tradeOfId(saleId)?.read<SaleRow>(read, [saleId])) ?? [];
    if (row) this.#kept?.set(String(saleId), row, KEEP_MS);
    return row;
  }
}
