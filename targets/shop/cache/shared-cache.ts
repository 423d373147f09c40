/** The cache all nodes share, in Redis. It may be gone at any time: a cache that fails is a cache that has nothing. */
import type { Log } from "../log.ts";
import { jittered } from "./jittered.ts";

/** The text of a page, or null for one that is known not to exist. */
export type Page = string | null;

export interface SharedCache {
  /** Undefined when it is not there, or the cache does not answer. */
  get(key: string): Promise<Page | undefined>;
  /** Resolves when others can find it, or the cache did not answer. */
  set(key: string, page: Page): Promise<void>;
  delete(key: string): Promise<void>;
}

/** What is needed of Redis. */
export interface PageStore {
  get(key: string): Promise<string | null>;
  set(key: string, text: string, unit: "PX", lifeMs: number): Promise<unknown>;
  del(key: string): Promise<unknown>;
}

export interface SharedCacheOptions {
  readonly redis: PageStore;
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
    async set(key, page) {
      try {
        await redis.set(`page:${key}`, page ?? ABSENT, "PX", lifeMs(page));
      } catch (error) {
        log.error("shared-cache-write", error);
      }
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
