/** Whether the machines of a stage are as large as the one machine of stage 01, or all of them together. */
import type { NodeSpec, TargetSpec } from "../target.ts";
import type { Variant } from "../variant.ts";

export const machines: Variant = {
  title: "each as large as the one machine of stage-01, or half of it",
  values: ["whole", "half"],
  usual: "whole",
  apply: (spec) => ({ ...spec, nodes: halved(spec) }),
};

function halved({ nodes }: TargetSpec): TargetSpec["nodes"] {
  return Object.fromEntries(
    Object.entries(nodes).map(([name, node]): [string, NodeSpec<string>] => [
      name,
      { ...node, cpuMillicores: node.cpuMillicores / 2 },
    ]),
  );
}
