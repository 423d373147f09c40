/** Stage 04: a reverse proxy shares requests out over several shops, which share one cache and one database. */
import { objectivesAt } from "../claim.ts";
import { inCache, inDatabase } from "../strategies.ts";
import { defaultData, defineTarget } from "../target.ts";
import { balance } from "../variants/balance.ts";
import { cacheGuards } from "../variants/cache-guards.ts";
import { cdn } from "../variants/cdn.ts";
import { countOf } from "../variants/count-of.ts";
import { planted } from "../variants/planted.ts";
import { session } from "../variants/session.ts";
import { sizes } from "../variants/sizes.ts";
import { slowness } from "../variants/slowness.ts";
import { tuning } from "../variants/tuning.ts";

export const stage04 = defineTarget({
  id: "stage-04",
  title: "a reverse proxy over three shops",
  nodes: {
    proxy: { component: "nginx", tier: "proxy", cpuMillicores: 100, calls: ["shop"] },
    shop: { component: "shop", tier: "app", cpuMillicores: 300, count: 3, calls: ["cache", "db"] },
    cache: { component: "redis", tier: "cache", cpuMillicores: 100 },
    db: { component: "postgres", tier: "db", cpuMillicores: 300, holds: ["catalog", "user", "trade"] },
  },
  entry: "proxy",
  strategies: [...inDatabase, ...inCache],
  defaultStrategy: "F8",
  data: defaultData,
  variants: {
    shops: countOf({ node: "shop", members: "shops", usual: 3, most: 6 }),
    sizes,
    lb: balance,
    session,
    cdn,
    "cache-guards": cacheGuards,
    tuning,
    planted,
    slowness,
  },
  claims: objectivesAt({ browse: 250, "mixed-daily": 200, "flash-sale": 250 }),
});
