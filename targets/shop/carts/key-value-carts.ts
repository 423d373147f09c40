/** Carts in a key-value store: one hash per shopper, item id to units, changed by a script so that nothing gets between. */
import { createHash } from "node:crypto";
import { type Redis, ReplyError } from "ioredis";
import { NotDone } from "../data/not-done.ts";
import { CART_LIMIT, CART_UNITS_MAX, type CartLine } from "../data/users.ts";
import type { Carts } from "./carts.ts";

/** How long a repeat of a write is known for one. The user database remembered for ever, at a row for each. */
const KEY_LIFE_S = 86_400;

/** KEYS cart, mark of the write (may be missing); ARGV item, units, most units, life of the mark. 1: added, 0: a repeat. */
const ADD = `if KEYS[2] and not redis.call('SET', KEYS[2], '1', 'NX', 'EX', ARGV[4]) then return 0 end
local had = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
redis.call('HSET', KEYS[1], ARGV[1], math.min(tonumber(ARGV[3]), had + tonumber(ARGV[2])))
return 1`;
const ADD_SHA1 = createHash("sha1").update(ADD).digest("hex");

export class KeyValueCarts implements Carts {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /**
   * Adds to the cart; with a key, once per key and item within a day.
   * @throws {NotDone} when the store was not reached, or refused
   */
  async addToCart(userId: number, itemId: number, units: number, key: string | undefined): Promise<void> {
    this.#mustBeThere();
    const keys = [cartKey(userId), ...(key === undefined ? [] : [`${cartKey(userId)}:${itemId}:${key}`])];
    const values = [itemId, units, CART_UNITS_MAX, KEY_LIFE_S];
    try {
      await this.#redis.evalsha(ADD_SHA1, keys.length, ...keys, ...values);
    } catch (error) {
      if (!(error instanceof ReplyError)) throw error; // Whether it was added is unknown.
      if (!isUnknownScript(error)) throw new NotDone("undone", `cart: ${messageOf(error)}`, error);
      await this.#redis.eval(ADD, keys.length, ...keys, ...values);
    }
  }

  /** @throws {NotDone} when the store was not reached: nothing is ever done by reading */
  async cart(userId: number): Promise<readonly CartLine[]> {
    this.#mustBeThere();
    let units: Record<string, string>;
    try {
      units = await this.#redis.hgetall(cartKey(userId));
    } catch (error) {
      throw new NotDone("unreachable", `cart: ${messageOf(error)}`, error);
    }
    return Object.entries(units)
      .map(([itemId, count]) => ({ itemId: Number(itemId), units: Number(count) }))
      .toSorted((a, b) => a.itemId - b.itemId)
      .slice(0, CART_LIMIT);
  }

  /** There is one copy, so what is shown is what is priced. */
  cartToPrice(userId: number): Promise<readonly CartLine[]> {
    return this.cart(userId);
  }

  #mustBeThere(): void {
    if (this.#redis.status !== "ready")
      throw new NotDone("unreachable", "the key-value store is not connected");
  }
}

const cartKey = (userId: number) => `cart:${userId}`;
const isUnknownScript = (error: unknown) => messageOf(error).startsWith("NOSCRIPT");
const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
