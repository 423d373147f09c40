/** What is said through the queue of a promised unit, and under which subject. Pure. */
import type { SaleRow } from "../data/sales.ts";
import { shardOfId } from "../data/shard.ts";
import type { Attempt } from "../sale/strategy.ts";

/** One promise: a unit that was reserved for somebody, to be written as an order. */
export interface OrderMessage extends Attempt {
  readonly saleId: number;
}

/** Every promise under way, and every one that was put aside: shard, sale, key. */
export const allOrders = "orders.*.*.*";
export const allDead = "dead-orders.*.*.*";

/** Of all promises that are to be written on one shard. */
export const subjectOfShard = (shard: number): string => `orders.${shard}.*.*`;

/** Of all promises of one sale. */
export const subjectOfSale = (saleId: number): string => `orders.${shardOfId(saleId)}.${saleId}.*`;

/** Of the promise under one key; of any sale when it is not known which. */
export const subjectOfKey = (key: string, saleId?: number): string =>
  saleId === undefined ? `orders.*.*.${wordOf(key)}` : `orders.${shardOfId(saleId)}.${saleId}.${wordOf(key)}`;

export const deadSubjectOf = (subject: string): string => `dead-${subject}`;

export const messageOf = ({ saleId }: SaleRow, { userId, key }: Attempt): OrderMessage => ({
  saleId,
  userId,
  key,
});

export const encoded = ({ saleId, userId, key }: OrderMessage): string =>
  JSON.stringify({ saleId, userId, key });

/** The promise in `text`; undefined when it is none. */
export function decoded(text: string): OrderMessage | undefined {
  try {
    const { saleId, userId, key } = JSON.parse(text) as Partial<Record<keyof OrderMessage, unknown>>;
    const isOne = Number.isSafeInteger(saleId) && Number.isSafeInteger(userId) && typeof key === "string";
    return isOne ? { saleId: saleId as number, userId: userId as number, key } : undefined;
  } catch {
    return undefined;
  }
}

/** A key may hold dots and stars, which mean something in a subject. */
const wordOf = (key: string) => Buffer.from(key, "utf8").toString("base64url");
