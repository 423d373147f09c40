/** How many members a node should have, by its load: the rule of Kubernetes' horizontal autoscaler. Pure. */

/**
 * Times and limits of the rule. Kubernetes' own defaults are 15 s, 0.1, doubling or 4 more in 60 s, and 300 s.
 * Source: Kubernetes documentation, "Horizontal Pod Autoscaling".
 */
export interface ScalingRule {
  /** Share of its CPU budget that a member should use, 0-1. */
  readonly targetRatio: number;
  /** Within this share of the target nothing changes. */
  readonly toleranceRatio: number;
  /** In this span a node at most doubles, or grows by `leastStep` where that is more. */
  readonly growthSpanS: number;
  readonly leastStep: number;
  /** It shrinks only to what was the most wanted in this span. */
  readonly calmSpanS: number;
}

/** One look at a node. */
export interface Look {
  readonly atS: number;
  readonly members: number;
  /** Mean share of the members' CPU budgets that was used since the look before, 0-1 and a little more. */
  readonly usedRatio: number;
}

/** What was wanted and what there was at an earlier look. */
export interface Past {
  readonly atS: number;
  readonly members: number;
  readonly wanted: number;
}

export interface Decision {
  /** Members the node should have. */
  readonly members: number;
  /** To be handed in at the next look. */
  readonly past: readonly Past[];
}

/** @param bounds members at least and at most */
export function decide(
  { atS, members, usedRatio }: Look,
  past: readonly Past[],
  rule: ScalingRule,
  bounds: { readonly least: number; readonly most: number },
): Decision {
  const load = usedRatio / rule.targetRatio;
  // Rounding in the last digit must not turn 4.000000000000001 members into 5.
  const byLoad =
    Math.abs(load - 1) <= rule.toleranceRatio ? members : Math.ceil(Number((members * load).toFixed(9)));
  const wanted = Math.min(bounds.most, Math.max(bounds.least, byLoad));
  const kept = [...past, { atS, members, wanted }].filter(
    (each) => atS - each.atS < Math.max(rule.calmSpanS, rule.growthSpanS),
  );
  const fewest = Math.min(...within(kept, atS, rule.growthSpanS).map((each) => each.members));
  const mostGrown = Math.max(fewest * 2, fewest + rule.leastStep);
  const calm = Math.max(...within(kept, atS, rule.calmSpanS).map((each) => each.wanted));
  const chosen = wanted > members ? Math.min(wanted, Math.max(members, mostGrown)) : Math.min(members, calm);
  return { members: chosen, past: kept };
}

const within = (past: readonly Past[], atS: number, spanS: number) =>
  past.filter((each) => atS - each.atS < spanS);
