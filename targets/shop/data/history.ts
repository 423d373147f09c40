/** A shopper's past orders with names of items and shopper: a page that needs all three businesses. */
import { withFreshOrders } from "../cache/fresh-copies.ts";
import type { CatalogData } from "./catalog.ts";
import type { Statement } from "./database.ts";
import { LEFT_OUT } from "./left-out.ts";
import { ORDER_LINES, type OrderData, type OrderLine, orderColumns, pageOf } from "./orders.ts";
import type { Stores } from "./stores.ts";
import type { Users } from "./users.ts";

export interface History {
  /** `name` is missing where it is left out. */
  readonly user: { readonly id: number; readonly name?: string };
  /** `itemName` is null for an item the catalogue no longer has, or does not have yet. */
  readonly orders: readonly (OrderLine & { readonly itemName: string | null })[];
  /** Parts whose service did not answer; absent where all is there. */
  readonly leftOut?: readonly ["user.name"];
}

/** All of it as of one instant. One row at least for a shopper who exists. */
const joined: Statement = {
  name: "history",
  text: `SELECT u.name AS "userName", line.* FROM users u
    LEFT JOIN LATERAL (
      SELECT ${orderColumns}, i.name AS "itemName"
      FROM orders o LEFT JOIN items i ON i.id = o.item_id
      WHERE o.user_id = u.id ORDER BY o.created_at DESC, o.id DESC LIMIT $2
    ) AS line ON true
    WHERE u.id = $1`,
};

type JoinedRow = { readonly userName: string } & (
  | (OrderLine & { readonly itemName: string | null })
  | { readonly orderId: null }
);

export interface HistoryParts {
  readonly stores: Stores;
  readonly orders: Pick<OrderData, "list"> & Partial<Pick<OrderData, "fresh">>;
  readonly catalog: CatalogData;
  readonly users: Pick<Users, "name">;
}

export class OrderHistory {
  readonly #parts: HistoryParts;

  constructor(parts: HistoryParts) {
    this.#parts = parts;
  }

  /** One page, newest first; undefined when there is no such shopper. */
  page(userId: number, page: number): Promise<History | undefined> {
    return this.#parts.stores.isOneDatabase ? this.#joined(userId, page) : this.#assembled(userId, page);
  }

  /** One database has it all, so one statement fetches it. */
  async #joined(userId: number, page: number): Promise<History | undefined> {
    const { stores, orders } = this.#parts;
    const [fresh, rows] = await Promise.all([
      orders.fresh?.(userId) ?? [],
      stores.shardReads[0]!.read<JoinedRow>(joined, [userId, page * ORDER_LINES]),
    ]);
    if (!rows[0]) return undefined;
    const { userName } = rows[0];
    const names = new Map<number, string>();
    const lines = rows.flatMap((row) => {
      if (row.orderId === null) return [];
      const { itemName, userName: _, ...line } = row;
      if (itemName !== null) names.set(line.itemId, itemName);
      return [line];
    });
    const shown = pageOf(withFreshOrders(lines, fresh), page);
    return { user: { id: userId, name: userName }, orders: await this.#named(shown, names) };
  }

  /** Three databases have a part each: asked one by one, each as of its own instant. */
  async #assembled(userId: number, page: number): Promise<History | undefined> {
    const { orders, users } = this.#parts;
    const [name, lines] = await Promise.all([users.name(userId), orders.list(userId, page)]);
    if (name === undefined) return undefined;
    const named = await this.#named(lines, new Map());
    if (name === LEFT_OUT) return { user: { id: userId }, orders: named, leftOut: ["user.name"] };
    return { user: { id: userId, name }, orders: named };
  }

  /** `known` spares the question for the items in it. */
  async #named(lines: readonly OrderLine[], known: ReadonlyMap<number, string>): Promise<History["orders"]> {
    const unknown = [...new Set(lines.map(({ itemId }) => itemId))].filter((id) => !known.has(id));
    const found = unknown.length === 0 ? new Map() : await this.#parts.catalog.namesOf(unknown);
    return lines.map((line) => ({
      ...line,
      itemName: known.get(line.itemId) ?? found.get(line.itemId) ?? null,
    }));
  }
}
