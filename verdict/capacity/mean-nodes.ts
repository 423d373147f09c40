/** How busy nodes were over several probes. */
import type { NodeSeen } from "../evidence.ts";

/** Node by node, over those of them that tell of it. */
export function meanNodes(probes: readonly (readonly NodeSeen[])[]): readonly NodeSeen[] {
  return (probes[0] ?? []).map((node) => {
    const seen = probes.flatMap((nodes) => nodes.find(({ name }) => name === node.name) ?? []);
    const mean = (of: (each: NodeSeen) => number) =>
      seen.reduce((sum, each) => sum + of(each), 0) / seen.length;
    return {
      ...node,
      cpuUsedRatio: mean(({ cpuUsedRatio }) => cpuUsedRatio),
      throttledRatio: mean(({ throttledRatio }) => throttledRatio),
    };
  });
}
