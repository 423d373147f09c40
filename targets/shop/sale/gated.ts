/** A gate in front of another strategy: whoever is not let in is turned away before anything is read or written. */
import type { SaleRow } from "../data/sales.ts";
import type { Strategy, StrategyName } from "./strategy.ts";

/** Whether the next try of this sale may pass. */
export type Gate = (sale: SaleRow) => boolean;

export function gated(name: StrategyName, behind: Strategy, gate: Gate): Strategy {
  return {
    ...behind,
    name,
    take: (sale, attempt) => (gate(sale) ? behind.take(sale, attempt) : Promise.resolve({ status: "busy" })),
  };
}
