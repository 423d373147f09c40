/** Keys of a Redis that keeps pages: walked in chunks, their lives read and cut short, without ever holding the server up. */
import type { Redis } from "ioredis";
import { type Clock, sleep } from "../../base/clock.ts";
import { fork } from "../../base/random.ts";

/** How the shop names a page there (docs/shop-api.md). */
export const pageKey = (page: string) => `page:${page}`;
/** Which page a key keeps. */
export const pageOf = (key: string) => key.slice(pageKey("").length);
const ALL_PAGES = pageKey("*");

/** Keys of one SCAN; each takes well under a millisecond of the server. */
const SCANNED_AT_ONCE = 500;
/** Commands of one pipeline, and the pause after it: together about 10,000 keys a second, 3 % of a core of the server. */
const CHANGED_AT_ONCE = 100;
const PAUSE_MS = 10;

/** When a key is over, on the server's clock in milliseconds since 1970: `never`, or it is there no more. */
export type Life = number | "never" | "gone";

/** Every page, or of those the share that the seed chooses, the same keys each time. */
export async function walkPages(
  redis: Redis,
  { share, seed }: { share: number; seed: number },
): Promise<string[]> {
  const found = new Set<string>();
  let cursor = "0";
  do {
    const [next, keys] = await redis.scan(cursor, "MATCH", ALL_PAGES, "COUNT", SCANNED_AT_ONCE);
    cursor = next;
    for (const key of keys) if (share >= 1 || fork(seed, hashOf(key)).happens(share)) found.add(key);
  } while (cursor !== "0");
  return [...found];
}

/** Some keys of any kind, at most `count`. */
export async function someKeys(redis: Redis, count: number): Promise<string[]> {
  const found = new Set<string>();
  let cursor = "0";
  do {
    const [next, keys] = await redis.scan(cursor, "COUNT", count);
    cursor = next;
    for (const key of keys) found.add(key);
  } while (cursor !== "0" && found.size < count);
  return [...found].slice(0, count);
}

/** Milliseconds since 1970 by the server's clock. */
export async function serverNowMs(redis: Redis): Promise<number> {
  const [seconds, micros] = await redis.time();
  return Number(seconds) * 1_000 + Number(micros) / 1_000;
}

/** In the order of `keys`; exact to what a round trip takes. */
export async function livesOf(redis: Redis, keys: readonly string[]): Promise<readonly Life[]> {
  const lives: Life[] = [];
  for (const chunk of chunksOf(keys, CHANGED_AT_ONCE)) {
    const nowMs = await serverNowMs(redis);
    const work = redis.pipeline();
    for (const key of chunk) work.pttl(key);
    for (const [error, left] of (await work.exec()) ?? []) {
      if (error) throw error;
      lives.push(left === -2 ? "gone" : left === -1 ? "never" : nowMs + Number(left));
    }
  }
  return lives;
}

export interface Ending {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** A life that is over sooner is left as it is: for whoever takes lives, and not for whoever gives them back. Redis 7.0. */
  readonly isSoonerOnly?: boolean;
}

/** Lets keys be over at one instant each, in chunks with pauses; how many of them were still there, and were changed. */
export async function endAt(
  redis: Redis,
  ends: readonly { readonly key: string; readonly atMs: number }[],
  { clock, signal, isSoonerOnly = false }: Ending,
): Promise<number> {
  let changed = 0;
  for (const chunk of chunksOf(ends, CHANGED_AT_ONCE)) {
    signal.throwIfAborted();
    const work = redis.pipeline();
    for (const { key, atMs } of chunk) {
      if (isSoonerOnly) work.pexpireat(key, Math.round(atMs), "LT");
      else work.pexpireat(key, Math.round(atMs));
    }
    for (const [error, answer] of (await work.exec()) ?? []) {
      if (error) throw error;
      changed += Number(answer);
    }
    await sleep(PAUSE_MS, signal, clock);
  }
  return changed;
}

/** What `endAt` waits between its chunks for so many keys, without what the server takes for them. */
export const endingTakesMs = (keys: number): number => Math.ceil(keys / CHANGED_AT_ONCE) * PAUSE_MS * 1.5;

/** One figure of INFO; undefined when the server does not tell it. */
export async function infoOf(redis: Redis, section: string, field: string): Promise<string | undefined> {
  const text = String(await redis.info(section));
  return new RegExp(`^${field}:(.*)$`, "m").exec(text)?.[1]?.trim();
}

export const expiredKeys = async (redis: Redis): Promise<number> =>
  Number((await infoOf(redis, "stats", "expired_keys")) ?? Number.NaN);

function chunksOf<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, chunk) =>
    all.slice(chunk * size, (chunk + 1) * size),
  );
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
