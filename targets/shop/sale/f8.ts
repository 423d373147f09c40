/**
 * F8, reserve in Redis, then write in the database as the second gate.
 *
 *     reserve ──sold-out, limit──▶ no
 *        │
 *     take in the database ──done──▶ confirm ──▶ yes
 *        ├──refused, or nothing done──▶ release ──▶ no
 *        ├──this key bought earlier──▶ release what was reserved just now ──▶ yes
 *        └──unknown──▶ stays reserved; a repeat of the key asks the database again
 *
 * The counter goes down by one for every order, exactly once, whatever tries with one key do at the same time.
 */
import { wasRolledBack } from "../data/database.ts";
import { NotDone } from "../data/not-done.ts";
import type { Placed } from "../data/orders.ts";
import type { SaleData, SaleRow } from "../data/sales.ts";
import type { Log } from "../log.ts";
import type { RedisStock, Reserved } from "./redis-stock.ts";
import type { Attempt, Strategy } from "./strategy.ts";
import { takeUnit } from "./take-unit.ts";

export function f8(sales: SaleData, stock: RedisStock, log: Log): Strategy {
  return {
    name: "F8",
    open: (sale) => stock.open(sale.saleId, sale.initial),
    cacheRemaining: (saleId) => stock.remaining(saleId),
    // The database is asked next and knows everything but what is pending.
    stateOf: (key) => stock.stateOf(key).catch(() => undefined),
    async take(sale, attempt) {
      const reserved = await reserve(sales, stock, sale, attempt);
      switch (reserved.status) {
        case "reserved":
        case "pending":
          return settle({ sales, stock, log, sale, attempt, isFresh: reserved.status === "reserved" });
        case "accepted":
        case "key-reused":
        case "sold-out":
        case "limit":
          return reserved;
        default:
          return reserved satisfies never;
      }
    },
  };
}

/** A counter that is lost, because Redis came back empty, starts again from the database. */
export async function reserve(
  sales: SaleData,
  stock: Pick<RedisStock, "reserve" | "reload">,
  sale: SaleRow,
  attempt: Attempt,
): Promise<Exclude<Reserved, { status: "lost" }>> {
  const reserved = await stock.reserve(sale, attempt);
  if (reserved.status !== "lost") return reserved;
  await stock.reload(sale.saleId, await sales.remaining(sale.saleId));
  const again = await stock.reserve(sale, attempt);
  if (again.status === "lost") throw new NotDone("unreachable", "the cache lost its counter twice");
  return again;
}

interface Settling {
  readonly sales: SaleData;
  readonly stock: RedisStock;
  readonly log: Log;
  readonly sale: SaleRow;
  readonly attempt: Attempt;
  /** This try has reserved; otherwise an earlier one with the same key had. */
  readonly isFresh: boolean;
}

async function settle({ sales, stock, log, sale, attempt, isFresh }: Settling): Promise<Placed> {
  let placed: Placed;
  try {
    placed = await takeUnit(sales, sale, attempt, { isLikely: true });
  } catch (error) {
    if (error instanceof NotDone || wasRolledBack(error)) await release(stock, log, sale, attempt);
    throw error;
  }
  // A key that had bought before Redis forgot it is in the books already: what it reserved just now was one too many.
  if (placed.status !== "accepted" || (placed.isEarlier && isFresh)) {
    await release(stock, log, sale, attempt, placed.status === "sold-out");
    return placed;
  }
  // The answer does not depend on it: until it is confirmed, a repeat of the key finds the order in the database.
  stock.confirm(sale, attempt, placed.orderId).catch((error) => log.error("confirm", error));
  return placed;
}

/** What cannot be released stays reserved: the sale then sells fewer units than it has, never more. */
export async function release(
  stock: Pick<RedisStock, "release">,
  log: Log,
  sale: SaleRow,
  attempt: Attempt,
  isSoldOut = false,
): Promise<void> {
  try {
    await stock.release(sale, attempt, isSoldOut);
  } catch (error) {
    log.error("release", error, { saleId: sale.saleId });
  }
}
