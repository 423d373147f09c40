/** A target whose nodes have networks of their own needs no stand-in for layer 4: the kernel does it. Pure. */
import type { NodeSpec, TargetSpec } from "../../target.ts";

/** The same target with the kernel's layer 4 and an address that moves, where HAProxy stood in for both. */
export function withRealL4(spec: TargetSpec): TargetSpec {
  return {
    ...spec,
    nodes: Object.fromEntries(
      Object.entries(spec.nodes).map(([name, node]) => [name, isStandIn(node) ? real(node) : node]),
    ),
  };
}

const isStandIn = ({ component, tier }: NodeSpec<string>) => component === "haproxy" && tier === "l4";

function real({ standInFor: _, ...node }: NodeSpec<string>): NodeSpec<string> {
  return { ...node, component: "keepalived" };
}
