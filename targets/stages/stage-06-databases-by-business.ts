/** Stage 06: catalogue, users and trade in a database each, so that a busy one no longer harms the others. */
import { objectivesAt } from "../claim.ts";
import { inCache, inDatabase } from "../strategies.ts";
import { defaultData, defineTarget } from "../target.ts";
import { balance } from "../variants/balance.ts";
import { cacheGuards } from "../variants/cache-guards.ts";
import { cdn } from "../variants/cdn.ts";
import { countOf } from "../variants/count-of.ts";
import { freshCopies } from "../variants/fresh-copies.ts";
import { replication } from "../variants/replication.ts";
import { session } from "../variants/session.ts";
import { tuning } from "../variants/tuning.ts";

export const stage06 = defineTarget({
  id: "stage-06",
  title: "databases by business: catalogue with a replica, users, trade",
  nodes: {
    proxy: { component: "nginx", tier: "proxy", cpuMillicores: 100, calls: ["shop"] },
    shop: {
      component: "shop",
      tier: "app",
      cpuMillicores: 200,
      count: 4,
      calls: ["cache", "catalog", "catalog-replica", "user", "trade"],
    },
    cache: { component: "redis", tier: "cache", cpuMillicores: 100 },
    catalog: { component: "postgres", tier: "db", cpuMillicores: 150, holds: ["catalog"] },
    "catalog-replica": {
      component: "postgres",
      tier: "db",
      cpuMillicores: 250,
      holds: ["catalog"],
      replicaOf: "catalog",
    },
    user: { component: "postgres", tier: "db", cpuMillicores: 150, holds: ["user"] },
    trade: { component: "postgres", tier: "db", cpuMillicores: 250, holds: ["trade"] },
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
    lb: balance,
    session,
    cdn,
    "cache-guards": cacheGuards,
    fresh: freshCopies,
    replication,
    tuning,
  },
  claims: objectivesAt({ browse: 250, "mixed-daily": 250, "flash-sale": 400 }),
});
