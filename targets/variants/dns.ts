/** What shoppers do with the answers of the name server, and for how long those may be kept. */
import type { NodeSpec, TargetSpec } from "../target.ts";
import type { Variant } from "../variant.ts";
import { settingOf } from "./setting-of.ts";

export const dns = settingOf({
  components: ["knot"],
  setting: "lookups",
  title:
    "what shoppers do with the addresses they are told: ask again when their time is over (honour), keep the first " +
    "ones for ever (ignore), or go to the zone they are near first (geo)",
  values: { honour: "honour", ignore: "ignore", geo: "geo" },
  usual: "honour",
});

/** `usualS` is what the stage itself declares. */
export function dnsTtl(usualS: number): Variant {
  return {
    title: "seconds for which the addresses may be kept",
    values: { least: 1, most: 300 },
    usual: String(usualS),
    apply: (spec, value) => ({ ...spec, nodes: withTtl(spec, Number(value)) }),
  };
}

function withTtl({ nodes }: TargetSpec, ttlS: number): TargetSpec["nodes"] {
  return Object.fromEntries(
    Object.entries(nodes).map(([name, node]): [string, NodeSpec<string>] =>
      node.component === "knot" ? [name, { ...node, settings: { ...node.settings, ttlS } }] : [name, node],
    ),
  );
}
