/** Which tier was at its limit. The rule is in `saturationRule`, in words that go into the report. */
import type { Evidence, NodeSeen } from "../evidence.ts";

export interface TierSeen {
  readonly tier: string;
  /** The node of the tier that used the largest share of what it had. */
  readonly busiest: NodeSeen;
  /** All nodes under the same budget as the busiest; itself alone unless machines are shared. */
  readonly together: readonly NodeSeen[];
  /** Share of the budget of all `together`; of one core where there are no budgets. */
  readonly usedRatio: number;
  /** Share of that budget which `busiest` used itself. */
  readonly ownRatio: number;
  /** Share of the periods with something to run in which there was more to run than the budget allows. */
  readonly throttledRatio: number;
  readonly isSaturated: boolean;
}

/** Judgement, as for our own agents: with a tenth left, the next burst is held back. */
const usedLimitRatio = 0.9;

/**
 * Held back in half of the scheduler's periods. Source: with a small Node shop the saturated node was throttled in
 * 602 of 600 periods, its neighbours in 15, so anything between tells them apart.
 */
const throttledLimitRatio = 0.5;

/**
 * And only while using most of the budget: the kernel counts periods with something to run only, so a node that wakes up
 * ten times in a run and needs its budget five times would look half throttled. Judgement.
 */
const throttledUsedRatio = 0.6;

export function saturationRule({ targetSeen }: Evidence): string {
  return targetSeen.budgets.mechanism === "none"
    ? "it takes 90 % of a core"
    : "it takes 90 % of a budget, or 60 % and being held back in half of its periods";
}

/** Tiers: the saturated first, then by the share of CPU used. */
export function tiersBySaturation(evidence: Evidence): readonly TierSeen[] {
  const tiers = new Map<string, TierSeen>();
  for (const node of evidence.nodes) {
    const seen = seenOf(node, evidence);
    const known = tiers.get(node.tier);
    if (known === undefined || before(seen, known) < 0) tiers.set(node.tier, seen);
  }
  return [...tiers.values()].toSorted(before);
}

function seenOf(node: NodeSeen, { nodes, targetSeen }: Evidence): TierSeen {
  const hasBudgets = targetSeen.budgets.mechanism !== "none";
  const together =
    hasBudgets && node.machine !== undefined
      ? nodes.filter(({ machine }) => machine === node.machine)
      : [node];
  const budget = sum(together, (each) => each.cpuBudgetMillicores);
  const usedBy = (each: NodeSeen) =>
    together.length === 1 ? each.cpuUsedRatio : (each.cpuUsedRatio * each.cpuBudgetMillicores) / budget;
  const usedRatio = sum(together, usedBy);
  const throttledRatio = Math.max(...together.map((each) => each.throttledRatio));
  // Of those who share a machine, the one that uses most of it is why it is at its limit.
  const isBlamed = together.every((other) => usedBy(other) <= usedBy(node));
  const isAtLimit =
    usedRatio >= usedLimitRatio || (throttledRatio >= throttledLimitRatio && usedRatio >= throttledUsedRatio);
  return {
    tier: node.tier,
    busiest: node,
    together,
    usedRatio,
    ownRatio: usedBy(node),
    throttledRatio,
    isSaturated: isBlamed && isAtLimit,
  };
}

const before = (a: TierSeen, b: TierSeen): number =>
  Number(b.isSaturated) - Number(a.isSaturated) || b.ownRatio - a.ownRatio;

const sum = (nodes: readonly NodeSeen[], of: (node: NodeSeen) => number): number =>
  nodes.reduce((total, node) => total + of(node), 0);
