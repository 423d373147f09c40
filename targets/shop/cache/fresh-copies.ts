/** Copies of what was just written, in the shared cache: the writer finds his own write although the replica does not have it yet. */
import type { Redis } from "ioredis";
import type { OrderLine } from "../data/orders.ts";
import type { CartLine } from "../data/users.ts";
import type { Log } from "../log.ts";

/**
 * How long a copy lives. Far more than a replica that works is behind; one that is further behind shows the past, as
 * it would without copies.
 */
export const FRESH_S = 30;
/** Orders of one shopper that are kept at the same time: two pages of the list. */
const ORDERS_KEPT = 20;

/**
 * Nothing is decided by a copy, and losing one costs no more than a stale read: a cache that does not answer is passed
 * by. What is read is joined with what the replica says, see `withFreshOrders` and `withFreshCart`.
 */
export class FreshCopies {
  readonly #redis: Redis;
  readonly #log: Log;

  constructor(redis: Redis, log: Log) {
    this.#redis = redis;
    this.#log = log;
  }

  /** Resolves when it can be found, so that whoever is answered after it reads his own write. */
  async putOrder(userId: number, order: OrderLine): Promise<void> {
    const key = ordersKey(userId);
    const work = this.#redis
      .multi()
      .lpush(key, JSON.stringify(order))
      .ltrim(key, 0, ORDERS_KEPT - 1)
      .expire(key, FRESH_S);
    await work.exec().catch((error) => this.#log.error("fresh-copy-write", error));
  }

  /** The newest copy of each order comes first. */
  async orders(userId: number): Promise<OrderLine[]> {
    const texts = await this.#redis.lrange(ordersKey(userId), 0, -1).catch((error) => {
      this.#log.error("fresh-copy-read", error);
      return [];
    });
    return texts.map((text) => JSON.parse(text) as OrderLine);
  }

  async putCartLine(userId: number, { itemId, units }: CartLine): Promise<void> {
    const key = cartKey(userId);
    const work = this.#redis.multi().hset(key, itemId, units).expire(key, FRESH_S);
    await work.exec().catch((error) => this.#log.error("fresh-copy-write", error));
  }

  async cart(userId: number): Promise<CartLine[]> {
    const found = await this.#redis.hgetall(cartKey(userId)).catch((error) => {
      this.#log.error("fresh-copy-read", error);
      return {};
    });
    return Object.entries(found).map(([itemId, units]) => ({ itemId: Number(itemId), units: Number(units) }));
  }
}

/** Every order once. An order never changes but by being paid, so it is paid when any copy of it is. Pure. */
export function withFreshOrders(
  read: readonly OrderLine[],
  fresh: readonly OrderLine[],
): readonly OrderLine[] {
  if (fresh.length === 0) return read;
  const byId = new Map(read.map((order) => [order.orderId, order]));
  for (const order of fresh) {
    const known = byId.get(order.orderId);
    byId.set(order.orderId, known ? { ...known, isPaid: known.isPaid || order.isPaid } : order);
  }
  return [...byId.values()];
}

/** Every line once. A line only ever grows, so the larger number is the newer one. Pure. */
export function withFreshCart(read: readonly CartLine[], fresh: readonly CartLine[]): readonly CartLine[] {
  if (fresh.length === 0) return read;
  const units = new Map(read.map((line) => [line.itemId, line.units]));
  for (const line of fresh) units.set(line.itemId, Math.max(units.get(line.itemId) ?? 0, line.units));
  return [...units].map(([itemId, of]) => ({ itemId, units: of })).sort((a, b) => a.itemId - b.itemId);
}

const ordersKey = (userId: number) => `fresh:orders:${userId}`;
const cartKey = (userId: number) => `fresh:cart:${userId}`;
