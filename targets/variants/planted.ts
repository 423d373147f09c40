/** Defects on purpose, so that one sees the checks find them; and what looks like one, and must not be found. */
import type { NodeSettings, NodeSpec, TargetSpec } from "../target.ts";
import type { Variant } from "../variant.ts";

const values = ["none", "early-acknowledgement", "resends", "resends-and-forgets"] as const;
type Value = (typeof values)[number];

export const planted: Variant = {
  title:
    "what is wrong on purpose: a commit counts before it is on disk (early-acknowledgement); the proxy sends writes again that " +
    "are not answered in time, to shops that know the key (resends: nothing is wrong yet) or forget it (resends-and-forgets)",
  values,
  usual: "none",
  apply: (spec, value) => withDefect(spec, value as Value),
};

/** Where orders of a sale are written by a worker. */
export const plantedInWorker: Variant = {
  title:
    "what is wrong on purpose: the order worker writes every promise it is given, whether it has written it before or not " +
    "(forgotten-promises), which nobody notices until the queue delivers one twice",
  values: ["none", "forgotten-promises"],
  usual: "none",
  apply(spec, value) {
    if (value === "none") return spec;
    // Shops show the books under the keys that were sent.
    const defects = { defects: ["forgotten-promises"] } as const;
    return withSetting(withSetting(spec, "order-worker", defects), "shop", defects);
  },
};

function withDefect(spec: TargetSpec, value: Value): TargetSpec {
  switch (value) {
    case "none":
      return spec;
    case "early-acknowledgement":
      return withSetting(spec, "shop", { defects: ["early-acknowledgement"] });
    case "resends":
      return withSetting(spec, "nginx", { resends: true });
    case "resends-and-forgets":
      return withSetting(withSetting(spec, "nginx", { resends: true }), "shop", {
        defects: ["forgotten-keys"],
      });
    default:
      return value satisfies never;
  }
}

function withSetting(
  spec: TargetSpec,
  component: NodeSpec<string>["component"],
  added: NodeSettings,
): TargetSpec {
  const nodes = Object.entries(spec.nodes).map(([name, node]): [string, NodeSpec<string>] => [
    name,
    node.component === component ? { ...node, settings: { ...node.settings, ...added } } : node,
  ]);
  return { ...spec, nodes: Object.fromEntries(nodes) };
}
