/** Sales per category and day, over every shard: by the report node where there is one, else gathered by this shop. */
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

export interface Sales {
  readonly madeBy: "shop" | "report-node";
  /** By day, then by category. */
  readonly lines: readonly SalesLine[];
}

const salesOfItems: Statement = {
  name: "sales_of_items",
  text: `SELECT item_id AS "itemId", day::text AS day, count(*) AS orders, sum(units)::bigint AS units,
      sum(amount)::bigint AS amount
    FROM sold_lines WHERE day >= $1 GROUP BY item_id, sold_lines.day`,
};
const categoriesOfItems: Statement = {
  name: "categories_of_items",
  text: 'SELECT id, category_id AS "categoryId" FROM items WHERE id = ANY($1)',
};

export interface ItemSales extends Omit<SalesLine, "categoryId"> {
  readonly itemId: number;
}

export interface ReportAddresses {
  /** postgres:// addresses of the primaries. */
  readonly shards: readonly string[];
  readonly catalog: string;
}

export class SalesReport {
  readonly #stores: Stores;
  readonly #addresses: ReportAddresses;
  #setUp: Promise<unknown> | undefined;

  /** `addresses` is where the report node finds the databases; by its own ways, which are the shop's. */
  constructor(stores: Stores, addresses: ReportAddresses) {
    this.#stores = stores;
    this.#addresses = addresses;
  }

  /** Every order of that day in UTC, `2026-11-11`, and of those after it. */
  sales(firstDay: string): Promise<Sales> {
    return this.#stores.report ? this.#asked(firstDay) : this.#gathered(firstDay);
  }

  /** The report node asks all shards at once and is sent sums. */
  async #asked(firstDay: string): Promise<Sales> {
    const report = this.#stores.report!;
    const { tables, refresh } = foreignTables(this.#addresses);
    this.#setUp ??= report.run(tables);
    try {
      await this.#setUp;
    } catch (error) {
      this.#setUp = undefined;
      throw error;
    }
    const sales = salesStatement(this.#addresses.shards.length);
    const ask = () => report.run<SalesLine>(sales, [firstDay]);
    const lines = await ask();
    if (!lines.some(({ categoryId }) => categoryId === null)) return { madeBy: "report-node", lines };
    // An item that is newer than the copy of the categories.
    await report.run(refresh);
    return { madeBy: "report-node", lines: await ask() };
  }

  /** Each shard adds up by item; categories are in another database, so they are fetched and joined here. */
  async #gathered(firstDay: string): Promise<Sales> {
    const { shardReads, catalogReads } = this.#stores;
    const parts = await Promise.all(
      shardReads.map((shard) => shard.read<ItemSales>(salesOfItems, [firstDay])),
    );
    const sales = parts.flat();
    const ids = [...new Set(sales.map(({ itemId }) => itemId))];
    const rows = await catalogReads.read<{ id: number; categoryId: number }>(categoriesOfItems, [ids]);
    const categories = new Map(rows.map(({ id, categoryId }) => [id, categoryId]));
    return { madeBy: "shop", lines: byCategory(sales, categories) };
  }
}

/** Sums by day and category, in that order; items without a category come last. Pure. */
export function byCategory(
  sales: readonly ItemSales[],
  categories: ReadonlyMap<number, number>,
): readonly SalesLine[] {
  const sums = new Map<string, SalesLine>();
  for (const { itemId, day, orders, units, amount } of sales) {
    const categoryId = categories.get(itemId) ?? null;
    const key = `${day} ${categoryId}`;
    const sum = sums.get(key) ?? { categoryId, day, orders: 0, units: 0, amount: 0 };
    sums.set(key, {
      ...sum,
      orders: sum.orders + orders,
      units: sum.units + units,
      amount: sum.amount + amount,
    });
  }
  const rank = ({ categoryId }: SalesLine) => categoryId ?? Number.POSITIVE_INFINITY;
  return [...sums.values()].sort((a, b) => a.day.localeCompare(b.day) || rank(a) - rank(b) || 0);
}
