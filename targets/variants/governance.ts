/** Whether calls to services are governed: by those who make them and by those who answer. */
import type { NodeSpec, TargetSpec } from "../target.ts";
import type { Variant } from "../variant.ts";

export const governance: Variant = {
  title:
    "limits on calls in hand, circuit breakers, a time budget passed along, a budget for retries, pages without the " +
    "parts that fail (on); or none of these and three tries of whatever may be tried again (off)",
  values: ["on", "off"],
  usual: "on",
  apply: (spec, value) => ({ ...spec, nodes: governed(spec, value === "on") }),
};

function governed({ nodes }: TargetSpec, isGoverned: boolean): TargetSpec["nodes"] {
  // Calls over a bus are calls to services.
  const isService = (name: string) => ["service", "bus"].includes(nodes[name]?.component ?? "");
  return Object.fromEntries(
    Object.entries(nodes).map(([name, node]): [string, NodeSpec<string>] => {
      const calls = node.component === "shop" && (node.calls ?? []).some(isService);
      if (!calls && node.component !== "service") return [name, node];
      return [name, { ...node, settings: { ...node.settings, governance: isGoverned } }];
    }),
  );
}
