/** Marks in Redis of what is being done under an idempotency key, and of what came of it. */
import type { Redis } from "ioredis";
import type { SaleRow } from "../data/sales.ts";
import { LIFE_S, PENDING, reservedBefore, stateKey, stateText } from "./redis-stock.ts";
import type { Attempt } from "./strategy.ts";

export class KeyMarks {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /**
   * Marks the key as pending; gives what it was marked as when it was marked already. A mark outlives whoever died
   * before saying what came of it: a key that may have bought must never be told "sold out".
   */
  async begin(sale: SaleRow, attempt: Attempt): Promise<ReturnType<typeof reservedBefore> | undefined> {
    const mark = stateKey(attempt.key);
    const state = stateText(sale, attempt, PENDING);
    for (;;) {
      if ((await this.#redis.set(mark, state, "EX", LIFE_S, "NX")) === "OK") return undefined;
      const before = await this.#redis.get(mark);
      // It may have run out between the two commands.
      if (before !== null) return reservedBefore(before, sale, attempt);
    }
  }

  async accepted(sale: SaleRow, attempt: Attempt, orderId: number): Promise<void> {
    await this.#redis.set(stateKey(attempt.key), stateText(sale, attempt, String(orderId)), "EX", LIFE_S);
  }

  /** Nothing was done under the key. */
  async forget({ key }: Attempt): Promise<void> {
    await this.#redis.del(stateKey(key));
  }
}
