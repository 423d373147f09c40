/**
 * Stage 07: the tables of trade, hash-split over shards by item, payments on each of them by month and by user; a report
 * node asks all shards at once and adds up their sums.
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

export const stage07 = defineTarget({
  id: "stage-07",
  title: "trade split over two shards, and a report node over all of them",
  nodes: {
    proxy: { component: "nginx", tier: "proxy", cpuMillicores: 100, calls: ["shop"] },
    shop: {
      component: "shop",
      tier: "app",
      cpuMillicores: 200,
      count: 4,
      calls: ["cache", "catalog", "catalog-replica", "user", "trade", "report"],
    },
    cache: { component: "redis", tier: "cache", cpuMillicores: 100 },
    catalog: { component: "postgres", tier: "db", cpuMillicores: 100, holds: ["catalog"] },
    "catalog-replica": {
      component: "postgres",
      tier: "db",
      cpuMillicores: 250,
      holds: ["catalog"],
      replicaOf: "catalog",
    },
    user: { component: "postgres", tier: "db", cpuMillicores: 150, holds: ["user"] },
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
      cpuMillicores: 100,
      holds: ["report"],
      calls: ["trade", "catalog"],
    },
  },
  entry: "proxy",
  strategies: [...inDatabase, ...inCache],
  defaultStrategy: "F8",
  data: defaultData,
  variants: {
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
