/**
 * Defects that a whole stage may have from its first start on (docs/shop-api.md): what the checks have to find, so that
 * one knows that they would. Those that come and go while it runs are in defects.ts; without either there are none.
 */
import type { PoolLimits } from "./data/database.ts";
import type { Orders, Placed } from "./data/orders.ts";
import type { SaleRow } from "./data/sales.ts";
import type { StockBooks } from "./sale/stock-books.ts";
import type { Attempt } from "./sale/strategy.ts";

export const builtInDefects = [
  "early-acknowledgement",
  "forgotten-keys",
  "forgotten-promises",
  "slower",
] as const;
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
    place: (order) => orders.place({ ...order, key: anotherKey(order.key, random) }),
    list: (userId, page) => orders.list(userId, page),
    one: (userId, orderId) => orders.one(userId, orderId),
  };
}

/** How an order worker takes the unit and writes the order. */
type Take = (sale: SaleRow, attempt: Attempt) => Promise<Placed>;
/** Of one shopper in one sale: as many as a column counts. */
const ANY_NUMBER = 2_147_483_647;

/**
 * *Forgotten promises*: a worker that writes every promise it is given, whether it has written it before or not. It looks
 * neither for the key nor at what the shopper has of the sale already.
 */
export function takeWith(defects: Having, take: Take, random: () => number): Take {
  if (!defects?.includes("forgotten-promises")) return take;
  return (sale, attempt) =>
    take({ ...sale, perUserLimit: ANY_NUMBER }, { ...attempt, key: anotherKey(attempt.key, random) });
}

const anotherKey = (key: string, random: () => number) => key + apart + random().toString(36).slice(2, 12);

export function booksWith(defects: Having, books: StockBooks): StockBooks {
  if (!defects?.some((each) => each !== "early-acknowledgement")) return books;
  return {
    stocks: (tag) => books.stocks(tag),
    async *orders(tag) {
      for await (const batch of books.orders(tag))
        yield batch.map((order) => ({ ...order, key: order.key.split(apart)[0] ?? "" }));
    },
  };
}
