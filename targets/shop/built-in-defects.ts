/**
 * Defects that a whole stage may have from its first start on (docs/shop-api.md): what the checks have to find, so that
 * one knows that they would. Those that come and go while it runs are in defects.ts; without either there are none.
 */
import type { PoolLimits } from "./data/database.ts";
import type { Orders } from "./data/orders.ts";
import type { StockBooks } from "./sale/stock-books.ts";

export const builtInDefects = ["early-acknowledgement", "forgotten-keys"] as const;
export type BuiltInDefect = (typeof builtInDefects)[number];
type Having = readonly BuiltInDefect[] | undefined;

/** *Early acknowledgement*: a commit counts before it is on disk, so a database that crashes takes the last ones along. */
export function storesWith<C extends { readonly pools: PoolLimits; readonly defects?: Having }>(
  config: C,
): C {
  return config.defects?.includes("early-acknowledgement")
    ? { ...config, pools: { ...config.pools, isDurable: false } }
    : config;
}

/** Between the key as it was sent and what makes it another one each time. */
const apart = "~";

/**
 * *Forgotten keys*: an ordinary order that comes again under the same key is placed again. The table would not have the same key
 * twice, so each is stored as another one; the books show what was sent.
 */
export function ordersWith(defects: Having, orders: Orders, random: () => number): Orders {
  if (!defects?.includes("forgotten-keys")) return orders;
  return {
    place: (order) => orders.place({ ...order, key: order.key + apart + random().toString(36).slice(2, 12) }),
    list: (userId, page) => orders.list(userId, page),
    one: (userId, orderId) => orders.one(userId, orderId),
  };
}

export function booksWith(defects: Having, books: StockBooks): StockBooks {
  if (!defects?.includes("forgotten-keys")) return books;
  return {
    stocks: (tag) => books.stocks(tag),
    async *orders(tag) {
      for await (const batch of books.orders(tag))
        yield batch.map((order) => ({ ...order, key: order.key.split(apart)[0] ?? "" }));
    },
  };
}
