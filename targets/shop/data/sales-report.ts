/** Sales per category and day, over every shard: by the report node where there is one, else put together by this shop. */
import type { Statement } from "./database.ts";
import type { Stores } from "./stores.ts";
import type { ItemSales, SalesLine, TradeSales } from "./trade-sales.ts";

export interface Sales {
  readonly madeBy: "shop" | "report-node";
  /** By day, then by category. */
  readonly lines: readonly SalesLine[];
}

const categoriesOfItems: Statement = {
  name: "categories_of_items",
  text: 'SELECT id, category_id AS "categoryId" FROM items WHERE id = ANY($1)',
};

export class SalesReport {
  readonly #stores: Pick<Stores, "catalogReads">;
  readonly #trade: TradeSales;

  constructor(stores: Pick<Stores, "catalogReads">, trade: TradeSales) {
    this.#stores = stores;
    this.#trade = trade;
  }

  /** Every order of that day in UTC, `2026-11-11`, and of those after it. */
  async sales(firstDay: string): Promise<Sales> {
    const sums = await this.#trade.salesSince(firstDay);
    if (sums.by === "category") return { madeBy: "report-node", lines: sums.lines };
    // Categories are in another database than orders, so they are fetched and joined here.
    const ids = [...new Set(sums.items.map(({ itemId }) => itemId))];
    const rows = await this.#stores.catalogReads.read<{ id: number; categoryId: number }>(categoriesOfItems, [
      ids,
    ]);
    const categories = new Map(rows.map(({ id, categoryId }) => [id, categoryId]));
    return { madeBy: "shop", lines: byCategory(sums.items, categories) };
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
