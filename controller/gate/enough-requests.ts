/** Whether runs of a plan make requests enough for what is asked about them: better known before than after them. Pure. */
import { type Rule, requestsFor, ruleName } from "../../verdict/comparison/figure.ts";
import type { RunSeen } from "../../verdict/comparison/run-seen.ts";
import { mean } from "../../verdict/statistics/effect.ts";
import { count } from "../../verdict/telling/figures.ts";
import type { RunPlan } from "../plan.ts";

export interface Short {
  readonly rule: Rule;
  /** One sentence, with what would do. */
  readonly because: string;
}

/** For chance: runs of other seeds make a little more or less. */
const moreThanNeeded = 1.2;
/** A length people say. */
const stepS = 10;

/** Rules about which a run like this would tell nothing, by what is planned and by what runs of the baseline had. */
export function shortOf(
  rules: readonly Rule[],
  plan: Pick<RunPlan, "durationS" | "loadKind" | "expectedRequests">,
  baseline: readonly RunSeen[],
): readonly Short[] {
  return rules.flatMap((rule) => {
    const needed = requestsFor(rule.figure);
    const expected = expectedFor(rule, plan, baseline);
    if (expected === undefined || expected >= needed) return [];
    const longS =
      stepS * Math.ceil((plan.durationS * moreThanNeeded * needed) / Math.max(1, expected) / stepS);
    const because = `${ruleName(rule)} takes ${count(needed)} requests of every run, and one of these makes about ${count(expected)}; --duration ${longS}s would do, for the runs of the baseline, too`;
    return [{ rule, because }];
  });
}

/** Of one operation, and of shoppers who wait for answers, only runs that were made can tell. */
function expectedFor(
  rule: Rule,
  { loadKind, expectedRequests }: Parameters<typeof shortOf>[1],
  baseline: readonly RunSeen[],
): number | undefined {
  const seen = baseline.flatMap(({ figures }) => figures[ruleName(rule)]?.requests ?? []);
  const planned = rule.operation === undefined && loadKind === "open" ? [expectedRequests] : [];
  const known = [...planned, ...(seen.length > 0 ? [mean(seen)] : [])];
  return known.length === 0 ? undefined : Math.max(...known);
}
