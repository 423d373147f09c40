/** Which services can be called at a node: its own, or, of a bus, those of the nodes that it calls itself. Pure. */
import type { Service, TargetSpec } from "../target.ts";

export function servedBy(spec: TargetSpec, name: string): readonly Service[] {
  const node = spec.nodes[name];
  const serving = node?.component === "bus" ? (node.calls ?? []) : [name];
  return [...new Set(serving.flatMap((each) => spec.nodes[each]?.settings?.serves ?? []))];
}
