/**
 * Stage 11: home, search, cart and trade as applications of their own, each with its own members and budget, behind
 * proxies that share requests out by path; limits and feature toggles for all of them in a configuration centre.
 *
 * It is the same program that serves fewer areas, so what it costs to cut the shop up is seen, and not what it costs to
 * write it again. An application knows only the databases it needs. Home and trade stand in both zones; search and cart
 * in a, where the engine, the carts and the users are at home: a zone that is lost takes no more along than before.
 *
 * Whoever serves what belongs to one shopper calls the store of carts, since logins are in it too: a login made at home is
 * known to cart and trade. Checkout needs the cart for its quote, and is cart's; an order names its item, and leaves the cart
 * as it is, as in every stage (docs/data.md says why).
 *
 * Six applications of 200 m leave 800 m for the twenty-two others, so these are smaller than a stage before.
 */
import { objectivesAt } from "../claim.ts";
import { acrossZones, inCache, inDatabase } from "../strategies.ts";
import { defaultData, defineTarget } from "../target.ts";
import { balance } from "../variants/balance.ts";
import { cacheGuards } from "../variants/cache-guards.ts";
import { cdn } from "../variants/cdn.ts";
import { configSnapshot } from "../variants/config-snapshot.ts";
import { countOf } from "../variants/count-of.ts";
import { dns, dnsTtl } from "../variants/dns.ts";
import { freshCopies } from "../variants/fresh-copies.ts";
import { paymentsSplit } from "../variants/payments.ts";
import { replication } from "../variants/replication.ts";
import { searchBy } from "../variants/search.ts";
import { sessionInStore } from "../variants/session.ts";
import { tuning } from "../variants/tuning.ts";

const zones = ["a", "b"];

