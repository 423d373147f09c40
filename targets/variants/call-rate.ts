/** How often one application may call one service. */
import type { NodeSpec } from "../target.ts";
import type { Variant } from "../variant.ts";

/**
 * A service of these stages answers 60 to 140 calls a second with its budget: 10 is felt at once, 50 keeps one caller from
 * taking all of it, 200 stops nothing but a storm.
 */
const ratesPerS = [10, 50, 200] as const;

export const callRate: Variant = {
  title:
    "calls a second that one application may make of one member of a service, with governance on; off: any number, as " +
    "long as no more are in hand than it can take",
  values: ["off", ...ratesPerS.map(String)],
  usual: "off",
  apply: (spec, value) =>
    value === "off"
      ? spec
      : {
          ...spec,
          nodes: Object.fromEntries(
            Object.entries(spec.nodes).map(([name, node]): [string, NodeSpec<string>] => [
              name,
              node.component === "service"
                ? { ...node, settings: { ...node.settings, callsPerS: Number(value) } }
                : node,
            ]),
          ),
        },
};
