/** A lock in Redis that all nodes share: held for at most its lease, and each holder gets a larger number than the last. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import { NotDone } from "../data/not-done.ts";

export interface RedisLockOptions {
  readonly redis: Redis;
  /** After so long the lock is free again, whatever its holder is doing. */
  readonly leaseMs: number;
  /** How long one waits for it. */
  readonly waitMs: number;
  nowMs(): number;
  random(): number;
}

export interface Held {
  readonly name: string;
  readonly holder: string;
  /** Larger than that of anybody who held the lock before. */
  readonly token: number;
}

/** KEYS lock, counter; ARGV holder, lease in ms. 0 when somebody else has it. */
const ACQUIRE = `
if redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2], 'NX') then return redis.call('INCR', KEYS[2]) end
return 0`;
/** Only one's own: after the lease it may be somebody else's. */
const RELEASE = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`;

/** Between two looks at a lock that is taken; spread, so that those who wait do not all come at once. */
const LOOK_AGAIN_MS = { least: 2, most: 12 };

export class RedisLock {
  readonly #options: RedisLockOptions;

  constructor(options: RedisLockOptions) {
    this.#options = options;
  }

  /** Undefined when it could not be had in time. */
  async acquire(name: string): Promise<Held | undefined> {
    const { redis, leaseMs, waitMs, nowMs, random } = this.#options;
    if (redis.status !== "ready") throw new NotDone("unreachable", "the cache is not connected");
    const holder = randomUUID();
    const untilMs = nowMs() + waitMs;
    for (;;) {
      const token = await redis.eval(ACQUIRE, 2, `lock:${name}`, `lock:${name}:token`, holder, leaseMs);
      if (Number(token) > 0) return { name, holder, token: Number(token) };
      if (nowMs() >= untilMs) return undefined;
      await sleep(LOOK_AGAIN_MS.least + random() * (LOOK_AGAIN_MS.most - LOOK_AGAIN_MS.least));
    }
  }

  /** Leaves it to the next one. When that fails the lease will do it. */
  async release({ name, holder }: Held): Promise<void> {
    await this.#options.redis.eval(RELEASE, 1, `lock:${name}`, holder).catch(() => 0);
  }
}
