/** A shop that is slower on purpose, so that one sees a comparison of runs find it. */
import type { NodeSpec, TargetSpec } from "../target.ts";
import type { Variant } from "../variant.ts";

export const slowness: Variant = {
  title: "how much longer every answer of a shop takes, on purpose; what `bench gate` has to find",
  values: ["none", "30%"],
  usual: "none",
  apply: (spec, value) => (value === "30%" ? slowed(spec) : spec),
};

/** Other defects a shop was given before stay. */
function slowed(spec: TargetSpec): TargetSpec {
  const nodes = Object.entries(spec.nodes).map(([name, node]): [string, NodeSpec<string>] => [
    name,
    node.component === "shop"
      ? { ...node, settings: { ...node.settings, defects: [...(node.settings?.defects ?? []), "slower"] } }
      : node,
  ]);
  return { ...spec, nodes: Object.fromEntries(nodes) };
}
