/** What the shop asks of its flash sales, wherever they are sold. */
import type { Page } from "../cache/shared-cache.ts";
import type { NewSale } from "../data/sales.ts";
import type { Attempt, KeyState, Taken } from "./strategy.ts";

/** What a try comes to; `absent`: there is no such sale, `not-open`: not yet. */
export type Tried = Taken | { readonly status: "absent" | "not-open" };

/** A sale that was opened, or why this shop cannot sell that way. */
export type Opened = { readonly saleId: number } | { readonly problem: string };

export interface Desk {
  /** When this resolves, every store of the sale's strategy has its stock. */
  openSale(sale: NewSale): Promise<Opened>;
  /** The sale's page as JSON, at once when it is at hand; null when there is no such sale. */
  page(saleId: number): Page | Promise<Page>;
  /**
   * @throws {NotDone} when nothing was done
   * @throws {Error} when it is unknown what was done
   */
  tryToBuy(saleId: number, attempt: Attempt): Promise<Tried>;
  /** What became of the try with that key. */
  result(key: string, saleId: number | undefined): Promise<KeyState | { readonly status: "none" }>;
}
