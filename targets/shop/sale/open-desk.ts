/** The desk with every strategy this node can sell by, from its configuration. */
import type { Redis } from "ioredis";
import { Lru } from "../cache/lru.ts";
import type { Page } from "../cache/shared-cache.ts";
import { SingleFlight } from "../cache/single-flight.ts";
import type { ShopConfig } from "../config.ts";
import type { SaleData } from "../data/sales.ts";
import type { Stores } from "../data/stores.ts";
import type { Log } from "../log.ts";
import type { Holds } from "./holds.ts";
import { SaleDesk, type SaleDeskOptions } from "./sale-desk.ts";
import { strategies } from "./strategies.ts";
import type { Strategy } from "./strategy.ts";

export interface DeskSurroundings {
  readonly log: Log;
  nowMs(): number;
  epochMs(): number;
  random(): number;
}

export interface DeskStores {
  readonly stores: Stores;
  readonly sales: SaleData;
  readonly holds: Holds;
  readonly redis: Redis | undefined;
  /** Strategies that need more than databases and a cache, where there is what they need. */
  readonly more?: readonly Strategy[];
  /** Keeps copies of orders just written, where replicas lag behind. */
  readonly remember?: NonNullable<SaleDeskOptions["remember"]>;
}

/** What it takes of a configuration. */
export type DeskConfig = Pick<ShopConfig, "name" | "localCache" | "zones" | "sale">;

/** Sales a node remembers. */
export const SALES_KEPT = 1_000;

/** A node with a memory of its own remembers sale pages in it, and what F0 believes of the stock. */
export function openDesk(config: DeskConfig, has: DeskStores, surroundings: DeskSurroundings): SaleDesk {
  const { nowMs, epochMs } = surroundings;
  const isLocal = config.localCache !== undefined;
  return new SaleDesk({
    sales: has.sales,
    strategies: strategies({
      ...has,
      ...surroundings,
      stocksSeen: isLocal ? new Lru<number>(SALES_KEPT, nowMs) : undefined,
      zones: config.zones,
      tuning: config.sale,
      node: config.name,
    }),
    ...(isLocal && { pages: { lru: new Lru<Page>(SALES_KEPT, nowMs), flights: new SingleFlight<Page>() } }),
    ...(has.remember && { remember: has.remember }),
    epochMs,
  });
}
