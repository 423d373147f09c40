/** How many members a node has. */
import type { TargetSpec } from "../target.ts";
import type { Variant } from "../variant.ts";

export interface CountOf {
  /** Name of the node. */
  readonly node: string;
  /** What its members are, in the plural: `shops`. */
  readonly members: string;
  readonly usual: number;
  readonly most: number;
  /** Default 1. With 0 the node is left out, and nobody calls it. */
  readonly least?: number;
  /** Another node that always has as many members, where there is one: replicas of split data, one for each part. */
  readonly likewise?: string;
}

export function countOf({ node, members, usual, most, least = 1, likewise }: CountOf): Variant {
  return {
    title: `number of ${members}`,
    values: { least, most },
    usual: String(usual),
    apply(spec, value) {
      const count = Number(value);
      if (count === 0) return without(spec, node);
      const nodes = likewise === undefined || !(likewise in spec.nodes) ? [node] : [node, likewise];
      return nodes.reduce((before, each) => withCount(before, each, count), spec);
    },
  };
}

function withCount(spec: TargetSpec, node: string, count: number): TargetSpec {
  return { ...spec, nodes: { ...spec.nodes, [node]: { ...spec.nodes[node]!, count } } };
}

/** The target without a node; nobody calls it. */
export function without(spec: TargetSpec, left: string): TargetSpec {
  const nodes = Object.entries(spec.nodes)
    .filter(([name]) => name !== left)
    .map(([name, node]) => [
      name,
      node.calls === undefined ? node : { ...node, calls: node.calls.filter((called) => called !== left) },
    ]);
  return { ...spec, nodes: Object.fromEntries(nodes) };
}
