/**
 * Stage 08: two layer-4 balancers in front of two proxies, in front of four shops, a shared cache, and databases split
 * by business, one of them with a streaming replica, one hash-split over two shards.
 *
 * Budgets are caps, made so that the shops saturate first: four of 200 m do nearly all the work of a request, while the
 * tiers around them have as much again between them and use a part of it. Below 200 m a Node process mostly measures
 * its own garbage collection and just-in-time compiler.
 */
import { objectivesAt } from "../claim.ts";
import { inCache, inDatabase } from "../strategies.ts";
import { defaultData, defineTarget } from "../target.ts";
import { balance } from "../variants/balance.ts";
import { cacheGuards } from "../variants/cache-guards.ts";
import { cdn } from "../variants/cdn.ts";
import { countOf } from "../variants/count-of.ts";
import { freshCopies } from "../variants/fresh-copies.ts";
import { paymentsSplit } from "../variants/payments.ts";
import { replication } from "../variants/replication.ts";
import { session } from "../variants/session.ts";
import { tuning } from "../variants/tuning.ts";
import { wiring } from "../variants/wiring.ts";

export const stage08 = defineTarget({
  id: "stage-08",
  title: "an L4 pair over two proxies",
  nodes: {
    l4: {
      component: "haproxy",
      tier: "l4",
      cpuMillicores: 75,
      count: 2,
      calls: ["proxy"],
      standInFor:
        "the kernel's LVS, or an F5, with a virtual address that VRRP moves: HAProxy in TCP mode, and since loopback " +
        "has no VRRP both members take traffic instead of one standing by",
    },
    proxy: { component: "nginx", tier: "proxy", cpuMillicores: 100, count: 2, calls: ["shop"] },
    shop: {
      component: "shop",
      tier: "app",
      cpuMillicores: 200,
      count: 4,
      calls: ["cache", "catalog", "catalog-replica", "user", "trade", "report"],
    },
    cache: { component: "redis", tier: "cache", cpuMillicores: 100 },
    catalog: { component: "postgres", tier: "db", cpuMillicores: 100, holds: ["catalog"] },
    // All reading of the catalogue comes here, and a search costs more than anything else a shop asks for: with 100 m
    // it was held back in every period while the shops used little more than half of theirs.
    "catalog-replica": {
      component: "postgres",
      tier: "db",
      cpuMillicores: 250,
      holds: ["catalog"],
      replicaOf: "catalog",
    },
    user: { component: "postgres", tier: "db", cpuMillicores: 100, holds: ["user"] },
    trade: {
      component: "postgres",
      tier: "db",
      cpuMillicores: 100,
      count: 2,
      holds: ["trade"],
      settings: { payments: "by-month-and-user" },
    },
    // Reaches into the others through postgres_fdw, and holds only the category of each item.
    report: {
      component: "postgres",
      tier: "db",
      cpuMillicores: 50,
      holds: ["report"],
      calls: ["trade", "catalog"],
    },
  },
  entry: "l4",
  strategies: [...inDatabase, ...inCache],
  defaultStrategy: "F8",
  data: defaultData,
  variants: {
    l4: countOf({ node: "l4", members: "layer-4 balancers", usual: 2, most: 3 }),
    proxies: countOf({ node: "proxy", members: "proxies", usual: 2, most: 4 }),
    shops: countOf({ node: "shop", members: "shops", usual: 4, most: 6 }),
    replicas: countOf({
      node: "catalog-replica",
      members: "catalogue replicas",
      usual: 1,
      least: 0,
      most: 2,
    }),
    shards: countOf({ node: "trade", members: "trade shards", usual: 2, most: 4 }),
    lb: balance,
    wiring,
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
  claims: objectivesAt({ browse: 250, "mixed-daily": 250, "flash-sale": 500 }),
});
