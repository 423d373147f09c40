/**
 * F9, F8 with a queue between reservation and database: the shopper is told "pending" as soon as the promise is stored,
 * and an order worker writes it when its turn comes.
 *
 *     reserve ──sold-out, limit──▶ no
 *        │
 *     send to the queue ──stored──▶ pending; the worker confirms, or withdraws and releases
 *        ├──surely not stored──▶ release ──▶ no
 *        ├──sent before──▶ what came of it: an order, a withdrawal, or still pending
 *        └──unknown──▶ stays reserved, and is sent until it surely is stored; a repeat of the key finds out
 *
 * A promise is stored once however often its key is sent, and written once however often it is delivered. Whoever dies
 * between reserving and sending leaves a unit reserved that nobody gets, unless the shopper comes again.
 */
import { NotDone } from "../data/not-done.ts";
import type { SaleData, SaleRow } from "../data/sales.ts";
import type { Log } from "../log.ts";
import type { OrderQueue } from "../queue/order-queue.ts";
import { release, reserve } from "./f8.ts";
import { earlierOrder } from "./order-steps.ts";
import type { RedisStock } from "./redis-stock.ts";
import type { SaleParts } from "./sale-parts.ts";
import type { Attempt, KeyState, Strategy, Taken } from "./strategy.ts";
import type { Refusal, Withdrawals } from "./withdrawals.ts";

export interface F9Options {
  readonly sales: SaleData;
  readonly parts: Pick<SaleParts, "account">;
  readonly stock: RedisStock;
  readonly withdrawals: Withdrawals;
  readonly queue: Pick<OrderQueue, "send" | "holds" | "drained">;
  readonly log: Log;
}

/** The books wait for so long for the queue to be empty; who asks for them has a minute. */
const DRAIN_LIMIT_MS = 30_000;

export function f9(options: F9Options): Strategy {
  const { sales, parts, stock, queue, log } = options;
  return {
    name: "F9",
    open: (sale) => stock.open(sale.saleId, sale.initial),
    cacheRemaining: (saleId) => stock.remaining(saleId),
    stateOf: (key, sale) => stateOf(options, key, sale),
    /** What is promised is neither sold nor left: only without it do the books agree. */
    async account(saleId) {
      await queue.drained(saleId, DRAIN_LIMIT_MS);
      return parts.account(saleId);
    },
    async take(sale, attempt) {
      const reserved = await reserve(sales, stock, sale, attempt);
      if (reserved.status !== "reserved" && reserved.status !== "pending") return reserved;
      const isFresh = reserved.status === "reserved";
      try {
        if ((await queue.send(sale, attempt)) === "stored") return { status: "pending" };
      } catch (error) {
        if (!(error instanceof NotDone)) throw error;
        // An earlier try of this key may have been stored: that nothing was done now says nothing of it.
        if (!isFresh) throw new Error(`the key was reserved before, and ${error.message}`, { cause: error });
        await release(stock, log, sale, attempt);
        throw error;
      }
      return sentBefore(options, sale, attempt, isFresh);
    },
  };
}

/** A promise leaves the queue after it is written, so what is not in the database is still in the queue. */
async function sentBefore(
  { sales, stock, withdrawals, log }: F9Options,
  sale: SaleRow,
  attempt: Attempt,
  isFresh: boolean,
): Promise<Taken> {
  const [order, refusal] = await Promise.all([
    earlierOrder(sales.database(sale.saleId), sale, attempt),
    withdrawals.find(attempt.key, sale.saleId),
  ]);
  if (order === undefined && refusal === undefined) return { status: "pending" };
  if (order?.status === "accepted" && !isFresh) {
    await stock.confirm(sale, attempt, order.orderId).catch((error) => log.error("confirm", error));
    return order;
  }
  // Redis had forgotten the key: what it reserved just now is in the books already, or is not to be had.
  await release(stock, log, sale, attempt);
  return order ?? { status: refusal! };
}

/** Redis knows most; what it has forgotten, or cannot be asked for, the queue and then the database know. */
async function stateOf(
  { stock, queue, withdrawals }: F9Options,
  key: string,
  sale: SaleRow | undefined,
): Promise<KeyState | undefined> {
  if (sale !== undefined && sale.strategy !== "F9") return undefined;
  const state = await stock.stateOf(key).catch(() => undefined);
  if (state !== undefined) return state;
  if (await queue.holds(key, sale?.saleId)) return { status: "pending" };
  const refusal = await withdrawals.find(key, sale?.saleId);
  return refusal && refused(refusal);
}

const refused = (refusal: Refusal): KeyState =>
  refusal === "sold-out" ? { status: refusal } : { status: "refused", reason: refusal };
