/** What is for sale: items, categories, search. Reads may come from a replica. */
import type { Statement } from "./database.ts";
import type { Stores } from "./stores.ts";

export interface ItemLine {
  readonly id: number;
  readonly name: string;
  /** Whole cents. */
  readonly price: number;
}

export interface CatalogItem extends ItemLine {
  readonly categoryId: number;
  readonly description: string;
}

export interface Category {
  readonly id: number;
  readonly name: string;
}

/** Lines of one page. */
export const PAGE_LINES = 20;
/** Matches one search looks at: its cost does not grow with how common a word is. */
export const SEARCH_LIMIT = 200;

const featured: Statement = {
  name: "featured",
  text: "SELECT i.id, i.name, i.price FROM featured f JOIN items i ON i.id = f.item_id ORDER BY f.rank",
};
const item: Statement = {
  name: "item",
  text: `SELECT id, name, price, category_id AS "categoryId", description FROM items WHERE id = $1`,
};
const category: Statement = { name: "category", text: "SELECT id, name FROM categories WHERE id = $1" };
const itemsOfCategory: Statement = {
  name: "items_of_category",
  text: `SELECT id, name, price FROM items WHERE category_id = $1 ORDER BY id LIMIT ${PAGE_LINES} OFFSET $2`,
};
/** One row at least, so that a page behind the last one still knows the total. */
const search: Statement = {
  name: "search",
  text: `WITH found AS MATERIALIZED (
      SELECT id, name, price FROM items WHERE words @@ plainto_tsquery('simple', $1) LIMIT ${SEARCH_LIMIT}
    )
    SELECT counted.total, line.id, line.name, line.price
    FROM (SELECT count(*)::int AS total FROM found) AS counted
    LEFT JOIN LATERAL (SELECT * FROM found ORDER BY id LIMIT ${PAGE_LINES} OFFSET $2) AS line ON true`,
};
const namesOf: Statement = { name: "names_of_items", text: "SELECT id, name FROM items WHERE id = ANY($1)" };
const keptItems: Statement = {
  name: "kept_items",
  text: "SELECT id, name, price FROM items WHERE id = ANY($1) ORDER BY id",
};
const change: Statement = {
  name: "change_item",
  text: `UPDATE items SET price = coalesce($2, price), name = coalesce($3, name) WHERE id = $1
    RETURNING id, name, price, category_id AS "categoryId", description`,
};

type FoundRow = { readonly total: number } & (ItemLine | { readonly id: null; name: null; price: null });

export class CatalogData {
  readonly #stores: Stores;

  constructor(stores: Stores) {
    this.#stores = stores;
  }

  featured(): Promise<ItemLine[]> {
    return this.#stores.catalogReads.read<ItemLine>(featured);
  }

  async item(id: number): Promise<CatalogItem | undefined> {
    const [row] = await this.#stores.catalogReads.read<CatalogItem>(item, [id]);
    return row;
  }

  async category(id: number): Promise<Category | undefined> {
    const [row] = await this.#stores.catalogReads.read<Category>(category, [id]);
    return row;
  }

  itemsOfCategory(id: number, page: number): Promise<ItemLine[]> {
    return this.#stores.catalogReads.read<ItemLine>(itemsOfCategory, [id, (page - 1) * PAGE_LINES]);
  }

  /** Items whose names hold every word of `words`, by id; at most 200, which `total` counts. */
  async search(words: string, page: number): Promise<{ items: ItemLine[]; total: number }> {
    const offset = (page - 1) * PAGE_LINES;
    const rows = await this.#stores.catalogReads.read<FoundRow>(search, [words, offset]);
    const items = rows.flatMap(({ id, name, price }) => (id === null ? [] : [{ id, name, price }]));
    return { items, total: rows[0]!.total };
  }

  /** The names of those of the items that exist. */
  async namesOf(ids: readonly number[]): Promise<ReadonlyMap<number, string>> {
    const rows = await this.#stores.catalogReads.read<{ id: number; name: string }>(namesOf, [ids]);
    return new Map(rows.map(({ id, name }) => [id, name]));
  }

  /** Those of the items that exist, from the primary. */
  kept(ids: readonly number[]): Promise<ItemLine[]> {
    return this.#stores.catalog.read<ItemLine>(keptItems, [ids]);
  }

  /** The item as it is after the change; undefined when there is no such item. */
  async change(
    id: number,
    to: { readonly price?: number; readonly name?: string },
  ): Promise<CatalogItem | undefined> {
    const values = [id, to.price ?? null, to.name ?? null];
    const [row] = await this.#stores.catalog.run<CatalogItem>(change, values);
    return row;
  }

  /** Whether what is read here may lack what was changed just now. */
  get mayLag(): boolean {
    return this.#stores.catalogReads.mayLag;
  }
}
