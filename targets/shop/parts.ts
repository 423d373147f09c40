/** What the shop's operations work with, wherever it is: in databases of this process, or behind services. */
import type { Redis } from "ioredis";
import type { FreshCopies } from "./cache/fresh-copies.ts";
import { Lru } from "./cache/lru.ts";
import type { Carts } from "./carts/carts.ts";
import { Books } from "./data/books.ts";
import { OrderData, type Orders, type Stocks } from "./data/orders.ts";
import { SaleData, type SaleRow } from "./data/sales.ts";
import type { KnownDatabases, Stores } from "./data/stores.ts";
import { LocalTradeSales, type TradeSales } from "./data/trade-sales.ts";
import { UserData, type Users } from "./data/users.ts";
import type { Desk } from "./sale/desk.ts";
import { Holds } from "./sale/holds.ts";
import { type DeskConfig, type DeskSurroundings, openDesk, SALES_KEPT } from "./sale/open-desk.ts";
import { localBooks, type StockBooks } from "./sale/stock-books.ts";
import type { Strategy } from "./sale/strategy.ts";
import { localTill, type Till } from "./sale/till.ts";

export interface Parts {
  readonly users: Users;
  /** Where there is no key-value store for them. */
  readonly carts: Carts;
  readonly orders: Orders & Partial<Pick<OrderData, "fresh">>;
  readonly stocks: Stocks;
  readonly till: Till;
  readonly desk: Desk;
  readonly books: StockBooks;
  readonly tradeSales: TradeSales;
}

export interface PartStores {
  readonly stores: Stores;
  /** Where sales are counted. */
  readonly counters: Redis | undefined;
  readonly fresh: FreshCopies | undefined;
  /** Ways of selling that need more than databases and a cache. */
  readonly more?: readonly Strategy[];
}

/** All of it over the databases of this process; what it has no database for fails when it is used. */
export function localParts(
  config: DeskConfig & { readonly databases: KnownDatabases },
  { stores, counters, fresh, more = [] }: PartStores,
  surroundings: DeskSurroundings,
): Parts {
  const { shards = [] } = config.databases.trade ?? {};
  const catalog = config.databases.catalog?.primary;
  const orders = new OrderData(stores, fresh);
  const users = new UserData(stores, fresh);
  const isLocal = config.localCache !== undefined;
  const sales = new SaleData(stores, isLocal ? new Lru<SaleRow>(SALES_KEPT, surroundings.nowMs) : undefined);
  const holds = new Holds(stores);
  const desk = openDesk(
    config,
    {
      ...{ stores, sales, holds, redis: counters, more },
      ...(fresh && { remember: (userId, order) => orders.remember(userId, order) }),
    },
    surroundings,
  );
  return {
    ...{ users, carts: users, orders, stocks: orders, desk },
    till: localTill(orders, holds),
    books: localBooks(new Books(stores), desk),
    tradeSales: new LocalTradeSales(stores, catalog === undefined ? undefined : { shards, catalog }),
  };
}
