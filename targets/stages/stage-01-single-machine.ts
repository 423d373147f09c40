/** Stage 01: everything on one small machine. The shop and its only database compete for the same CPU. */
import { objectivesAt } from "../claim.ts";
import { inDatabase } from "../strategies.ts";
import { defaultData, defineTarget } from "../target.ts";
import { slowness } from "../variants/slowness.ts";
import { tuning } from "../variants/tuning.ts";

export const stage01 = defineTarget({
  id: "stage-01",
  title: "one machine: the shop and one database side by side",
  nodes: {
    // One budget of 300 m between the two: when the shop is busy the database starves, which is this stage's lesson.
    shop: { component: "shop", tier: "app", cpuMillicores: 200, machine: "box", calls: ["db"] },
    db: {
      component: "postgres",
      tier: "db",
      cpuMillicores: 100,
      machine: "box",
      holds: ["catalog", "user", "trade"],
    },
  },
  entry: "shop",
  strategies: inDatabase,
  defaultStrategy: "F2",
  data: defaultData,
  variants: { tuning, slowness },
  claims: objectivesAt({ browse: 100, "mixed-daily": 100, "flash-sale": 100 }),
});
