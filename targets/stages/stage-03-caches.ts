/** Stage 03: the hottest pages in the memory of the shop, more of them in a Redis beside it. */
import { objectivesAt } from "../claim.ts";
import { inCache, inDatabase } from "../strategies.ts";
import { defaultData, defineTarget } from "../target.ts";
import { cacheGuards } from "../variants/cache-guards.ts";
import { countOf } from "../variants/count-of.ts";
import { tuning } from "../variants/tuning.ts";

export const stage03 = defineTarget({
  id: "stage-03",
  title: "a cache in the shop's memory, and a Redis behind it",
  nodes: {
    shop: { component: "shop", tier: "app", cpuMillicores: 300, calls: ["cache", "db"] },
    cache: { component: "redis", tier: "cache", cpuMillicores: 100 },
    db: { component: "postgres", tier: "db", cpuMillicores: 300, holds: ["catalog", "user", "trade"] },
  },
  entry: "shop",
  strategies: [...inDatabase, ...inCache],
  defaultStrategy: "F8",
  data: defaultData,
  variants: {
    cache: countOf({
      node: "cache",
      members: "caches; without one the shop keeps nothing in its memory either",
      usual: 1,
      least: 0,
      most: 1,
    }),
    "cache-guards": cacheGuards,
    tuning,
  },
  claims: objectivesAt({ browse: 150, "mixed-daily": 150, "flash-sale": 150 }),
});
