/**
 * Stage 02: the shop and its database on a machine each, every one as large as the one machine before.
 *
 * The hardware has doubled, so a gain of up to two would be no wonder; `machines=half` gives both together what the one
 * machine had, and shows what keeping them apart is worth by itself.
 */
import { objectivesAt } from "../claim.ts";
import { inDatabase } from "../strategies.ts";
import { defaultData, defineTarget } from "../target.ts";
import { machines } from "../variants/machines.ts";
import { tuning } from "../variants/tuning.ts";

export const stage02 = defineTarget({
  id: "stage-02",
  title: "the shop and its database on a machine each",
  nodes: {
    shop: { component: "shop", tier: "app", cpuMillicores: 300, calls: ["db"] },
    db: { component: "postgres", tier: "db", cpuMillicores: 300, holds: ["catalog", "user", "trade"] },
  },
  entry: "shop",
  strategies: inDatabase,
  defaultStrategy: "F2",
  data: defaultData,
  variants: { machines, tuning },
  claims: objectivesAt({ browse: 150, "mixed-daily": 150, "flash-sale": 150 }),
});
