/**
 * Writes one promise as an order: the database is the second gate, and decides. However often it is told of the same
 * promise it comes to the same, so a delivery that was in hand when its worker died is simply made again.
 */
import { ReplyError } from "ioredis";
import { wasRolledBack } from "../data/database.ts";
import { NotDone } from "../data/not-done.ts";
import type { Placed } from "../data/orders.ts";
import type { SaleData, SaleRow } from "../data/sales.ts";
import type { Log } from "../log.ts";
import type { RedisStock } from "../sale/redis-stock.ts";
import type { Attempt } from "../sale/strategy.ts";
import { takeUnit } from "../sale/take-unit.ts";
import type { Refusal, Withdrawals } from "../sale/withdrawals.ts";
import type { OrderMessage } from "./order-message.ts";

/** `again`: it was written before. `withdrawn`: the database had no unit for it. */
export type Written = "written" | "again" | "withdrawn";

/** No other attempt would come to more. */
export class Unwritable extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = "Unwritable";
  }
}

export interface OrderWriterOptions {
  readonly sales: Pick<SaleData, "find" | "database" | "claimOf">;
  readonly stock: Pick<RedisStock, "confirm" | "release">;
  readonly withdrawals: Pick<Withdrawals, "note">;
  readonly log: Log;
  /** Takes the unit and writes the order. Absent: by one conditional statement. */
  readonly take?: (sale: SaleRow, attempt: Attempt) => Promise<Placed>;
}

export class OrderWriter {
  readonly #options: OrderWriterOptions;
  readonly #take: NonNullable<OrderWriterOptions["take"]>;

  constructor(options: OrderWriterOptions) {
    this.#options = options;
    this.#take = options.take ?? takingFrom(options.sales);
  }

  /**
   * @throws {Unwritable} when it can never be written
   * @throws {Error} when it may be at another time; `mayPass` tells these apart
   */
  async write({ saleId, ...attempt }: OrderMessage): Promise<Written> {
    const { sales } = this.#options;
    const sale = await sales.find(saleId);
    if (!sale) throw new Unwritable(`there is no sale ${saleId}`);
    const placed = await this.#take(sale, attempt);
    if (placed.status !== "accepted") return this.#withdraw(sale, attempt, placed.status);
    await this.#confirm(sale, attempt, placed.orderId);
    return placed.isEarlier ? "again" : "written";
  }

  /** Written down before the unit is given back, so that the shopper can be told at any moment. */
  async #withdraw(sale: SaleRow, attempt: Omit<OrderMessage, "saleId">, refusal: Refusal): Promise<Written> {
    const { stock, withdrawals } = this.#options;
    if (!(await withdrawals.note(sale, attempt, refusal)) && refusal !== "key-reused") return "again";
    await stock.release(sale, attempt, refusal === "sold-out");
    return "withdrawn";
  }

  /** Without it a repeat of the key finds the order in the database, and the counter is right already. */
  async #confirm(sale: SaleRow, attempt: Omit<OrderMessage, "saleId">, orderId: number): Promise<void> {
    const { stock, log } = this.#options;
    await stock.confirm(sale, attempt, orderId).catch((error) => log.error("confirm", error));
  }
}

/** The database's own gate, for units that are reserved already. */
export const takingFrom =
  (sales: Pick<SaleData, "database" | "claimOf">) =>
  (sale: SaleRow, attempt: Attempt): Promise<Placed> =>
    takeUnit(sales, sale, attempt, { isLikely: true });

/**
 * Whether what failed may succeed later without anybody doing something about the promise itself: a store is away, slow, or
 * busy. What the database refuses for good, and what is a mistake of ours, will be refused again.
 */
export function mayPass(error: unknown): boolean {
  if (error instanceof NotDone || error instanceof ReplyError) return true;
  if (error instanceof Unwritable || wasRolledBack(error)) return false;
  return !(error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError);
}
