/**
 * F7, DECR in Redis and look at what it gives: below zero is sold out, and the unit goes back. DECR reads and counts
 * in one step, so nobody sells what is not there; the conditional update is the second gate. What F8 does in one
 * script is several commands here, and whoever dies between two of them leaves a unit counted that nobody has bought.
 * A Redis that came back empty counts from zero, so the sale is over for it while the database has units left.
 */
import { wasRolledBack } from "../data/database.ts";
import { NotDone } from "../data/not-done.ts";
import type { Placed } from "../data/orders.ts";
import type { SaleData, SaleRow } from "../data/sales.ts";
import type { Log } from "../log.ts";
import type { KeyMarks } from "./key-marks.ts";
import { earlierOrder } from "./order-steps.ts";
import type { RedisCounter } from "./redis-counter.ts";
import type { Attempt, Strategy, Taken } from "./strategy.ts";
import { takeUnit } from "./take-unit.ts";

export function f7(sales: SaleData, counter: RedisCounter, marks: KeyMarks, log: Log): Strategy {
  const giveBack = async ({ saleId }: SaleRow, attempt: Attempt) => {
    // The mark goes last: until then a repeat of the key is told to wait.
    await counter.up(saleId).catch((error) => log.error("give-back", error, { saleId }));
    await marks.forget(attempt).catch((error) => log.error("forget", error, { saleId }));
  };
  const buy = async (sale: SaleRow, attempt: Attempt): Promise<Placed> => {
    if ((await counter.down(sale.saleId)) < 0) return { status: "sold-out" };
    return takeUnit(sales, sale, attempt, { isLikely: true });
  };
  return {
    name: "F7",
    open: (sale) => counter.open(sale.saleId, sale.initial),
    cacheRemaining: (saleId) => counter.read(saleId),
    async take(sale, attempt) {
      counter.check();
      const before = await marks.begin(sale, attempt);
      if (before?.status === "pending") return afterTwin(sales, sale, attempt);
      if (before) return before;
      let placed: Placed;
      try {
        placed = await buy(sale, attempt);
      } catch (error) {
        if (error instanceof NotDone || wasRolledBack(error)) await giveBack(sale, attempt);
        throw error;
      }
      // A key that had bought before Redis forgot it: what was counted just now was one too many.
      if (placed.status !== "accepted" || placed.isEarlier) await giveBack(sale, attempt);
      if (placed.status === "accepted") {
        const { orderId } = placed;
        await marks.accepted(sale, attempt, orderId).catch((error) => log.error("accepted", error));
      }
      return placed;
    },
  };
}

/** A twin is at it, or was when it died: the database knows whether it has bought, and nobody whether it will. */
async function afterTwin(sales: SaleData, sale: SaleRow, attempt: Attempt): Promise<Taken> {
  return (await earlierOrder(sales.database(sale.saleId), sale, attempt)) ?? { status: "busy" };
}
