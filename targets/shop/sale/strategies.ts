/** The strategies this shop can offer, and of those it cannot, what they lack. */
import type { Redis } from "ioredis";
import type { Lru } from "../cache/lru.ts";
import type { SaleData } from "../data/sales.ts";
import type { Stores } from "../data/stores.ts";
import type { Log } from "../log.ts";
import { f0 } from "./f0.ts";
import { f1 } from "./f1.ts";
import { f2 } from "./f2.ts";
import { f3 } from "./f3.ts";
import { f4NoWait, f4SkipLocked } from "./f4.ts";
import { f6 } from "./f6.ts";
import { f7 } from "./f7.ts";
import { f8 } from "./f8.ts";
import { f8CacheOnly } from "./f8-cache-only.ts";
import { f11, f11Stock } from "./f11.ts";
import { f12 } from "./f12.ts";
import { f13 } from "./f13.ts";
import { f14 } from "./f14.ts";
import { f15Fenced, f15Unfenced } from "./f15.ts";
import { f16Order, f16Payment, f16Reserve } from "./f16.ts";
import { f17, f17Shared, type Zones } from "./f17.ts";
import type { Holds } from "./holds.ts";
import { KeyMarks } from "./key-marks.ts";
import { RedisCounter } from "./redis-counter.ts";
import { RedisLock } from "./redis-lock.ts";
import { RedisStock } from "./redis-stock.ts";
import { SaleParts } from "./sale-parts.ts";
import type { Strategy, StrategyName } from "./strategy.ts";
import type { SaleTuning } from "./tuning.ts";

export interface StrategiesOptions {
  readonly sales: SaleData;
  readonly stores: Stores;
  readonly holds: Holds;
  /** The node's memory of stocks, where it keeps any. */
  readonly stocksSeen: Lru<number> | undefined;
  readonly redis: Redis | undefined;
  readonly zones: Zones | undefined;
  readonly tuning: SaleTuning;
  /** Name of this node. */
  readonly node: string;
  /** More of them: what needs more than databases and a cache. */
  readonly more?: readonly Strategy[];
  readonly log: Log;
  nowMs(): number;
  random(): number;
}

export function strategies(options: StrategiesOptions): ReadonlyMap<StrategyName, Strategy> {
  const offered = [
    ...inDatabase(options),
    ...(options.redis ? inCache(options, options.redis) : []),
    ...(options.zones ? acrossZones(options, options.zones) : []),
    ...(options.more ?? []),
  ];
  return new Map(offered.map((strategy) => [strategy.name, strategy]));
}

/** What a strategy needs besides a database, in words; nothing for those that need nothing else. */
export function needOf(name: StrategyName): string | undefined {
  switch (name) {
    case "F6":
    case "F7":
    case "F8":
    case "F8-cache-only":
    case "F15-unfenced":
    case "F15-fenced":
      return "a cache";
    case "F9":
      return "a queue";
    case "F17":
    case "F17-shared":
      return "zones";
    default:
      return undefined;
  }
}

function inDatabase(options: StrategiesOptions): readonly Strategy[] {
  const { sales, stores, holds, stocksSeen, tuning, node, nowMs, random } = options;
  const parts = new SaleParts(stores);
  return [
    f0(sales, stocksSeen),
    f1(sales),
    f2(sales),
    f3(sales, tuning.optimisticRounds),
    f4NoWait(sales),
    f4SkipLocked(sales),
    f11(f2(sales), tuning.gatePerS, nowMs),
    f11Stock(f2(sales), tuning.gateTokensPerUnit),
    f12(f2(sales), tuning.passRatio, random),
    f13(parts, tuning.buckets),
    f14({ sales, parts, node, shareRatio: tuning.ownShareRatio }),
    f16Order(sales, holds),
    f16Payment(sales, holds),
    f16Reserve(sales, holds, tuning.holdMs, nowMs),
  ];
}

function inCache(
  { sales, log, tuning, nowMs, random }: StrategiesOptions,
  redis: Redis,
): readonly Strategy[] {
  const counter = new RedisCounter(redis);
  const lock = new RedisLock({
    redis,
    leaseMs: tuning.lockLeaseMs,
    waitMs: tuning.lockWaitMs,
    nowMs,
    random,
  });
  return [
    f6(sales, counter),
    f7(sales, counter, new KeyMarks(redis), log),
    f8(sales, new RedisStock(redis), log),
    f8CacheOnly(sales, new RedisStock(redis), log),
    f15Unfenced(sales, lock),
    f15Fenced(sales, lock),
  ];
}

function acrossZones({ stores, tuning, log }: StrategiesOptions, zones: Zones): readonly Strategy[] {
  const parts = new SaleParts(stores);
  const later = (ms: number, run: () => void) => void setTimeout(run, ms).unref();
  return [f17(parts, zones), f17Shared({ parts, zones, lagMs: tuning.zoneLagMs, log, later })];
}
