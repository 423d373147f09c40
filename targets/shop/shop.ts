/** The shop put together from its configuration: stores, caches, strategies, handlers, door. */
import { Redis } from "ioredis";
import { Lru } from "./cache/lru.ts";
import { PageCache } from "./cache/page-cache.ts";
import { type Page, sharedCache } from "./cache/shared-cache.ts";
import { SingleFlight } from "./cache/single-flight.ts";
import type { ShopConfig } from "./config.ts";
import { Books } from "./data/books.ts";
import { CatalogData } from "./data/catalog.ts";
import { OrderData } from "./data/orders.ts";
import { SaleData, type SaleRow } from "./data/sales.ts";
import { Stores } from "./data/stores.ts";
import { UserData } from "./data/users.ts";
import { adminRoutes } from "./handlers/admin.ts";
import { auditRoutes } from "./handlers/audit.ts";
import { basketRoutes } from "./handlers/basket.ts";
import { browseRoutes } from "./handlers/browse.ts";
import { orderRoutes } from "./handlers/orders.ts";
import { ownStateRoutes } from "./handlers/own-state.ts";
import { seckillRoutes } from "./handlers/seckill.ts";
import { Door } from "./http/door.ts";
import type { Log } from "./log.ts";
import { Metrics } from "./metrics.ts";
import { RedisStock } from "./sale/redis-stock.ts";
import { SaleDesk } from "./sale/sale-desk.ts";
import { strategies } from "./sale/strategies.ts";
import { Shelf } from "./shelf.ts";

export interface Shop {
  /** The port it listens on. */
  readonly port: number;
  /** Stops accepting, lets what is in hand finish for at most `limitMs`, and leaves the stores. */
  close(limitMs: number): Promise<void>;
}

/** What the shop takes from the machine. */
export interface Surroundings {
  readonly log: Log;
  nowMs(): number;
  epochMs(): number;
  random(): number;
}

/** Sales a node remembers. */
const SALES_KEPT = 1_000;
/** Life of "does not exist", where caches remember that: short, because shopkeepers do add items. */
const ABSENT_S = 2;

/** Opens the shop. Stores may still be down: `/health` says so until they answer. */
export async function openShop(config: ShopConfig, surroundings: Surroundings): Promise<Shop> {
  const { log, nowMs, epochMs } = surroundings;
  const metrics = new Metrics(config.name);
  const stores = new Stores(config, log, nowMs);
  const redis = config.redis === undefined ? undefined : openRedis(config.redis, config, log);
  const isLocal = config.localCache !== undefined;

  const orders = new OrderData(stores);
  const users = new UserData(stores);
  const sales = new SaleData(stores, isLocal ? new Lru<SaleRow>(SALES_KEPT, nowMs) : undefined);
  const shelf = new Shelf(pageCache(config, redis, metrics, surroundings), new CatalogData(stores), orders);
  const desk = new SaleDesk({
    sales,
    strategies: strategies(
      sales,
      isLocal ? new Lru<number>(SALES_KEPT, nowMs) : undefined,
      redis && new RedisStock(redis),
      log,
    ),
    ...(isLocal && { pages: { lru: new Lru<Page>(SALES_KEPT, nowMs), flights: new SingleFlight<Page>() } }),
    epochMs,
  });

  const door = new Door({
    routes: [
      ...browseRoutes(shelf),
      ...basketRoutes(shelf, users),
      ...orderRoutes(shelf, orders),
      ...adminRoutes(shelf),
      ...seckillRoutes(desk, sales, epochMs),
      ...auditRoutes(desk, new Books(stores), shelf),
      ...ownStateRoutes(stores, redis, metrics),
    ],
    inFlightLimit: config.inFlightLimit,
    log,
    observe: (operation, status, seconds) => metrics.request(operation, status, seconds),
    nowMs,
  });
  metrics.inFlight(() => door.inFlight);
  metrics.pools(() =>
    [...stores.all.values()].map((database) => [database.address, database.gauges] as const),
  );

  const leaveStores = async () => {
    redis?.disconnect();
    await stores.close();
  };
  try {
    const port = await door.listen(config.host, config.port);
    return {
      port,
      async close(limitMs) {
        await door.close(limitMs);
        await leaveStores();
      },
    };
  } catch (error) {
    await leaveStores();
    throw error;
  }
}

/** Commands fail at once while Redis is away, and none is ever sent twice. */
function openRedis(url: string, { pools, name }: ShopConfig, log: Log): Redis {
  const redis = new Redis(url, {
    connectionName: name,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: pools.connectTimeoutMs,
    commandTimeout: pools.statementTimeoutMs,
    retryStrategy: (times) => Math.min(1_000, 50 * times),
  });
  redis.on("error", (error) => log.error("redis", error));
  return redis;
}

function pageCache(
  config: ShopConfig,
  redis: Redis | undefined,
  metrics: Metrics,
  { log, nowMs, random }: Surroundings,
): PageCache {
  const { localCache, sharedCache: shared, singleFlight, negativeCaching } = config;
  return new PageCache({
    ...(localCache && {
      local: { lru: new Lru<Page>(localCache.entries, nowMs), ttlMs: localCache.ttlS * 1_000 },
    }),
    ...(shared &&
      redis && {
        shared: sharedCache({ redis, ...shared, absentTtlS: Math.min(ABSENT_S, shared.ttlS), log, random }),
      }),
    ...(singleFlight && { flights: new SingleFlight<Page>() }),
    remembersAbsent: negativeCaching,
    absentTtlMs: ABSENT_S * 1_000,
    observe: (level, result) => metrics.cacheRead(level, result),
  });
}
