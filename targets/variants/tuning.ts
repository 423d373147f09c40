/** The figures of the ways of selling a flash sale, in sets that make visible how each of them fails. */
import type { NodeSpec, SaleFigures, TargetSpec } from "../target.ts";
import type { Variant } from "../variant.ts";

/** What differs from the usual figures, which are the shop's own. docs/strategies.md has a line for each. */
export const tunings: Readonly<Record<string, SaleFigures>> = {
  usual: {},
  "one-look": { optimisticRounds: 1 },
  "narrow-gate": { gatePerS: 5, gateTokensPerUnit: 1, passRatio: 0.02 },
  "wide-gate": { gatePerS: 500, gateTokensPerUnit: 20, passRatio: 0.5 },
  "few-buckets": { buckets: 2 },
  "many-buckets": { buckets: 32 },
  "small-shares": { ownShareRatio: 0.05 },
  "short-lease": { lockLeaseMs: 50, lockWaitMs: 200 },
  "short-hold": { holdMs: 3_000 },
  "long-lag": { zoneLagMs: 2_000 },
};

export const tuning: Variant = {
  title: "figures of the ways of selling: gates, buckets, shares, leases, time to pay, lag between zones",
  values: Object.keys(tunings),
  usual: "usual",
  apply: (spec, value) => ({ ...spec, nodes: tuned(spec, tunings[value] ?? {}) }),
};

/** Those who sell are told: they know trade, and serve it to shoppers or as the service that takes orders. */
function tuned({ nodes }: TargetSpec, sale: SaleFigures): TargetSpec["nodes"] {
  const sells = ({ component, calls = [], settings = {} }: NodeSpec<string>) =>
    calls.some((called) => nodes[called]?.holds?.includes("trade")) &&
    ((component === "shop" && settings.areas?.includes("trade") !== false) ||
      (component === "service" && settings.serves?.includes("order") === true));
  return Object.fromEntries(
    Object.entries(nodes).map(([name, node]): [string, NodeSpec<string>] => [
      name,
      sells(node) ? { ...node, settings: { ...node.settings, sale } } : node,
    ]),
  );
}
