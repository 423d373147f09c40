/**
 * Stage 10: what a relational database is not best at leaves it. A search engine finds items, fed by the stream of the
 * catalogue's changes; a key-value store keeps carts and logins; an object store keeps the pictures, one member in each zone, so
 * that a zone that is lost takes none along. Engine and carts are at home in a, where catalogue and users are: a second
 * engine would need a second stream, and two stores of carts would each have half of what a shopper put in.
 *
 * The new nodes take their budgets from the tiers that the same requests no longer reach, so that all still fits on two
 * cores.
 */
import { objectivesAt } from "../claim.ts";
import { acrossZones, inCache, inDatabase } from "../strategies.ts";
import { defaultData, defineTarget } from "../target.ts";
import { balance } from "../variants/balance.ts";
import { cacheGuards } from "../variants/cache-guards.ts";
import { cdn } from "../variants/cdn.ts";
import { countOf } from "../variants/count-of.ts";
import { dns, dnsTtl } from "../variants/dns.ts";
import { freshCopies } from "../variants/fresh-copies.ts";
import { paymentsSplit } from "../variants/payments.ts";
import { replication } from "../variants/replication.ts";
import { searchBy } from "../variants/search.ts";
import { sessionInStore } from "../variants/session.ts";
import { tuning } from "../variants/tuning.ts";

const zones = ["a", "b"];

export const stage10 = defineTarget({
  id: "stage-10",
  title:
    "a search engine fed by the catalogue's changes, a key-value store for carts and logins, an object store for pictures",
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
      cpuMillicores: 35,
      calls: ["proxy"],
      standInFor:
        "the kernel's LVS, or an F5, as a pair with a virtual address that VRRP moves: HAProxy in TCP mode, and since " +
        "loopback has no VRRP one in each zone",
    },
    proxy: { component: "nginx", tier: "proxy", zones, cpuMillicores: 50, calls: ["shop"] },
    shop: {
      component: "shop",
      tier: "app",
      zones,
      cpuMillicores: 200,
      count: 2,
      calls: [
        "cache",
        "sale-counters",
        "catalog",
        "catalog-replica",
        "user",
        "trade",
        "trade-replica",
        "report",
        "search",
        "carts",
        "pictures",
      ],
    },
    cache: { component: "redis", tier: "cache", zones, cpuMillicores: 40 },
    "sale-counters": {
      component: "redis",
      tier: "cache",
      zone: "a",
      cpuMillicores: 30,
      settings: { keeps: "sales" },
    },
    catalog: { component: "postgres", tier: "db", zone: "a", cpuMillicores: 100, holds: ["catalog"] },
    "catalog-replica": {
      component: "postgres",
      tier: "db",
      zones: ["b"],
      cpuMillicores: 100,
      holds: ["catalog"],
      replicaOf: "catalog",
    },
    user: { component: "postgres", tier: "db", zone: "a", cpuMillicores: 50, holds: ["user"] },
    trade: {
      component: "postgres",
      tier: "db",
      zones,
      cpuMillicores: 90,
      holds: ["trade"],
      settings: { payments: "by-month-and-user" },
    },
    // Each zone's shard streams to the other zone: what only shows something is read near by.
    "trade-replica": {
      component: "postgres",
      tier: "db",
      zones: ["b", "a"],
      cpuMillicores: 40,
      holds: ["trade"],
      replicaOf: "trade",
      settings: { payments: "by-month-and-user" },
    },
    // Reaches into the others through postgres_fdw, and holds only the category of each item.
    report: {
      component: "postgres",
      tier: "db",
      zone: "a",
      cpuMillicores: 35,
      holds: ["report"],
      calls: ["trade", "catalog"],
    },
    search: { component: "groonga", tier: "search", zone: "a", cpuMillicores: 150 },
    // It works only when an item changes; the index is built at the start, before there are budgets.
    indexer: {
      component: "indexer",
      tier: "search",
      zone: "a",
      cpuMillicores: 50,
      calls: ["catalog", "search"],
    },
    carts: { component: "redis", tier: "db", zone: "a", cpuMillicores: 50, settings: { keeps: "carts" } },
    pictures: { component: "object-store", tier: "objects", zones, cpuMillicores: 50 },
  },
  entry: "l4",
  strategies: [...inDatabase, ...inCache, ...acrossZones],
  defaultStrategy: "F8",
  data: defaultData,
  variants: {
    search: searchBy({ engine: "search", indexer: "indexer", instead: ["catalog", "catalog-replica"] }),
    dns,
    "dns-ttl": dnsTtl(5),
    l4: countOf({ node: "l4", members: "layer-4 balancers in each zone", usual: 1, most: 2 }),
    proxies: countOf({ node: "proxy", members: "proxies in each zone", usual: 1, most: 2 }),
    shops: countOf({ node: "shop", members: "shops in each zone", usual: 2, most: 3 }),
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
  claims: objectivesAt({ browse: 250, "mixed-daily": 250, "flash-sale": 400 }),
});
