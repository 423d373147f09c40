/** Who finds items by their words. */
import type { NodeSpec, TargetSpec } from "../target.ts";
import type { Variant } from "../variant.ts";
import { without } from "./count-of.ts";

export interface SearchNodes {
  /** Names of the engine and of what feeds it. */
  readonly engine: string;
  readonly indexer: string;
  /** Names of the databases that search instead; the budgets of both are shared out among them. */
  readonly instead: readonly string[];
}

export function searchBy({ engine, indexer, instead }: SearchNodes): Variant {
  return {
    title: `the search engine, or ${instead.join(" and ")} with the budgets of engine and indexer besides`,
    values: ["engine", "sql"],
    usual: "engine",
    apply: (spec) => {
      const freed = spec.nodes[engine]!.cpuMillicores + spec.nodes[indexer]!.cpuMillicores;
      const left = without(without(spec, indexer), engine);
      return instead.reduce((before, name) => withMore(before, name, freed / instead.length), left);
    },
  };
}

function withMore(spec: TargetSpec, name: string, millicores: number): TargetSpec {
  const node = spec.nodes[name]!;
  const larger: NodeSpec<string> = { ...node, cpuMillicores: node.cpuMillicores + millicores };
  return { ...spec, nodes: { ...spec.nodes, [name]: larger } };
}
