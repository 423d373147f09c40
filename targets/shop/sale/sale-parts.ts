/** Stock of a sale in parts: where each part is, taking a unit from it, and the account over all shards. */
import type { Database, Statement } from "../data/database.ts";
import type { Placed } from "../data/orders.ts";
import type { SaleRow } from "../data/sales.ts";
import type { Stores } from "../data/stores.ts";
import type { Attempt, SaleAccount } from "./strategy.ts";
import { take, taking } from "./take-unit.ts";

const fromPart = taking({
  name: "take_unit_of_part",
  table: "sale_parts",
  set: "remaining = remaining - 1",
  where: "sale_id = $1 AND part = $part AND remaining >= 1",
});
const fill: Statement = {
  name: "fill_part",
  text: "INSERT INTO sale_parts (sale_id, part, remaining) VALUES ($1, $2, $3)",
};
const emptyStock: Statement = {
  name: "empty_stock",
  text: "UPDATE sale_stocks SET remaining = 0 WHERE sale_id = $1",
};
/** What is left anywhere on one shard. */
const LEFT = `coalesce((SELECT sum(remaining) FROM sale_parts WHERE sale_id = $1), 0)::int
  + coalesce((SELECT remaining FROM sale_stocks WHERE sale_id = $1), 0)`;
const left: Statement = { name: "parts_left", text: `SELECT ${LEFT} AS remaining` };
const account: Statement = {
  name: "parts_account",
  text: `SELECT ${LEFT} AS remaining,
    (SELECT coalesce(sum(units), 0)::int FROM orders WHERE sale_id = $1) AS sold`,
};

export interface Part {
  readonly name: string;
  /** Number of the shard it is on. */
  readonly shard: number;
}

export class SaleParts {
  readonly #stores: Stores;

  constructor(stores: Stores) {
    this.#stores = stores;
  }

  /** Part number `index` of a sale that is split over all shards. */
  part(name: string, index: number): Part {
    return { name, shard: index % this.#stores.shards.length };
  }

  /** Where a part is. */
  database({ shard }: Part): Database {
    return this.#stores.shards[shard]!;
  }

  /** Fills each part with its units, and empties the sale's own stock row: from then on nothing is sold from there. */
  async split({ saleId }: SaleRow, filled: readonly (Part & { readonly units: number })[]): Promise<void> {
    await Promise.all(filled.map((part) => this.database(part).run(fill, [saleId, part.name, part.units])));
    await this.#stores.tradeOfId(saleId)!.run(emptyStock, [saleId]);
  }

  /** Takes a unit from one part; the order is written beside it. */
  take(part: Part, sale: SaleRow, attempt: Attempt): Promise<Placed> {
    const claim = this.#stores.keys.claimOf(attempt.key, part.shard);
    return take(fromPart, this.database(part), sale, attempt, { claim, part: part.name });
  }

  /** The same for who does not care what its keys were used for on other shards. */
  takeUnwatched(part: Part, sale: SaleRow, attempt: Attempt): Promise<Placed> {
    return take(fromPart, this.database(part), sale, attempt, { claim: undefined, part: part.name });
  }

  async left(saleId: number): Promise<number> {
    const found = await Promise.all(
      this.#stores.shards.map((shard) => shard.run<{ remaining: number }>(left, [saleId])),
    );
    return found.flat().reduce((sum, { remaining }) => sum + remaining, 0);
  }

  /** Stock row, parts and orders of all shards together; of one instant on each of them. */
  async account(saleId: number): Promise<SaleAccount> {
    const found = await Promise.all(
      this.#stores.shards.map((shard) => shard.run<SaleAccount>(account, [saleId])),
    );
    const sum = { remaining: 0, sold: 0 };
    for (const { remaining, sold } of found.flat()) {
      sum.remaining += remaining;
      sum.sold += sold;
    }
    return sum;
  }
}

/** `units` in `count` parts that differ by at most one; the first ones have one more. Pure. */
export function evenly(units: number, count: number): readonly number[] {
  return Array.from(
    { length: count },
    (_, index) => Math.floor(units / count) + (index < units % count ? 1 : 0),
  );
}
