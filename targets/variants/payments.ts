/** How the payments of the trade databases lie. */
import type { NodeSpec, PaymentSplit } from "../target.ts";
import type { Variant } from "../variant.ts";

const splits: readonly PaymentSplit[] = ["whole", "by-month", "by-month-and-user"];

export function paymentsSplit(usual: PaymentSplit): Variant {
  return {
    title: "payments in one table, in one for each month of order, or each of those in parts by user",
    values: splits,
    usual,
    apply: (spec, value) => {
      const payments = splits.find((split) => split === value) ?? usual;
      const nodes = Object.entries(spec.nodes).map(([name, node]): [string, NodeSpec<string>] =>
        node.holds?.includes("trade")
          ? [name, { ...node, settings: { ...node.settings, payments } }]
          : [name, node],
      );
      return { ...spec, nodes: Object.fromEntries(nodes) };
    },
  };
}
