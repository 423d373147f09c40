/**
 * F16, when the unit leaves the shelf: at the order, at the payment, or at the order for a while.
 *
 * `F16-order`: at the order, for good. Who orders and never pays keeps units from those who would: it undersells.
 * `F16-payment`: at the payment; until then an order is a wish. More orders than units are accepted, and the shoppers
 * who pay late are told so at the payment: orders oversell, payments never do.
 * `F16-reserve`: at the order, and back on the shelf when it is not paid in time. Payment and expiry may come at the
 * same instant: whoever locks the hold first has it, and the other one is told.
 */
import type { SaleData } from "../data/sales.ts";
import type { Holds } from "./holds.ts";
import type { Strategy, StrategyName } from "./strategy.ts";
import { type Taking, take, taking } from "./take-unit.ts";

const ofStock = { table: "sale_stocks", where: "sale_id = $1 AND remaining >= 1" };
const lessOne = { ...ofStock, set: "remaining = remaining - 1" };
const holding = (state: "held" | "wanted", until: string) => `,
    hold AS (INSERT INTO sale_holds (order_id, sale_id, state, expires_at) SELECT id, $1, '${state}', ${until} FROM placed)`;

const forGood = taking({
  name: "take_and_keep",
  ...lessOne,
  also: holding("held", "'infinity'"),
});
/** The row is written with what it has: that locks it, as every other way of selling does. */
const asWish = taking({
  name: "take_a_wish",
  ...ofStock,
  set: "remaining = remaining",
  also: holding("wanted", "'infinity'"),
});
/** $7: for how long, in milliseconds. */
const forAWhile = taking({
  name: "take_for_a_while",
  ...lessOne,
  also: holding("held", "now() + $7::float8 * interval '1 millisecond'"),
});

export const f16Order = (sales: SaleData, holds: Holds): Strategy =>
  simple("F16-order", forGood, sales, holds);

export const f16Payment = (sales: SaleData, holds: Holds): Strategy =>
  simple("F16-payment", asWish, sales, holds);

function simple(name: StrategyName, taking: Taking, sales: SaleData, holds: Holds): Strategy {
  return {
    name,
    open: async () => {},
    take: (sale, attempt) =>
      take(taking, sales.database(sale.saleId), sale, attempt, { claim: sales.claimOf(attempt.key, sale) }),
    account: (saleId) => holds.account(saleId),
  };
}

/** How often one node looks for units whose time is over, while shoppers ask for a sale that is sold out. */
const LOOK_MS = 100;

/** @param holdMs time to pay */
export function f16Reserve(sales: SaleData, holds: Holds, holdMs: number, nowMs: () => number): Strategy {
  const lookedAtMs = new Map<number, number>();
  /** Nobody keeps a clock for it: expired units come back when somebody asks for one. */
  const comesBack = async (saleId: number): Promise<boolean> => {
    const now = nowMs();
    if (now - (lookedAtMs.get(saleId) ?? Number.NEGATIVE_INFINITY) < LOOK_MS) return false;
    lookedAtMs.set(saleId, now);
    return (await holds.expire(saleId)) > 0;
  };
  return {
    name: "F16-reserve",
    open: async () => {},
    async take(sale, attempt) {
      const database = sales.database(sale.saleId);
      const how = { claim: sales.claimOf(attempt.key, sale), more: [holdMs] };
      const placed = await take(forAWhile, database, sale, attempt, how);
      if (placed.status !== "sold-out" || !(await comesBack(sale.saleId))) return placed;
      return take(forAWhile, database, sale, attempt, how);
    },
    account: (saleId) => holds.account(saleId),
  };
}
