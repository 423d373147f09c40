/** What was sold, over every shard: added up by category where a report node can, else by item. */
import type { Statement } from "./database.ts";
import { foreignTables, salesStatement } from "./foreign-tables.ts";
import type { Stores } from "./stores.ts";

export interface SalesLine {
  /** Null for items the catalogue does not have. */
  readonly categoryId: number | null;
  /** `2026-11-11`, in UTC. */
  readonly day: string;
  readonly orders: number;
  readonly units: number;
  /** Whole cents. */
  readonly amount: number;
}

export interface ItemSales extends Omit<SalesLine, "categoryId"> {
  readonly itemId: number;
}

export type SalesSums =
  | { readonly by: "category"; readonly lines: readonly SalesLine[] }
  | { readonly by: "item"; readonly items: readonly ItemSales[] };

export interface TradeSales {
  /** Every order of that day in UTC, `2026-11-11`, and of those after it. */
  salesSince(firstDay: string): Promise<SalesSums>;
}

export interface ReportAddresses {
  /** postgres:// addresses of the primaries. */
  readonly shards: readonly string[];
  readonly catalog: string;
}

const salesOfItems: Statement = {
  name: "sales_of_items",
  text: `SELECT item_id AS "itemId", day::text AS day, count(*) AS orders, sum(units)::bigint AS units,
      sum(amount)::bigint AS amount
    FROM sold_lines WHERE day >= $1 GROUP BY item_id, sold_lines.day`,
};

export class LocalTradeSales implements TradeSales {
  readonly #stores: Stores;
  readonly #addresses: ReportAddresses | undefined;
  #setUp: Promise<unknown> | undefined;

  /** `addresses` is where a report node finds the databases; by its own ways, which are those of this process. */
  constructor(stores: Stores, addresses: ReportAddresses | undefined) {
    this.#stores = stores;
    this.#addresses = addresses;
  }

  async salesSince(firstDay: string): Promise<SalesSums> {
    const { report, shardReads } = this.#stores;
    if (report && this.#addresses)
      return { by: "category", lines: await this.#asked(report, this.#addresses, firstDay) };
    const parts = await Promise.all(
      shardReads.map((shard) => shard.read<ItemSales>(salesOfItems, [firstDay])),
    );
    return { by: "item", items: parts.flat() };
  }

  /** The report node asks all shards at once and is sent sums. */
  async #asked(
    report: NonNullable<Stores["report"]>,
    addresses: ReportAddresses,
    firstDay: string,
  ): Promise<readonly SalesLine[]> {
    const { tables, refresh } = foreignTables(addresses);
    this.#setUp ??= report.run(tables);
    try {
      await this.#setUp;
    } catch (error) {
      this.#setUp = undefined;
      throw error;
    }
    const sales = salesStatement(addresses.shards.length);
    const ask = () => report.read<SalesLine>(sales, [firstDay]);
    const lines = await ask();
    if (!lines.some(({ categoryId }) => categoryId === null)) return lines;
    // An item that is newer than the copy of the categories.
    await report.run(refresh);
    return ask();
  }
}
