/**
 * Stage 09: two data centres, which are zones here. A name server leads to both, and each has its own way in: layer-4
 * balancer, proxy, shops and cache. Shops use what is near, except where there is only one of it.
 *
 * Data has a home. Catalogue and users are at home in a, and the catalogue streams to a replica in b, where b reads it.
 * Trade is hash-split by item, one shard in each zone, so half of all orders cross over; the counters of sales are in a,
 * since two of them would sell twice. Hence a zone that is lost takes its half of trade along, and a all writing of the
 * catalogue and of carts; what is cached in one zone is not taken back when the other one changes it.
 */
import { objectivesAt } from "../claim.ts";
import { acrossZones, inCache, inDatabase } from "../strategies.ts";
import { defaultData, defineTarget } from "../target.ts";
import { balance } from "../variants/balance.ts";
import { cacheGuards } from "../variants/cache-guards.ts";
import { cdn } from "../variants/cdn.ts";
import { countOf } from "../variants/count-of.ts";
import { dns, dnsTtl } from "../variants/dns.ts";
import { session } from "../variants/session.ts";

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
    proxy: { component: "nginx", tier: "proxy", zones, cpuMillicores: 80, calls: ["shop"] },
    shop: {
      component: "shop",
      tier: "app",
      zones,
      cpuMillicores: 200,
      count: 2,
      calls: ["cache", "sale-counters", "catalog", "catalog-replica", "user", "trade"],
    },
    cache: { component: "redis", tier: "cache", zones, cpuMillicores: 50 },
    "sale-counters": {
      component: "redis",
      tier: "cache",
      zone: "a",
      cpuMillicores: 50,
      settings: { keeps: "sales" },
    },
    catalog: { component: "postgres", tier: "db", zone: "a", cpuMillicores: 200, holds: ["catalog"] },
    "catalog-replica": {
      component: "postgres",
      tier: "db",
      zones: ["b"],
      cpuMillicores: 200,
      holds: ["catalog"],
      replicaOf: "catalog",
    },
    user: { component: "postgres", tier: "db", zone: "a", cpuMillicores: 100, holds: ["user"] },
    trade: { component: "postgres", tier: "db", zones, cpuMillicores: 100, holds: ["trade"] },
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
    shards: countOf({ node: "trade", members: "trade shards in each zone", usual: 1, most: 2 }),
    lb: balance,
    session,
    cdn,
    "cache-guards": cacheGuards,
  },
  claims: objectivesAt({ browse: 250, "mixed-daily": 250, "flash-sale": 400 }),
});
