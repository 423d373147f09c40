/**
 * Stage 05: one database to write to, two that stream from it to read from. What only shows something reads from a
 * replica; what decides something (a sale, a payment, a repeated key, a price) asks the primary.
 */
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

export const stage05 = defineTarget({
  id: "stage-05",
  title: "a database to write to and two streaming replicas to read from",
  nodes: {
    proxy: { component: "nginx", tier: "proxy", cpuMillicores: 100, calls: ["shop"] },
    shop: {
      component: "shop",
      tier: "app",
      cpuMillicores: 200,
      count: 4,
      calls: ["cache", "db", "db-replica"],
    },
    cache: { component: "redis", tier: "cache", cpuMillicores: 100 },
    db: { component: "postgres", tier: "db", cpuMillicores: 300, holds: ["catalog", "user", "trade"] },
    "db-replica": {
      component: "postgres",
      tier: "db",
      cpuMillicores: 300,
      count: 2,
      holds: ["catalog", "user", "trade"],
      replicaOf: "db",
    },
  },
  entry: "proxy",
  strategies: [...inDatabase, ...inCache],
  defaultStrategy: "F8",
  data: defaultData,
  variants: {
    shops: countOf({ node: "shop", members: "shops", usual: 4, most: 6 }),
    replicas: countOf({ node: "db-replica", members: "replicas", usual: 2, least: 0, most: 3 }),
    lb: balance,
    session,
    cdn,
    "cache-guards": cacheGuards,
    fresh: freshCopies,
    replication,
    tuning,
  },
  claims: objectivesAt({ browse: 250, "mixed-daily": 200, "flash-sale": 250 }),
});
