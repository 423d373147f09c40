/** Units held until they are paid for: what becomes of them at payment, and when nobody pays. The database's clock decides. */
import type { Statement } from "../data/database.ts";
import type { Stores } from "../data/stores.ts";
import type { SaleAccount } from "./strategy.ts";

/** What paying an order of a flash sale comes to. `none`: it is no such order, or needs no settling. */
export type Settled = "none" | "paid" | "expired" | "sold-out";

/**
 * $1 order, $2 user. The hold is locked first, so payment and expiry cannot both have it. A unit that is only wanted
 * leaves the shelf now, if there is one.
 */
const settle: Statement = {
  name: "settle_hold",
  text: `WITH mine AS (
      SELECT h.order_id, h.sale_id, h.state, h.expires_at FROM sale_holds h JOIN orders o ON o.id = h.order_id
      WHERE h.order_id = $1 AND o.user_id = $2 FOR UPDATE OF h
    ),
    taken AS (
      UPDATE sale_stocks k SET remaining = k.remaining - 1 FROM mine
      WHERE k.sale_id = mine.sale_id AND mine.state = 'wanted' AND k.remaining >= 1 RETURNING 1
    ),
    paid AS (
      UPDATE sale_holds h SET state = 'paid' FROM mine
      WHERE h.order_id = mine.order_id
        AND (mine.state = 'held' AND mine.expires_at > now() OR mine.state = 'wanted' AND EXISTS (SELECT FROM taken))
      RETURNING 1
    )
    SELECT mine.state, EXISTS (SELECT FROM paid) AS "isPaid" FROM mine`,
};
/** An order that lost its unit stays, with no units and outside the shopper's limit: who asks for it finds it. */
const expire: Statement = {
  name: "expire_holds",
  text: `WITH gone AS (
      UPDATE sale_holds SET state = 'expired' WHERE sale_id = $1 AND state = 'held' AND expires_at <= now()
      RETURNING order_id
    ),
    emptied AS (UPDATE orders SET units = 0, nth = NULL WHERE id IN (SELECT order_id FROM gone)),
    back AS (
      UPDATE sale_stocks SET remaining = remaining + (SELECT count(*)::int FROM gone)
      WHERE sale_id = $1 AND EXISTS (SELECT FROM gone)
    )
    SELECT count(*)::int AS units FROM gone`,
};
const account: Statement = {
  name: "holds_account",
  text: `SELECT k.remaining,
      (SELECT coalesce(sum(units), 0)::int FROM orders WHERE sale_id = $1) AS sold,
      (SELECT count(*)::int FROM sale_holds WHERE sale_id = $1 AND state = 'held') AS reserved
    FROM sale_stocks k WHERE k.sale_id = $1`,
};

export class Holds {
  readonly #stores: Stores;

  constructor(stores: Stores) {
    this.#stores = stores;
  }

  /** Makes an order of a flash sale final before its payment is written; repeating it gives the same answer. */
  async settle(orderId: number, userId: number): Promise<Settled> {
    const rows = await this.#stores
      .tradeOfId(orderId)
      ?.run<{ state: string; isPaid: boolean }>(settle, [orderId, userId]);
    const [hold] = rows ?? [];
    if (!hold) return "none";
    if (hold.isPaid || hold.state === "paid") return "paid";
    return hold.state === "wanted" ? "sold-out" : "expired";
  }

  /** Puts units back whose time is over, and gives their number. */
  async expire(saleId: number): Promise<number> {
    const [row] = await this.#stores.tradeOfId(saleId)!.run<{ units: number }>(expire, [saleId]);
    return row!.units;
  }

  async account(saleId: number): Promise<SaleAccount> {
    const [row] = await this.#stores.tradeOfId(saleId)!.run<SaleAccount>(account, [saleId]);
    return row!;
  }
}
