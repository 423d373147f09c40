/** The index of the items in the engine: built from nothing, changed row by row. */
import type { Effect, IndexedItem } from "./changes.ts";
import type { Groonga } from "./groonga.ts";

/** The table searched; it is there only when every item is in it. */
export const ITEMS = "Items";
const BUILDING = "ItemsBuilding";
const TERMS = "Terms";
/** Where the engine keeps, for ever, the start of its own that this index was whole in. */
const WHOLE_SINCE = "bench.wholeSince";

export class ItemIndex {
  readonly #engine: Groonga;
  /** The start of the engine in which the index was last seen whole. */
  #wholeSince: string | undefined;

  constructor(engine: Groonga) {
    this.#engine = engine;
  }

  /**
   * Whether the index was finished, and the engine has not been started anew since. Groonga's files are mapped memory
   * and have no journal: after a death in the middle of a write they may hold half of it, so they are not trusted.
   */
  async isWhole(): Promise<boolean> {
    const startedAt = await this.#startedAt();
    const isWhole = (await this.#engine.run("config_get", { key: WHOLE_SINCE })) === startedAt;
    this.#wholeSince = isWhole ? startedAt : undefined;
    return isWhole;
  }

  /** Whether the engine has not been started anew since the index was seen whole; one question less than `isWhole`. */
  async isStillWhole(): Promise<boolean> {
    return this.#wholeSince !== undefined && (await this.#startedAt()) === this.#wholeSince;
  }

  /** Builds the index from `batches` in place of what there was; searches find no table meanwhile. */
  async build(batches: AsyncIterable<readonly IndexedItem[]>, signal: AbortSignal): Promise<number> {
    const run = (command: string, parameters: Readonly<Record<string, string>>) =>
      this.#engine.run(command, parameters, { signal });
    const startedAt = await this.#startedAt();
    await run("config_set", { key: WHOLE_SINCE, value: "" });
    await run("lock_clear", {});
    for (const table of [TERMS, ITEMS, BUILDING]) await this.#removeIfThere(table, signal);
    await run("table_create", { name: BUILDING, flags: "TABLE_PAT_KEY", key_type: "Int32" });
    await run("column_create", { table: BUILDING, name: "name", flags: "COLUMN_SCALAR", type: "ShortText" });
    await run("column_create", { table: BUILDING, name: "price", flags: "COLUMN_SCALAR", type: "Int32" });
    let count = 0;
    for await (const items of batches) {
      await this.#load(BUILDING, items, signal);
      count += items.length;
    }
    await run("table_rename", { name: BUILDING, new_name: ITEMS });
    // Pairs of characters for scripts without spaces, whole words for the others. Built over full columns, at once.
    await run("table_create", {
      name: TERMS,
      flags: "TABLE_PAT_KEY",
      key_type: "ShortText",
      default_tokenizer: "TokenBigram",
      normalizer: "NormalizerAuto",
    });
    await run("column_create", {
      table: TERMS,
      name: "items_name",
      flags: "COLUMN_INDEX|WITH_POSITION",
      type: ITEMS,
      source: "name",
    });
    await run("config_set", { key: WHOLE_SINCE, value: startedAt });
    this.#wholeSince = startedAt;
    return count;
  }

  /** Applies changes; doing so twice changes nothing more. */
  async apply({ put, removed }: Effect, signal: AbortSignal): Promise<void> {
    for (const id of removed) await this.#remove(id, signal);
    if (put.length > 0) await this.#load(ITEMS, put, signal);
  }

  async #load(table: string, items: readonly IndexedItem[], signal: AbortSignal): Promise<void> {
    const rows = items.map(({ id, name, price }) => ({ _key: id, name, price }));
    const loaded = await this.#engine.run("load", { table }, { rows, signal });
    if (loaded !== rows.length) throw new Error(`the search engine took ${loaded} of ${rows.length} items`);
  }

  async #remove(id: number, signal: AbortSignal): Promise<void> {
    await this.#engine.run("delete", { table: ITEMS, filter: `_key == ${id}` }, { signal });
  }

  async #removeIfThere(name: string, signal: AbortSignal): Promise<void> {
    if ((await this.#engine.run("object_exist", { name }, { signal })) === true)
      await this.#engine.run("table_remove", { name }, { signal });
  }

  async #startedAt(): Promise<string> {
    const status = (await this.#engine.run("status")) as { readonly start_time: number };
    return String(status.start_time);
  }
}
