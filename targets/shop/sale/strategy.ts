/** How a flash sale takes one unit: the only thing that differs between F0, F2, F8. */
import type { Placed } from "../data/orders.ts";
import type { SaleRow } from "../data/sales.ts";

export const strategyNames = ["F0", "F2", "F8"] as const;
export type StrategyName = (typeof strategyNames)[number];

export interface Attempt {
  readonly userId: number;
  /** Idempotency key: the same key never buys twice, and gives the first order again. */
  readonly key: string;
}

/** What a strategy knows of a key without asking the database. */
export type KeyState =
  | { readonly status: "pending" }
  | { readonly status: "accepted"; readonly orderId: number };

export interface Strategy {
  readonly name: StrategyName;
  /** Makes ready what the strategy needs besides the stock row, which exists already. */
  open(sale: SaleRow): Promise<void>;
  /**
   * Takes one unit and writes the order.
   * @throws {NotDone} when nothing was done
   * @throws {Error} when it is unknown what was done
   */
  take(sale: SaleRow, attempt: Attempt): Promise<Placed>;
  /** Units left by the cache's counter; present when the strategy keeps one, undefined when the counter is lost. */
  cacheRemaining?(saleId: number): Promise<number | undefined>;
  stateOf?(key: string): Promise<KeyState | undefined>;
}
