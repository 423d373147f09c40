/** The shop put together from its configuration: stores, caches, strategies, handlers, door. */
import type { Redis } from "ioredis";
import { servedIn } from "./apps/areas.ts";
import { Switches } from "./apps/switches.ts";
import { booksWith, ordersWith, storesWith } from "./built-in-defects.ts";
import { FreshCopies } from "./cache/fresh-copies.ts";
import { LoadMetrics } from "./cache/load-metrics.ts";
import { Lru } from "./cache/lru.ts";
import { PageCache } from "./cache/page-cache.ts";
import { PageTraffic } from "./cache/page-traffic.ts";
import { type Page, sharedCache } from "./cache/shared-cache.ts";
import { SingleFlight } from "./cache/single-flight.ts";
import type { Carts } from "./carts/carts.ts";
import { KeyValueCarts } from "./carts/key-value-carts.ts";
import type { ShopConfig } from "./config.ts";
import { openCentre } from "./config-centre/open-centre.ts";
import { CatalogData } from "./data/catalog.ts";
import { Heartbeats } from "./data/heartbeats.ts";
import { OrderHistory } from "./data/history.ts";
import { SalesReport } from "./data/sales-report.ts";
import { Stores } from "./data/stores.ts";
import { Defects } from "./defects.ts";
import { adminRoutes } from "./handlers/admin.ts";
import { assetRoutes } from "./handlers/assets.ts";
import { auditRoutes } from "./handlers/audit.ts";
import { basketRoutes } from "./handlers/basket.ts";
import { browseRoutes } from "./handlers/browse.ts";
import { hotPageRoutes } from "./handlers/hot-pages.ts";
import { imageRoutes } from "./handlers/image.ts";
import { orderRoutes } from "./handlers/orders.ts";
import { ownStateRoutes } from "./handlers/own-state.ts";
import { reportRoutes } from "./handlers/report.ts";
import { searchRoutes } from "./handlers/search.ts";
import { seckillRoutes } from "./handlers/seckill.ts";
import { sessionRoutes, withSessions } from "./handlers/sessions.ts";
import { settingsRoutes } from "./handlers/settings.ts";
import { Door, type Route } from "./http/door.ts";
import type { Log } from "./log.ts";
import { Metrics } from "./metrics.ts";
import { ObjectStore } from "./objects/object-store.ts";
import { openRedis } from "./open-redis.ts";
import { localParts, type Parts } from "./parts.ts";
import { reachQueue } from "./queue/reach-queue.ts";
import { EngineSearch } from "./search/engine-search.ts";
import { Groonga } from "./search/groonga.ts";
import type { ItemSearch } from "./search/item-search.ts";
import { openSessions } from "./sessions/open-sessions.ts";
import { SessionMetrics } from "./sessions/session-metrics.ts";
import { Shelf } from "./shelf.ts";
import { slowedBy } from "./slower.ts";

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

/** Life of "does not exist", where caches remember that: short, because shopkeepers do add items. */
const ABSENT_S = 2;
/** A search that takes longer is given up: whoever waits has long gone on. */
const SEARCH_TIMEOUT_MS = 1_000;

