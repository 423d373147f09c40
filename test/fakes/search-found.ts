/** A search that found a knee, as it would stand in `capacity.json`: a proxy was full first. */
import type { CapacitySeen } from "../../verdict/capacity/capacity-seen.ts";
import type { ProbeAnswer, ProbeSeen } from "../../verdict/capacity/probe.ts";
import type { NodeSeen } from "../../verdict/evidence.ts";

const nodesAt = (ratePerS: number): readonly NodeSeen[] => [
  {
    ...{ name: "proxy", tier: "proxy", cpuBudgetMillicores: 100 },
    ...{ cpuUsedRatio: Math.min(1, ratePerS / 1_000), throttledRatio: ratePerS > 900 ? 0.4 : 0 },
  },
  {
    ...{ name: "shop-1", tier: "app", cpuBudgetMillicores: 300 },
    ...{ cpuUsedRatio: Math.min(1, ratePerS / 1_600), throttledRatio: 0.05 },
  },
];

function probe(aim: ProbeSeen["aim"], ratePerS: number, answer: ProbeAnswer): ProbeSeen {
  const late = { of: ratePerS * 4, missed: answer === "bad" ? ratePerS : 0 };
  return {
    ...{ aim, ratePerS, spanS: 4, offeredPerS: ratePerS, completedPerS: ratePerS },
    ...{ goodPerS: answer === "bad" ? ratePerS * 0.75 : ratePerS, late, errors: { of: late.of, missed: 0 } },
    ...{ p50Ms: 12, p90Ms: 40, p99Ms: answer === "bad" ? 900 : 180, answer, because: "so it was" },
    ...{ nodes: nodesAt(ratePerS), agentCpuRatio: 0.3, usedCores: 0.6, folder: `probes/${aim}-${ratePerS}` },
  };
}

/** @param startEpochS when it began */
export function searchFound(startEpochS: number): CapacitySeen {
  return {
    schemaVersion: 1,
    ...{ runId: "20260827T165000Z-capacity-browse-stage-04-c87e", scenario: "browse", target: "stage-04" },
    ...{ unusual: [], seed: 42, startedAt: new Date(startEpochS * 1_000).toISOString(), tookS: 92 },
    objective: { p99Ms: 250, errorRatio: 0.001 },
    knee: {
      ...{ ratePerS: 959, belowPerS: 1_000, offeredPerS: 960, completedPerS: 958, goodPerS: 957, p99Ms: 221 },
      nodes: nodesAt(959),
    },
    ...{ because: "959 /s were carried by three probes", status: "found", budgets: "cgroup-v1" },
    probes: [
      probe("rise", 400, "good"),
      probe("rise", 800, "good"),
      probe("rise", 1_600, "bad"),
      probe("bisect", 1_000, "bad"),
      probe("confirm", 959, "good"),
      probe("overload", 1_300, "bad"),
    ],
    saturated: {
      tier: "proxy",
      nodes: ["proxy"],
      sureness: "sure",
      because: "proxy used 100 % of its budget",
    },
    afterOverload: {
      ...{
        overloadPerS: 1_300,
        afterPerS: 860,
        goodRatioUnder: 0.5,
        goodRatioAfter: 1,
        pauseS: 0,
        backAfterS: 1.2,
      },
      watchedS: 6,
    },
  };
}
