/** Which tier was at its limit: the one whose nodes were held back, or used their whole budget. */
import type { Evidence, NodeSeen } from "../evidence.ts";

export interface TierSeen {
  readonly tier: string;
  /** The busiest node of the tier. */
  readonly busiest: NodeSeen;
  readonly isSaturated: boolean;
}

/**
 * Held back in half of the scheduler's periods. Source: with a small Node shop the saturated node was throttled in
 * 602 of 600 periods, its neighbours in 15, so anything between tells them apart.
 */
const throttledLimitRatio = 0.5;

/** Without a budget there are no periods; then nine tenths of a core is the sign. Judgement, as for our own agents. */
const usedLimitRatio = 0.9;

/** Tiers, the busiest first. */
export function tiersBySaturation({ nodes }: Evidence): readonly TierSeen[] {
  const busiest = new Map<string, NodeSeen>();
  for (const node of nodes) {
    const known = busiest.get(node.tier);
    if (known === undefined || pressure(node) > pressure(known)) busiest.set(node.tier, node);
  }
  return [...busiest]
    .map(([tier, node]) => ({ tier, busiest: node, isSaturated: isSaturated(node) }))
    .toSorted((a, b) => pressure(b.busiest) - pressure(a.busiest));
}

function isSaturated(node: NodeSeen): boolean {
  return node.throttledRatio >= throttledLimitRatio || node.cpuUsedRatio >= usedLimitRatio;
}

/** Being held back says more than being busy. */
const pressure = (node: NodeSeen): number => node.throttledRatio * 2 + node.cpuUsedRatio;
