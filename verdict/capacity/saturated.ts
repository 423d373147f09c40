/** Which tier was the limit at a load the target could not carry, and how sure that is. */
import type { NodeSeen } from "../evidence.ts";
import { percent } from "../telling/figures.ts";
import { meanNodes } from "./mean-nodes.ts";

export interface Saturated {
  /** The tier with the busiest machine; absent: no machine was near its budget. */
  readonly tier?: string;
  /** Its nodes on busy machines, busiest first. */
  readonly nodes: readonly string[];
  readonly sureness: "sure" | "likely" | "undecided";
  /** One sentence with the figures. */
  readonly because: string;
}

export const saturationLimits = {
  busy: {
    value: 0.85,
    unit: "of the budget used",
    source:
      "judgement: a queue whose server is busy 85 % of the time holds five to six requests on average (M/M/1), and p99 grows without bound from there",
  },
  near: {
    value: 0.7,
    unit: "of the budget used",
    source:
      "judgement: with budgets of 20 ms periods a node that used 70 % was held back in every second one",
  },
  apart: {
    value: 0.15,
    unit: "of the budget between the busiest and the next tier",
    source: "judgement: three times the spread of a node's share between probes at the same rate",
  },
} as const;

interface Busy {
  readonly tier: string;
  readonly usedRatio: number;
  readonly throttledRatio: number;
  readonly nodes: readonly NodeSeen[];
}

/**
 * Of probes at the lowest rates that were bad, together. A machine that several nodes share is as busy as all of them
 * together, and counts for the tier that uses most of it.
 */
export function saturatedIn(probes: readonly (readonly NodeSeen[])[]): Saturated {
  const tiers = byTier(meanNodes(probes));
  const [first, second] = tiers;
  if (first === undefined)
    return { nodes: [], sureness: "undecided", because: "nothing is known of its nodes" };
  const { busy, near, apart } = saturationLimits;
  const words = `${first.tier} used ${percent(first.usedRatio)} of its budget and was held back in ${percent(first.throttledRatio)} of its periods`;
  if (first.usedRatio < near.value)
    return {
      nodes: [],
      sureness: "undecided",
      because: `no node was near its CPU budget (${words}): it waits for something else`,
    };
  const nodes = first.nodes.map(({ name }) => name);
  const gap = first.usedRatio - (second?.usedRatio ?? 0);
  const next = second === undefined ? "" : `; next is ${second.tier} with ${percent(second.usedRatio)}`;
  const isApart = gap >= apart.value;
  const sureness = isApart ? (first.usedRatio >= busy.value ? "sure" : "likely") : "undecided";
  return { tier: first.tier, nodes, sureness, because: `${words}${next}` };
}

/** Of its budget, by the busiest machine; 0 when nothing is known of any. */
export const busiestUse = (nodes: readonly NodeSeen[]): number => byTier(nodes)[0]?.usedRatio ?? 0;

/** Where nobody holds budgets no node has a limit of its own, and how busy one was is told as a share of one core. */
export function saturatedUnheld(probes: readonly (readonly NodeSeen[])[]): Saturated {
  const [first] = meanNodes(probes).toSorted((a, b) => b.cpuUsedRatio - a.cpuUsedRatio);
  const busiest =
    first === undefined ? "" : `; busiest was ${first.name} with ${percent(first.cpuUsedRatio)} of a core`;
  return {
    nodes: [],
    sureness: "undecided",
    because: `no CPU budgets were held, so that no tier has a limit of its own${busiest}`,
  };
}

/** Tiers that are full, and as good as equally so; busiest first. Of machines that are shared, by who uses most of them. */
export function rivalsIn(probes: readonly (readonly NodeSeen[])[]): readonly string[] {
  const tiers = byTier(meanNodes(probes));
  const { busy, apart } = saturationLimits;
  const least = Math.max(busy.value, (tiers[0]?.usedRatio ?? 0) - apart.value);
  return tiers.filter(({ usedRatio }) => usedRatio >= least).map(({ tier }) => tier);
}

/** Busiest first; of a tier its busiest machine counts, for a balanced tier is as fast as its slowest member. */
function byTier(nodes: readonly NodeSeen[]): readonly Busy[] {
  const machines = groupedBy(nodes, ({ machine, name }) => machine ?? name);
  const busy = [...machines.values()].map((members): Busy => {
    const cores = ({ cpuBudgetMillicores }: NodeSeen) => cpuBudgetMillicores / 1000;
    const budget = members.reduce((sum, each) => sum + cores(each), 0);
    const used = members.reduce((sum, each) => sum + each.cpuUsedRatio * cores(each), 0);
    const most = members.toSorted((a, b) => b.cpuUsedRatio * cores(b) - a.cpuUsedRatio * cores(a))[0]!;
    return {
      tier: most.tier,
      usedRatio: budget > 0 ? used / budget : 0,
      throttledRatio: Math.max(...members.map(({ throttledRatio }) => throttledRatio)),
      nodes: [most],
    };
  });
  return [...groupedBy(busy, ({ tier }) => tier)]
    .map(([tier, ofTier]): Busy => {
      const sorted = ofTier.toSorted((a, b) => b.usedRatio - a.usedRatio);
      const { usedRatio, throttledRatio } = sorted[0]!;
      const held = sorted.filter((each) => each.usedRatio >= saturationLimits.near.value);
      return { tier, usedRatio, throttledRatio, nodes: held.flatMap((each) => each.nodes) };
    })
    .toSorted((a, b) => b.usedRatio - a.usedRatio);
}

function groupedBy<T>(all: readonly T[], keyOf: (each: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const each of all) groups.set(keyOf(each), [...(groups.get(keyOf(each)) ?? []), each]);
  return groups;
}