/** Opens the shop. Stores may still be down: `/health` says so until they answer. */
export async function openShop(config: ShopConfig, surroundings: Surroundings): Promise<Shop> {
  const { log, nowMs, epochMs } = surroundings;
  const metrics = new Metrics(config.name);
  const stores = new Stores(storesWith(config), log, nowMs, (database, statement) =>
    metrics.statement(database, statement),
  );
  const redis = config.redis === undefined ? undefined : openRedis(config.redis, config, log);
  const saleCounters =
    config.saleCounters === undefined ? undefined : openRedis(config.saleCounters, config, log);
  const fresh = redis && config.freshCopies ? new FreshCopies(redis, log) : undefined;
  const counters = saleCounters ?? redis;
  const { registry } = metrics;
  const queue = await reachQueue(config.queue, counters, { name: config.name, stores, registry, log, nowMs });

  const remote = config.services && (await reachServices(config, config.services, metrics, surroundings));
  const parts: Parts = {
    ...localParts(config, { stores, counters, fresh, more: queue.strategies }, surroundings),
    ...remote?.parts,
  };
  const { users, orders, till, desk } = parts;
  const catalog = new CatalogData(stores);
  const search: ItemSearch =
    config.searchEngine === undefined ? catalog : engineSearch(config.searchEngine, metrics, nowMs);
  const keyValueStore =
    config.keyValueStore === undefined ? undefined : openRedis(config.keyValueStore, config, log);
  const carts: Carts = keyValueStore ? new KeyValueCarts(keyValueStore) : parts.carts;
  const objects = config.objectStore && new ObjectStore(config.objectStore, nowMs);
  const traffic = new PageTraffic(new LoadMetrics(metrics.registry), nowMs);
  const pages = pageCache({ config, redis, metrics, traffic }, surroundings);
  const shelf = new Shelf(pages, catalog, parts.stocks, fresh !== undefined);
  const history = new OrderHistory({ stores, orders, catalog, users });
  const report = new SalesReport(stores, parts.tradeSales);

  let listensOn: number | undefined;
  const sessionMetrics = new SessionMetrics(metrics.registry);
  const openOwnSessions = () =>
    openSessions(config, {
      ...{ log, metrics: sessionMetrics, redis, epochMs },
      openRedis: (url) => openRedis(url, config, log),
      port: () => listensOn,
    });
  const sessions = remote?.sessions ?? openOwnSessions();

  const personal = [
    ...basketRoutes(shelf, users, carts),
    ...orderRoutes(shelf, ordersWith(config.defects, orders, surroundings.random), history, till),
    ...seckillRoutes(desk),
  ];
  const everything = [
    ...sessionRoutes(sessions, sessionMetrics, epochMs),
    ...withSessions(personal, sessions, sessionMetrics),
    ...browseRoutes(shelf),
    ...assetRoutes(),
    ...searchRoutes(search),
    ...(objects ? imageRoutes(objects, shelf) : []),
    ...adminRoutes(shelf),
    ...reportRoutes(report, epochMs),
    ...auditRoutes(desk, booksWith(config.defects, parts.books), shelf, new Heartbeats(stores), catalog),
  ];
  const centre = config.configCentre && (await openCentre(config.configCentre, log));
  const switches = new Switches(config.inFlightLimit);
  centre?.onChange((settings) => switches.take(settings));
  const operations = new Set(everything.map(({ name }) => name));

  const defects = new Defects({ path: config.defectsPath, log, registry, random: surroundings.random });
  const within = remote?.withinBudget ?? ((routes: readonly Route[]) => routes);
  const door = new Door({
    routes: [
      ...within(servedIn(config.areas, everything)),
      ...(centre ? settingsRoutes(centre, operations) : []),
      ...hotPageRoutes(traffic),
      ...ownStateRoutes(
        stores,
        { redis, "sale counters": saleCounters, "key-value store": keyValueStore },
        metrics,
        centre,
        sessions,
      ),
    ],
    inFlightLimit: switches.inFlightLimit,
    isSwitchedOff: switches.isSwitchedOff,
    defects: slowedBy(config.defects, defects),
    log,
    observe: (operation, status, seconds) => metrics.request(operation, status, seconds),
    nowMs,
  });
  metrics.inFlight(() => door.inFlight);
  if (centre) metrics.settings(centre);
  metrics.pools(() =>
    [...stores.all.values()].map((database) => [database.address, database.gauges] as const),
  );

  const leaveStores = async () => {
    defects[Symbol.dispose]();
    await sessions.close();
    await queue.close();
    redis?.disconnect();
    saleCounters?.disconnect();
    keyValueStore?.disconnect();
    remote?.close();
    await centre?.[Symbol.asyncDispose]();
    await stores.close();
  };
  try {
    const port = await door.listen(config.host, config.port);
    listensOn = port;
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

/** Loaded only where there are services: a shop that has its databases need not know how to call anybody. */
async function reachServices(
  { name: caller }: Pick<ShopConfig, "name">,
  services: NonNullable<ShopConfig["services"]>,
  { registry }: Metrics,
  { nowMs }: Surroundings,
) {
  const { remoteParts } = await import("./services/remote-parts.ts");
  if (services.over === "grpc") return remoteParts({ ...services, registry, caller, nowMs });
  const { BusMember } = await import("./bus/bus-member.ts");
  const openMember = (address: string) => new BusMember(address, caller);
  return remoteParts({ ...services, registry, caller, nowMs, openMember });
}

function engineSearch(url: string, metrics: Metrics, nowMs: () => number): ItemSearch {
  const engine = new Groonga({ url, timeoutMs: SEARCH_TIMEOUT_MS });
  return new EngineSearch(engine, nowMs, (outcome) => metrics.engineSearch(outcome));
}

function pageCache(
  {
    config,
    redis,
    metrics,
    traffic,
  }: {
    readonly config: ShopConfig;
    readonly redis: Redis | undefined;
    readonly metrics: Metrics;
    readonly traffic: PageTraffic;
  },
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
    traffic,
  });
}
