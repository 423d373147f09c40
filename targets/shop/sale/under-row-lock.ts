/**
 * Selling under the lock of the stock row: the row is locked first, so nobody else reads or writes it until this
 * buyer's order is in; then everything is read and written in plain steps, each a round trip.
 */
import { againOn } from "../data/again.ts";
import type { Session, Statement } from "../data/database.ts";
import type { SaleData, SaleRow } from "../data/sales.ts";
import { earlierOrder, isOurs, ordersBought, writeOrder } from "./order-steps.ts";
import type { Attempt, Strategy, StrategyName, Taken } from "./strategy.ts";

/** What becomes of a buyer who finds the row locked: waits, is refused by an error, or finds no row at all. */
export type WhenLocked = "FOR UPDATE" | "FOR UPDATE NOWAIT" | "FOR UPDATE SKIP LOCKED";

const takeOne: Statement = {
  name: "locked_take",
  text: "UPDATE sale_stocks SET remaining = remaining - 1 WHERE sale_id = $1",
};

export function underRowLock(name: StrategyName, whenLocked: WhenLocked, sales: SaleData): Strategy {
  const lock: Statement = {
    name: `lock_${whenLocked.toLowerCase().replaceAll(" ", "_")}`,
    text: `SELECT remaining FROM sale_stocks WHERE sale_id = $1 ${whenLocked}`,
  };
  return {
    name,
    open: async () => {},
    // The constraint can break only over a key that another sale is writing at the same instant.
    take: (sale, attempt) =>
      againOn(["orders_idem_key"], () =>
        sales
          .database(sale.saleId)
          .transaction((session) => takeLocked(lock, { session, sales }, sale, attempt)),
      ),
  };
}

async function takeLocked(
  lock: Statement,
  { session, sales }: { readonly session: Session; readonly sales: SaleData },
  sale: SaleRow,
  attempt: Attempt,
): Promise<Taken> {
  const [stock] = await session.run<{ remaining: number }>(lock, [sale.saleId]);
  if (!stock) return { status: "busy" };
  const earlier = await earlierOrder(session, sale, attempt);
  if (earlier) return earlier;
  const bought = await ordersBought(session, sale, attempt);
  if (bought >= sale.perUserLimit) return { status: "limit" };
  if (stock.remaining < 1) return { status: "sold-out" };
  if (!(await isOurs(sales, sale, attempt))) return { status: "key-reused" };
  const orderId = await writeOrder(session, sale, attempt, bought + 1);
  await session.run(takeOne, [sale.saleId]);
  return { status: "accepted", orderId, isEarlier: false };
}
