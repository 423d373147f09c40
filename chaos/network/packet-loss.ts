/**
 * Edges on which the kernel loses some of the packets, and TCP does what it does then. They are lost at the far end of the
 * callee's line, where they are nobody's own: a kernel tells its own TCP of a packet that it lost itself.
 */
import type { Edge, Ground, PlannedFault, PreparedFault } from "../fault.ts";
import { preparedRules } from "./counted-rules.ts";
import { tableOf } from "./drop-rules.ts";
import { lossRules } from "./loss-rules.ts";
import { placesOf } from "./places.ts";

export async function preparedLoss(
  { id }: PlannedFault,
  ground: Ground,
  { edges, ratio }: { readonly edges: readonly Edge[]; readonly ratio: number },
): Promise<PreparedFault> {
  const table = tableOf(id);
  const places = await placesOf(edges, ground);
  const [first] = places;
  if (first === undefined) throw new Error(`${id} has no edges`);
  // All lines have their far end in one network.
  const rules = {
    name: places.map(({ name }) => name).join(", "),
    holder: first.far.holder,
    text: lossRules(
      table,
      places.map(({ far: { device }, peers }) => ({ device, peers })),
      ratio,
    ),
  };
  return preparedRules([rules], { family: "netdev", table, does: "loses packets on the line" });
}
