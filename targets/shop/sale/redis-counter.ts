/** The stock of a sale as a plain counter in Redis: read, down by one, up by one, each a command of its own. */
import type { Redis } from "ioredis";
import { NotDone } from "../data/not-done.ts";
import { LIFE_S, stockKey } from "./redis-stock.ts";

export class RedisCounter {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async open(saleId: number, units: number): Promise<void> {
    await this.#redis.set(stockKey(saleId), units, "EX", LIFE_S);
  }

  /** Below zero when it was counted down by more than there was; undefined when it is lost. */
  async read(saleId: number): Promise<number | undefined> {
    this.check();
    const left = await this.#redis.get(stockKey(saleId));
    return left === null ? undefined : Number(left);
  }

  /** Counts down and gives what is left then. A lost counter begins at 0, as DECR has it. */
  down(saleId: number): Promise<number> {
    return this.#redis.decr(stockKey(saleId));
  }

  async up(saleId: number): Promise<void> {
    await this.#redis.incr(stockKey(saleId));
  }

  /** @throws {NotDone} when Redis is not connected, before anything is sent */
  check(): void {
    if (this.#redis.status !== "ready") throw new NotDone("unreachable", "the cache is not connected");
  }
}
