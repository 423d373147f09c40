/** Whom the proxies call: every shop, or each the shops of a group of its own. */
import type { Variant } from "../variant.ts";

export const wiring: Variant = {
  title: "whether every proxy calls every shop, or each has a group of its own",
  values: ["mesh", "groups"],
  usual: "mesh",
  apply: (spec, value) =>
    value === "groups"
      ? { ...spec, nodes: { ...spec.nodes, proxy: { ...spec.nodes["proxy"]!, callsPartOf: ["shop"] } } }
      : spec,
};
