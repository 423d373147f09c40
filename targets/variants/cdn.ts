/** Whether an edge cache stands in front of everything, for what is the same for everybody. */
import type { NodeSpec, TargetSpec } from "../target.ts";
import type { Variant } from "../variant.ts";

export const cdn: Variant = {
  title: "edge caches in front, for assets and for pages that are the same for everybody",
  values: ["off", "on"],
  usual: "off",
  apply: (spec, value) => (value === "on" ? withEdge(spec) : spec),
};

/** One edge for each zone of the entry, so that nobody's assets come from far away. */
function withEdge(spec: TargetSpec): TargetSpec {
  const { zone, zones } = spec.nodes[spec.entry]!;
  const edge: NodeSpec<string> = {
    ...{ component: "varnish", tier: "proxy", cpuMillicores: 50, calls: [spec.entry] },
    ...(zone !== undefined && { zone }),
    ...(zones !== undefined && { zones }),
  };
  return { ...spec, nodes: { edge, ...named(spec) }, entry: "edge" };
}

/** A name that led to the entry leads to the edge now. */
function named({ nodes, entry }: TargetSpec): TargetSpec["nodes"] {
  return Object.fromEntries(
    Object.entries(nodes).map(([name, node]): [string, NodeSpec<string>] =>
      node.component === "knot" && node.calls?.includes(entry)
        ? [name, { ...node, calls: ["edge"] }]
        : [name, node],
    ),
  );
}
