/** Whether members come and go with the load, are all there from the start, or stay as they are. */
import type { Autoscale, NodeSpec, TargetSpec } from "../target.ts";
import type { Variant } from "../variant.ts";

const modes: readonly Autoscale["mode"][] = ["reactive", "pre-scale", "off"];

export const autoscale: Variant = {
  title: "members of applications by load, as many as there may be from the start, or as they are",
  values: modes,
  usual: "reactive",
  apply: (spec, value) => withMode(spec, modes.find((mode) => mode === value) ?? "reactive"),
};

function withMode(spec: TargetSpec, mode: Autoscale["mode"]): TargetSpec {
  const { orchestration } = spec;
  if (orchestration?.autoscale === undefined) return spec;
  const nodes = Object.entries(spec.nodes).map(([name, node]): [string, NodeSpec<string>] => {
    const most = mode === "pre-scale" ? orchestration.scales[name] : undefined;
    return [name, most === undefined ? node : { ...node, count: most }];
  });
  return {
    ...spec,
    nodes: Object.fromEntries(nodes),
    orchestration: { ...orchestration, autoscale: { ...orchestration.autoscale, mode } },
  };
}
