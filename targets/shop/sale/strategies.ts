/** The strategies this shop can offer: what needs Redis only where there is one. */
import type { Lru } from "../cache/lru.ts";
import type { SaleData } from "../data/sales.ts";
import type { Log } from "../log.ts";
import { f0 } from "./f0.ts";
import { f2 } from "./f2.ts";
import { f8 } from "./f8.ts";
import type { RedisStock } from "./redis-stock.ts";
import type { Strategy, StrategyName } from "./strategy.ts";

export function strategies(
  sales: SaleData,
  stocksSeen: Lru<number> | undefined,
  redisStock: RedisStock | undefined,
  log: Log,
): ReadonlyMap<StrategyName, Strategy> {
  const offered = [f0(sales, stocksSeen), f2(sales), ...(redisStock ? [f8(sales, redisStock, log)] : [])];
  return new Map(offered.map((strategy) => [strategy.name, strategy]));
}
