/** What nodes used between two looks at what they have used in all. Pure. */
import type { BudgetReport, NodeHandle, NodeUsage } from "../targets/running-target.ts";

export interface UsedBetween {
  /** Of its budget; of one core where there are no budgets. */
  readonly cpuUsedRatio: number;
  readonly throttledRatio: number;
}

/** By node; a node that one of them does not have used nothing. */
export function usageBetween(
  nodes: readonly Pick<NodeHandle, "name" | "cpuMillicores">[],
  {
    from,
    to,
    spanS,
  }: { readonly from: readonly NodeUsage[]; readonly to: readonly NodeUsage[]; readonly spanS: number },
  { mechanism }: Pick<BudgetReport, "mechanism">,
): ReadonlyMap<string, UsedBetween> {
  const before = new Map(from.map((usage) => [usage.node, usage]));
  const after = new Map(to.map((usage) => [usage.node, usage]));
  return new Map(
    nodes.map(({ name, cpuMillicores }) => {
      const [was, is] = [before.get(name) ?? nothing(name), after.get(name) ?? nothing(name)];
      const cores = mechanism === "none" ? 1 : cpuMillicores / 1000;
      const usedS = Math.max(0, is.cpuS - was.cpuS);
      const periods = is.periods - was.periods;
      return [
        name,
        {
          cpuUsedRatio: spanS > 0 ? usedS / spanS / cores : 0,
          throttledRatio: periods > 0 ? (is.throttledPeriods - was.throttledPeriods) / periods : 0,
        },
      ];
    }),
  );
}

const nothing = (node: string): NodeUsage => ({ node, cpuS: 0, periods: 0, throttledPeriods: 0 });
