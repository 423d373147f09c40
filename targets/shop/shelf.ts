/** Pages of the catalog as texts, through the caches. */
import type { PageCache } from "./cache/page-cache.ts";
import type { Page } from "./cache/shared-cache.ts";
import type { CatalogData, CatalogItem } from "./data/catalog.ts";
import type { OrderData } from "./data/orders.ts";

export interface ShelfItem extends CatalogItem {
  /** Units left, as old as the caches allow; nothing is sold by this number. */
  readonly stock: number;
}

export class Shelf {
  readonly #cache: PageCache;
  readonly #catalog: CatalogData;
  readonly #orders: OrderData;
  readonly #putsFresh: boolean;

  /** `keepsFresh`: what was changed is put into the caches, where a replica would bring back the past. */
  constructor(cache: PageCache, catalog: CatalogData, orders: OrderData, keepsFresh = false) {
    this.#cache = cache;
    this.#catalog = catalog;
    this.#orders = orders;
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
      const [item, stock] = await Promise.all([this.#catalog.item(id), this.#orders.stockOf(id)]);
      return item ? itemText(item, stock) : null;
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
    if (this.#putsFresh) await this.#cache.put(key, itemText(item, await this.#orders.stockOf(id)));
    else await this.#cache.forget(key);
    return true;
  }
}

const itemText = (item: CatalogItem, stock: number) => JSON.stringify({ item: { ...item, stock } });
