/**
 * Stage 08: two layer-4 balancers in front of two proxies, in front of four shops, a shared cache, and databases split
 * by business, one of them with a streaming replica, one hash-split over two shards.
 *
 * Budgets are caps, made so that the shops saturate first: four of 200 m do nearly all the work of a request, while the
 * tiers around them have as much again between them and use a part of it. Below 200 m a Node process mostly measures
 * its own garbage collection and just-in-time compiler.
 */
import { defaultData, defineTarget } from "../target.ts";

export const stage08 = defineTarget({
  id: "stage-08",
  title: "an L4 pair over two proxies, four shops, cache, databases by business with a replica and shards",
  nodes: {
    l4: {
      component: "haproxy",
      tier: "l4",
      cpuMillicores: 100,
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
      calls: ["cache", "catalog", "catalog-replica", "user", "trade"],
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
    trade: { component: "postgres", tier: "db", cpuMillicores: 100, count: 2, holds: ["trade"] },
  },
  entry: "l4",
  strategies: ["F0", "F2", "F8"],
  defaultStrategy: "F8",
  data: defaultData,
  claims: [
    {
      scenario: "browse",
      ratePerS: 250,
      p99Ms: 250,
      errorRatio: 0.001,
      source: "objective of ours; what was measured against it is in docs/performance.md",
    },
    {
      scenario: "mixed-daily",
      ratePerS: 250,
      p99Ms: 250,
      errorRatio: 0.001,
      source: "objective of ours; what was measured against it is in docs/performance.md",
    },
    {
      scenario: "flash-sale",
      ratePerS: 500,
      p99Ms: 250,
      errorRatio: 0.001,
      source: "objective of ours; what was measured against it is in docs/performance.md",
    },
  ],
});
