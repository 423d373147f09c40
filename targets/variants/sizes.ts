/** Shops of one size, or of several: what ways to choose a shop by its weight are for. */
import type { Variant } from "../variant.ts";

/** 500, 250 and 150 m where three have 300: as much together, and the smallest is too small for an equal share. */
const unequal = [5 / 3, 5 / 6, 1 / 2];

export const sizes: Variant = {
  title: "whether all shops have the same CPU budget, or 5/3, 5/6 and half of it",
  values: ["equal", "unequal"],
  usual: "equal",
  apply: (spec, value) =>
    value === "unequal"
      ? { ...spec, nodes: { ...spec.nodes, shop: { ...spec.nodes["shop"]!, sizes: unequal } } }
      : spec,
};
