/** How a flash sale takes one unit: the only thing that differs between the strategies. docs/strategies.md tells of each. */
import type { Placed } from "../data/orders.ts";
import type { SaleRow } from "../data/sales.ts";

export const strategyNames = [
  "F0",
  "F1",
  "F2",
  "F3",
  "F4-nowait",
  "F4-skip-locked",
  "F6",
  "F7",
  "F8",
  "F8-cache-only",
  "F9",
  "F11",
  "F11-stock",
  "F12",
  "F13",
  "F14",
  "F15-unfenced",
  "F15-fenced",
  "F16-order",
  "F16-payment",
  "F16-reserve",
  "F17",
  "F17-shared",
] as const;
export type StrategyName = (typeof strategyNames)[number];

export interface Attempt {
  readonly userId: number;
  /** Idempotency key: the same key never buys twice, and gives the first order again. */
  readonly key: string;
}

/** What came of a try to take one unit. */
export type Taken =
  | Placed
  /** Turned away before anything was done; another time may be better. */
  | { readonly status: "busy" }
  /** Promised, and not yet written: whoever asks for the result of the key is told. */
  | { readonly status: "pending" };

/** What a strategy knows of a key besides the order under it. */
export type KeyState =
  | { readonly status: "pending" }
  | { readonly status: "accepted"; readonly orderId: number }
  /** It was promised, and taken back. */
  | { readonly status: "sold-out" }
  | { readonly status: "refused"; readonly reason: "limit" | "key-reused" };

/** A sale's account where the stock row and the orders beside it do not tell all of it. */
export interface SaleAccount {
  /** Units nobody has bought, wherever they are. */
  readonly remaining: number;
  /** Units in orders. */
  readonly sold: number;
  /** Of the sold units those that are not paid for yet, where the strategy tells them apart. */
  readonly reserved?: number;
}

export interface Strategy {
  readonly name: StrategyName;
  /** Makes ready what the strategy needs besides the stock row, which exists already. */
  open(sale: SaleRow): Promise<void>;
  /**
   * Takes one unit and writes the order.
   * @throws {NotDone} when nothing was done
   * @throws {Error} when it is unknown what was done
   */
  take(sale: SaleRow, attempt: Attempt): Promise<Taken>;
  /** Units left by the cache's counter; present when the strategy keeps one, undefined when the counter is lost. */
  cacheRemaining?(saleId: number): Promise<number | undefined>;
  /**
   * Asked of every strategy, since a key does not say by which it was tried; `sale` is what it was tried in, when that
   * is known.
   * @throws {Error} when what it should know cannot be known now
   */
  stateOf?(key: string, sale: SaleRow | undefined): Promise<KeyState | undefined>;
  /** Present when the books need more than the stock row and the orders on the sale's own shard. */
  account?(saleId: number): Promise<SaleAccount>;
  /** Units left to show, where the stock row does not tell; cheap, for it is asked for every page that is made. */
  left?(saleId: number): Promise<number>;
  /** Whether orders may be on any shard, and not only on that of the sale. */
  readonly isSpread?: boolean;
}
