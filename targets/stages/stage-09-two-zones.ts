/**
 * Stage 09: two data centres, which are zones here. A name server leads to both, and each has its own way in: layer-4
 * balancer, proxy, shops and cache. Shops use what is near, except where there is only one of it.
 *
 * Data has a home, and a replica across: it is written at home, and read near by when nothing is decided by it. Catalogue
 * and users are at home in a, and the catalogue streams to b. Trade is hash-split by item, one shard in each zone, so half
 * of all orders cross over, and each streams to the other zone. Of users there is no replica: what is read of them is
 * written as often. The counters of sales are in a, since two of them would sell twice, and so is the report node, which
 * asks all shards. Nobody makes a replica a primary: a zone that is lost takes all writing of its half of trade along, and a
 * that of the catalogue and of carts; what is cached in one zone is not taken back when the other one changes it.
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
import { session } from "../variants/session.ts";
import { tuning } from "../variants/tuning.ts";

const zones = ["a", "b"];

export const stage09 = defineTarget({
  id: "stage-09",
  title: "two zones behind one name, each with an L4 balancer, a proxy, two shops and a cache",
  nodes: {
    dns: {
      component: "knot",
      tier: "dns",
      cpuMillicores: 50,
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
      cpuMillicores: 50,
      calls: ["proxy"],
      standInFor:
        "the kernel's LVS, or an F5, as a pair with a virtual address that VRRP moves: HAProxy in TCP mode, and since " +
        "loopback has no VRRP one in each zone",
    },
    proxy: { component: "nginx", tier: "proxy", zones, cpuMillicores: 60, calls: ["shop"] },
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
      ],
    },
    cache: { component: "redis", tier: "cache", zones, cpuMillicores: 50 },
    "sale-counters": {
      component: "redis",
      tier: "cache",
      zone: "a",
      cpuMillicores: 50,
      settings: { keeps: "sales" },
    },
    catalog: { component: "postgres", tier: "db", zone: "a", cpuMillicores: 150, holds: ["catalog"] },
    "catalog-replica": {
      component: "postgres",
      tier: "db",
      zones: ["b"],
      cpuMillicores: 150,
      holds: ["catalog"],
      replicaOf: "catalog",
    },
    user: { component: "postgres", tier: "db", zone: "a", cpuMillicores: 90, holds: ["user"] },
    trade: {
      component: "postgres",
      tier: "db",
      zones,
      cpuMillicores: 100,
      holds: ["trade"],
      settings: { payments: "by-month-and-user" },
    },
    // Each zone's shard streams to the other zone: what only shows something is read near by.
    "trade-replica": {
      component: "postgres",
      tier: "db",
      zones: ["b", "a"],
      cpuMillicores: 50,
      holds: ["trade"],
      replicaOf: "trade",
      settings: { payments: "by-month-and-user" },
    },
    // Reaches into the others through postgres_fdw, and holds only the category of each item.
    report: {
      component: "postgres",
      tier: "db",
      zone: "a",
      cpuMillicores: 50,
      holds: ["report"],
      calls: ["trade", "catalog"],
    },
  },
  entry: "l4",
  strategies: [...inDatabase, ...inCache, ...acrossZones],
  defaultStrategy: "F8",
  data: defaultData,
  variants: {
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
    session,
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
