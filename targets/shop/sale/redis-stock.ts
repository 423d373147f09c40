/** Stock, buyers and keys of a flash sale in Redis. Each script runs as one step, and repeating one with its key changes nothing. */
import { createHash } from "node:crypto";
import { type Redis, ReplyError } from "ioredis";
import { NotDone } from "../data/not-done.ts";
import type { Placed } from "../data/orders.ts";
import type { SaleRow } from "../data/sales.ts";
import type { Attempt, KeyState } from "./strategy.ts";

export type Reserved =
  | { readonly status: "reserved" }
  /** Another try with this key has reserved before, and what came of it is not known here. */
  | { readonly status: "pending" }
  /** The counter is not there: Redis came back without it. */
  | { readonly status: "lost" }
  | Placed;

/** Longer than any sale, so that forgotten ones go away. */
export const LIFE_S = 86_400;
export const PENDING = "p";

/**
 * KEYS stock, buyers, key state; ARGV user, limit, state to write, life.
 * The state goes first: when Redis is out of memory that write is refused, and nothing has been taken yet.
 */
const reserveScript = script(`
local state = redis.call('GET', KEYS[3])
if state then return state end
local left = redis.call('GET', KEYS[1])
if not left then return 'lost' end
if tonumber(redis.call('HGET', KEYS[2], ARGV[1]) or '0') >= tonumber(ARGV[2]) then return 'limit' end
if tonumber(left) < 1 then return 'sold-out' end
redis.call('SET', KEYS[3], ARGV[3], 'EX', ARGV[4])
redis.call('HINCRBY', KEYS[2], ARGV[1], 1)
redis.call('EXPIRE', KEYS[2], ARGV[4])
redis.call('DECR', KEYS[1])
return 'reserved'`);

/**
 * Gives back what is still pending under the key, once. When the database has none left the counter promised too much,
 * as one does that came back without its last writes: it ends then, or every later try would reserve in vain.
 * ARGV user, pending state, whether the database has none left.
 */
const releaseScript = script(`
if redis.call('GET', KEYS[3]) ~= ARGV[2] then return 0 end
redis.call('DEL', KEYS[3])
redis.call('HINCRBY', KEYS[2], ARGV[1], -1)
if redis.call('EXISTS', KEYS[1]) == 0 then return 1 end
if ARGV[3] == '1' then redis.call('SET', KEYS[1], 0, 'KEEPTTL') else redis.call('INCR', KEYS[1]) end
return 1`);

/**
 * Turns pending into accepted. When a twin of this try has released the key meanwhile, the unit is taken again: the
 * order exists, so the counter must show it, unless it has been told already that nothing is left.
 * ARGV user, pending state, accepted state, life.
 */
const confirmScript = script(`
local state = redis.call('GET', KEYS[3])
if state and state ~= ARGV[2] then return 0 end
if not state and redis.call('EXISTS', KEYS[1]) == 1 then
  if tonumber(redis.call('GET', KEYS[1])) > 0 then redis.call('DECR', KEYS[1]) end
  redis.call('HINCRBY', KEYS[2], ARGV[1], 1)
end
redis.call('SET', KEYS[3], ARGV[3], 'EX', ARGV[4])
return 1`);

export class RedisStock {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async open(saleId: number, units: number): Promise<void> {
    await this.#redis.set(stockKey(saleId), units, "EX", LIFE_S);
  }

  /** Sets a lost counter, unless somebody else has done so. */
  async reload(saleId: number, units: number): Promise<void> {
    await this.#redis.set(stockKey(saleId), units, "EX", LIFE_S, "NX");
  }

  async remaining(saleId: number): Promise<number | undefined> {
    const left = await this.#redis.get(stockKey(saleId));
    return left === null ? undefined : Number(left);
  }

  /** @throws {NotDone} when Redis was not reached, or refused the script */
  async reserve(sale: SaleRow, attempt: Attempt): Promise<Reserved> {
    if (this.#redis.status !== "ready") throw new NotDone("unreachable", "the cache is not connected");
    const args = [attempt.userId, sale.perUserLimit, stateText(sale, attempt, PENDING), LIFE_S];
    let answer: string;
    try {
      answer = (await this.#run(reserveScript, sale, attempt, args)) as string;
    } catch (error) {
      if (error instanceof ReplyError)
        throw new NotDone("undone", `reserve: ${(error as Error).message}`, error);
      throw error;
    }
    switch (answer) {
      case "reserved":
      case "sold-out":
      case "limit":
      case "lost":
        return { status: answer };
      default:
        return reservedBefore(answer, sale, attempt);
    }
  }

  /** @param isSoldOut whether the database has said that there is no unit left: a sale gets no new ones */
  async release(sale: SaleRow, attempt: Attempt, isSoldOut = false): Promise<void> {
    const args = [attempt.userId, stateText(sale, attempt, PENDING), isSoldOut ? 1 : 0];
    await this.#run(releaseScript, sale, attempt, args);
  }

  async confirm(sale: SaleRow, attempt: Attempt, orderId: number): Promise<void> {
    const states = [stateText(sale, attempt, PENDING), stateText(sale, attempt, String(orderId))];
    await this.#run(confirmScript, sale, attempt, [attempt.userId, ...states, LIFE_S]);
  }

  async stateOf(key: string): Promise<KeyState | undefined> {
    const state = await this.#redis.get(stateKey(key));
    if (state === null) return undefined;
    const order = orderIn(state);
    return order === PENDING ? { status: "pending" } : { status: "accepted", orderId: Number(order) };
  }

  async #run(
    { text, sha1 }: Script,
    { saleId }: SaleRow,
    { key }: Attempt,
    args: (string | number)[],
  ): Promise<unknown> {
    const keys = [stockKey(saleId), `sale:${saleId}:buyers`, stateKey(key)];
    try {
      return await this.#redis.evalsha(sha1, keys.length, ...keys, ...args);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
      return this.#redis.eval(text, keys.length, ...keys, ...args);
    }
  }
}

interface Script {
  readonly text: string;
  readonly sha1: string;
}

function script(text: string): Script {
  return { text, sha1: createHash("sha1").update(text).digest("hex") };
}

export const stockKey = (saleId: number) => `sale:${saleId}:stock`;
export const stateKey = (key: string) => `key:${key}`;

/** `user:sale:order`, with `p` for an order that is still pending. */
export const stateText = ({ saleId }: SaleRow, { userId }: Attempt, order: string) =>
  `${userId}:${saleId}:${order}`;
export const orderIn = (state: string) => state.slice(state.lastIndexOf(":") + 1);

/** What the state of a key means for a try with that key. */
export function reservedBefore(
  state: string,
  sale: SaleRow,
  attempt: Attempt,
): Exclude<Reserved, { status: "reserved" | "lost" }> {
  const order = orderIn(state);
  if (state !== stateText(sale, attempt, order)) return { status: "key-reused" };
  if (order === PENDING) return { status: "pending" };
  return { status: "accepted", orderId: Number(order), isEarlier: true };
}
