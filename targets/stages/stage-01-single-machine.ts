/** Stage 01: everything on one small machine. The shop and its only database compete for the same CPU. */
import { defaultData, defineTarget } from "../target.ts";

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
  strategies: ["F0", "F2"],
  defaultStrategy: "F2",
  data: defaultData,
  claims: [
    {
      scenario: "browse",
      ratePerS: 100,
      p99Ms: 250,
      errorRatio: 0.001,
      source: "objective of ours; what was measured against it is in docs/performance.md",
    },
    {
      scenario: "mixed-daily",
      ratePerS: 100,
      p99Ms: 250,
      errorRatio: 0.001,
      source: "objective of ours; what was measured against it is in docs/performance.md",
    },
    {
      scenario: "flash-sale",
      ratePerS: 100,
      p99Ms: 250,
      errorRatio: 0.001,
      source: "objective of ours; what was measured against it is in docs/performance.md",
    },
  ],
});
