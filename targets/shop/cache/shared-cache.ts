/** The cache all nodes share, in Redis. It may be gone at any time: a cache that fails is a cache that has nothing. */
import type { Redis } from "ioredis";
import type { Log } from "../log.ts";
import { jittered } from "./jittered.ts";

/** The text of a page, or null for one that is known not to exist. */
export type Page = string | null;

export interface SharedCache {
  /** Undefined when it is not there, or the cache does not answer. */
  get(key: string): Promise<Page | undefined>;
  set(key: string, page: Page): void;
  delete(key: string): Promise<void>;
}

export interface SharedCacheOptions {
  readonly redis: Redis;
  readonly ttlS: number;
  /** Life of what is known not to exist. */
  readonly absentTtlS: number;
  readonly jitterRatio: number;
  readonly log: Log;
  random(): number;
}

/** No page is empty, so empty text can stand for "known not to exist". */
const ABSENT = "";

export function sharedCache(options: SharedCacheOptions): SharedCache {
  const { redis, log } = options;
  const lifeMs = (page: Page) =>
    jittered(
      (page === null ? options.absentTtlS : options.ttlS) * 1_000,
      options.jitterRatio,
      options.random,
    );
  return {
    async get(key) {
      try {
        const text = await redis.get(`page:${key}`);
        if (text === null) return undefined;
        return text === ABSENT ? null : text;
      } catch (error) {
        log.error("shared-cache-read", error);
        return undefined;
      }
    },
    set(key, page) {
      redis
        .set(`page:${key}`, page ?? ABSENT, "PX", lifeMs(page))
        .catch((error) => log.error("shared-cache-write", error));
    },
    async delete(key) {
      try {
        await redis.del(`page:${key}`);
      } catch (error) {
        log.error("shared-cache-delete", error);
      }
    },
  };
}
