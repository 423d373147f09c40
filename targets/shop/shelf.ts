/** Pages of the catalog as texts, through the caches. */
import { type PageCache, Unkept } from "./cache/page-cache.ts";
import type { Page } from "./cache/shared-cache.ts";
import type { CatalogData, CatalogItem } from "./data/catalog.ts";
import { LEFT_OUT, type LeftOut } from "./data/left-out.ts";
import type { Stocks } from "./data/orders.ts";

export interface ShelfItem extends CatalogItem {
  /** Units left, as old as the caches allow; nothing is sold by this number. Missing where it is left out. */
  readonly stock?: number;
}

export class Shelf {
  readonly #cache: PageCache;
  readonly #catalog: CatalogData;
  readonly #stocks: Stocks;
  readonly #putsFresh: boolean;

  /** `keepsFresh`: what was changed is put into the caches, where a replica would bring back the past. */
  constructor(cache: PageCache, catalog: CatalogData, stocks: Stocks, keepsFresh = false) {
    this.#cache = cache;
    this.#catalog = catalog;
    this.#stocks = stocks;
    this.#putsFresh = keepsFresh && catalog.mayLag;
  }

  homePage(): Page | Promise<Page> {
    return this.#cache.read("home", async () => JSON.stringify({ featured: await this.#catalog.featured() }));
  }

  categoryPage(id: number, page: number): Page | Promise<Page> {
    return this.#cache.read(`category:${id}:${page}`, async () => {
      const [category, items] = await Promise.all([
        this.#catalog.category(id),
        this.#catalog.itemsOfCategory(id, page),
      ]);
      return category ? JSON.stringify({ category, items }) : null;
    });
  }

  itemPage(id: number): Page | Promise<Page> {
    return this.#cache.read(`item:${id}`, async () => {
      const [item, stock] = await Promise.all([this.#catalog.item(id), this.#stocks.stockOf(id)]);
      if (!item) return null;
      // Whoever asks next may have the whole of it.
      return stock === LEFT_OUT ? new Unkept(itemText(item, stock)) : itemText(item, stock);
    });
  }

  /** The item as others need it, for its price. */
  async item(id: number): Promise<ShelfItem | undefined> {
    const page = await this.itemPage(id);
    return page === null ? undefined : (JSON.parse(page) as { item: ShelfItem }).item;
  }

  /**
   * Changes an item. Its page is dropped, or replaced by the right one where the next reader would fetch the past from a
   * replica and keep it. Lists that show it, and other nodes, follow when their time is over.
   */
  async change(id: number, to: { readonly price?: number; readonly name?: string }): Promise<boolean> {
    const item = await this.#catalog.change(id, to);
    if (!item) return false;
    const key = `item:${id}`;
    const stock = this.#putsFresh ? await this.#stocks.stockOf(id) : LEFT_OUT;
    if (stock === LEFT_OUT) await this.#cache.forget(key);
    else await this.#cache.put(key, itemText(item, stock));
    return true;
  }
}

const itemText = (item: CatalogItem, stock: number | LeftOut) =>
  JSON.stringify(stock === LEFT_OUT ? { item, leftOut: ["item.stock"] } : { item: { ...item, stock } });
