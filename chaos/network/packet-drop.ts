/** Edges on which the kernel itself lets nothing pass, in the networks that nodes have of their own: new connections too. */
import type { Edge, Ground, PlannedFault, PreparedFault } from "../fault.ts";
import type { Direction } from "../relay/relay-control.ts";
import { preparedRules } from "./counted-rules.ts";
import { dropRules, tableOf } from "./drop-rules.ts";
import { lineOf, placesOf } from "./places.ts";

/**
 * Rules at the callee of each edge; at the node itself when it is cut off from all others, in which case not even what is
 * no edge passes, as the adverts by which balancers hear of each other.
 */
export async function preparedDrop(
  { id, nodes }: PlannedFault,
  ground: Ground,
  {
    edges,
    way,
    isWhole,
  }: { readonly edges: readonly Edge[]; readonly way: Direction; readonly isWhole: boolean },
): Promise<PreparedFault> {
  const table = tableOf(id);
  const places = isWhole
    ? nodes.map((name) => ({ name, ...lineOf(ground.node(name)), peers: undefined }))
    : await placesOf(edges, ground);
  return preparedRules(
    places.map(({ name, near: { holder }, peers }) => ({
      ...{ name, holder },
      text: dropRules(table, { ...(peers !== undefined && { peers }), way }),
    })),
    { family: "inet", table, does: "drops packets in the network" },
  );
}