export const stage11 = defineTarget({
  id: "stage-11",
  title: "home, search, cart and trade as applications, settings in a configuration centre",
  nodes: {
    dns: {
      component: "knot",
      tier: "dns",
      cpuMillicores: 25,
      calls: ["l4"],
      settings: { ttlS: 5 },
      standInFor:
        "the name servers of a provider: one Knot on loopback, where both zones are equally near. There is no latency " +
        "between them unless a fault adds it, and answers by location are a name of its own for each zone",
    },
    l4: {
      component: "haproxy",
      tier: "l4",
      zones,
      cpuMillicores: 25,
      calls: ["proxy"],
      standInFor:
        "the kernel's LVS, or an F5, as a pair with a virtual address that VRRP moves: HAProxy in TCP mode, and since " +
        "loopback has no VRRP one in each zone",
    },
    proxy: {
      component: "nginx",
      tier: "proxy",
      zones,
      cpuMillicores: 30,
      calls: ["home-app", "search-app", "cart-app", "trade-app"],
    },
    "home-app": {
      component: "shop",
      tier: "app",
      zones,
      cpuMillicores: 200,
      settings: { areas: ["home"] },
      calls: [
        "config",
        "cache",
        "catalog",
        "catalog-replica",
        "trade",
        "trade-replica",
        "report",
        "carts",
        "pictures",
      ],
    },
    "search-app": {
      component: "shop",
      tier: "app",
      zone: "a",
      cpuMillicores: 200,
      settings: { areas: ["search"] },
      calls: ["config", "cache", "catalog", "catalog-replica", "search"],
    },
    "cart-app": {
      component: "shop",
      tier: "app",
      zone: "a",
      cpuMillicores: 200,
      settings: { areas: ["cart"] },
      calls: ["config", "cache", "catalog", "catalog-replica", "user", "trade", "trade-replica", "carts"],
    },
    "trade-app": {
      component: "shop",
      tier: "app",
      zones,
      cpuMillicores: 200,
      settings: { areas: ["trade"] },
      calls: [
        "config",
        "cache",
        "sale-counters",
        "catalog",
        "catalog-replica",
        "user",
        "trade",
        "trade-replica",
        "carts",
      ],
    },
    config: { component: "zookeeper", tier: "config", zone: "a", cpuMillicores: 40 },
    cache: { component: "redis", tier: "cache", zones, cpuMillicores: 25 },
    "sale-counters": {
      component: "redis",
      tier: "cache",
      zone: "a",
      cpuMillicores: 25,
      settings: { keeps: "sales" },
    },
    catalog: { component: "postgres", tier: "db", zone: "a", cpuMillicores: 50, holds: ["catalog"] },
    "catalog-replica": {
      component: "postgres",
      tier: "db",
      zones: ["b"],
      cpuMillicores: 50,
      holds: ["catalog"],
      replicaOf: "catalog",
    },
    user: { component: "postgres", tier: "db", zone: "a", cpuMillicores: 25, holds: ["user"] },
    trade: {
      component: "postgres",
      tier: "db",
      zones,
      cpuMillicores: 65,
      holds: ["trade"],
      settings: { payments: "by-month-and-user" },
    },
    // Each zone's shard streams to the other zone: what only shows something is read near by.
    "trade-replica": {
      component: "postgres",
      tier: "db",
      zones: ["b", "a"],
      cpuMillicores: 25,
      holds: ["trade"],
      replicaOf: "trade",
      settings: { payments: "by-month-and-user" },
    },
    // Reaches into the others through postgres_fdw, and holds only the category of each item.
    report: {
      component: "postgres",
      tier: "db",
      zone: "a",
      cpuMillicores: 25,
      holds: ["report"],
      calls: ["trade", "catalog"],
    },
    search: { component: "groonga", tier: "search", zone: "a", cpuMillicores: 100 },
    // It works only when an item changes; the index is built at the start, before there are budgets.
    indexer: {
      component: "indexer",
      tier: "search",
      zone: "a",
      cpuMillicores: 25,
      calls: ["catalog", "search"],
    },
    carts: { component: "redis", tier: "db", zone: "a", cpuMillicores: 25, settings: { keeps: "carts" } },
    pictures: { component: "object-store", tier: "objects", zones, cpuMillicores: 25 },
  },
  entry: "l4",
  strategies: [...inDatabase, ...inCache, ...acrossZones],
  defaultStrategy: "F8",
  data: defaultData,
  variants: {
    "home-apps": countOf({ node: "home-app", members: "home applications in each zone", usual: 1, most: 2 }),
    "search-apps": countOf({ node: "search-app", members: "search applications", usual: 1, most: 3 }),
    "cart-apps": countOf({ node: "cart-app", members: "cart applications", usual: 1, most: 3 }),
    "trade-apps": countOf({
      node: "trade-app",
      members: "trade applications in each zone",
      usual: 1,
      most: 2,
    }),
    "config-snapshot": configSnapshot,
    search: searchBy({ engine: "search", indexer: "indexer", instead: ["catalog", "catalog-replica"] }),
    dns,
    "dns-ttl": dnsTtl(5),
    replicas: countOf({
      node: "catalog-replica",
      members: "catalogue replicas in zone b",
      usual: 1,
      least: 0,
      most: 2,
    }),
    shards: countOf({
      node: "trade",
      likewise: "trade-replica",
      members: "trade shards in each zone",
      usual: 1,
      most: 2,
    }),
    "trade-replicas": countOf({
      node: "trade-replica",
      members: "replicas of each trade shard, in the other zone; more shards have as many",
      usual: 1,
      least: 0,
      most: 1,
    }),
    lb: balance,
    session: sessionInStore,
    cdn,
    "cache-guards": cacheGuards,
    fresh: freshCopies,
    replication,
    payments: paymentsSplit("by-month-and-user"),
    report: countOf({
      node: "report",
      members: "report nodes; without one the shop that is asked gathers the report from all shards",
      usual: 1,
      least: 0,
      most: 1,
    }),
    tuning,
  },
  claims: objectivesAt({ browse: 200, "mixed-daily": 200, "flash-sale": 200 }),
});
