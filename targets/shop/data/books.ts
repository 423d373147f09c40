/** The shop's books for an auditor: from the primaries, every shard, never a cache. */
import type { StrategyName } from "../sale/strategy.ts";
import type { Statement } from "./database.ts";
import type { Stores } from "./stores.ts";

export interface SaleBook {
  readonly saleId: number;
  readonly itemId: number;
  readonly strategy: StrategyName;
  readonly initial: number;
  readonly remaining: number;
  readonly sold: number;
}

export type StockSum = Pick<SaleBook, "initial" | "remaining" | "sold">;

export interface BookedOrder {
  readonly key: string;
  readonly userId: number;
  readonly saleId: number;
  readonly units: number;
}

/** One statement, so stock and orders are of one instant and add up even while the shop is selling. */
const saleBooks: Statement = {
  name: "sale_books",
  text: `SELECT s.id AS "saleId", s.item_id AS "itemId", s.strategy, s.initial, k.remaining,
      (SELECT coalesce(sum(units), 0)::bigint FROM orders WHERE sale_id = s.id) AS sold
    FROM sales s JOIN sale_stocks k ON k.sale_id = s.id WHERE s.tag = $1 ORDER BY s.id`,
};
const ordinaryStock: Statement = {
  name: "ordinary_stock",
  text: `SELECT coalesce(sum(initial), 0)::bigint AS initial, coalesce(sum(remaining), 0)::bigint AS remaining,
    (SELECT coalesce(sum(units), 0)::bigint FROM orders WHERE sale_id = 0) AS sold FROM stocks`,
};
/** `.` and the byte after it bound every key of a tag, so the index on keys finds them. */
const underTag = "idem_key >= $1 || '.' AND idem_key < $1 || '/'";
const ordersUnderTag = `SELECT idem_key AS key, user_id AS "userId", sale_id AS "saleId", units FROM orders WHERE ${underTag}
  UNION ALL SELECT idem_key, user_id, sale_id, 0 FROM sale_withdrawals WHERE ${underTag}`;

const BATCH_ROWS = 5_000;

export class Books {
  readonly #stores: Stores;

  constructor(stores: Stores) {
    this.#stores = stores;
  }

  /** Every sale opened under the tag. */
  async sales(tag: string): Promise<SaleBook[]> {
    const parts = await Promise.all(
      this.#stores.shards.map((shard) => shard.run<SaleBook>(saleBooks, [tag])),
    );
    return parts.flat();
  }

  /** All ordinary stock together, whatever the tag. */
  async ordinary(): Promise<StockSum> {
    const parts = await Promise.all(this.#stores.shards.map((shard) => shard.run<StockSum>(ordinaryStock)));
    const sums = { initial: 0, remaining: 0, sold: 0 };
    for (const [part] of parts) {
      sums.initial += part!.initial;
      sums.remaining += part!.remaining;
      sums.sold += part!.sold;
    }
    return sums;
  }

  /**
   * Every order row whose key begins with `<tag>.`, shard by shard, duplicates included; and with no units every promise
   * that was taken back.
   */
  async *orders(tag: string): AsyncGenerator<BookedOrder[]> {
    for (const shard of this.#stores.shards)
      yield* shard.stream<BookedOrder>(ordersUnderTag, [tag], BATCH_ROWS);
  }
}
