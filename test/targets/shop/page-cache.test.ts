import { beforeEach, expect, test } from "vitest";
import { jittered } from "../../../targets/shop/cache/jittered.ts";
import { Lru } from "../../../targets/shop/cache/lru.ts";
import { PageCache, type PageCacheOptions } from "../../../targets/shop/cache/page-cache.ts";
import type { Page, SharedCache } from "../../../targets/shop/cache/shared-cache.ts";
import { SingleFlight } from "../../../targets/shop/cache/single-flight.ts";

/** A shared cache in memory, without lives. */
class MemoryShared implements SharedCache {
  readonly kept = new Map<string, Page>();
  get = async (key: string) => this.kept.get(key);
  set = async (key: string, page: Page) => void this.kept.set(key, page);
  delete = async (key: string) => void this.kept.delete(key);
}

let nowMs = 0;
let loads = 0;
let seen: string[] = [];
beforeEach(() => {
  nowMs = 0;
  loads = 0;
  seen = [];
});

const observe: PageCacheOptions["observe"] = (level, result) => void seen.push(`${level} ${result}`);
const local = () => ({ lru: new Lru<Page>(10, () => nowMs), ttlMs: 1_000 });
const load = async (): Promise<Page> => `page ${++loads}`;
const loadAbsent = async (): Promise<Page> => {
  loads++;
  return null;
};
const basics = { remembersAbsent: true, absentTtlMs: 100, observe };

test("without any cache every read is a load", async () => {
  const cache = new PageCache(basics);
  expect([await cache.read("a", load), await cache.read("a", load)]).toEqual(["page 1", "page 2"]);
});

test("a page in this node's memory is given at once, without a promise, until its time is over", async () => {
  const cache = new PageCache({ ...basics, local: local() });
  await cache.read("a", load);
  expect(cache.read("a", load)).toBe("page 1");
  nowMs = 1_000;
  expect(await cache.read("a", load)).toBe("page 2");
  expect(seen).toEqual(["local miss", "local hit", "local miss"]);
});

test("what another node has loaded is taken from the shared cache", async () => {
  const shared = new MemoryShared();
  const [one, other] = [0, 1].map(() => new PageCache({ ...basics, local: local(), shared }));
  await one!.read("a", load);
  expect(await other!.read("a", load)).toBe("page 1");
  expect(seen).toEqual(["local miss", "shared miss", "local miss", "shared hit"]);
});

test("fifty who miss at once share one load; the next miss loads again", async () => {
  const cache = new PageCache({ ...basics, shared: new MemoryShared(), flights: new SingleFlight<Page>() });
  const pages = await Promise.all(Array.from({ length: 50 }, () => cache.read("a", load)));
  expect(new Set(pages)).toEqual(new Set(["page 1"]));
  await cache.forget("a");
  expect(await cache.read("a", load)).toBe("page 2");
});

test("without single flight each of them loads", async () => {
  const cache = new PageCache({ ...basics, shared: new MemoryShared() });
  await Promise.all(Array.from({ length: 50 }, () => cache.read("a", load)));
  expect(loads).toBe(50);
});

test("a load that fails fails for all who wait, and is not remembered", async () => {
  const cache = new PageCache({ ...basics, local: local(), flights: new SingleFlight<Page>() });
  const fail = () => Promise.reject(new Error("down"));
  const results = await Promise.allSettled([cache.read("a", fail), cache.read("a", fail)]);
  expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await cache.read("a", load)).toBe("page 1");
});

test("what does not exist is remembered, for a shorter time than a page", async () => {
  const cache = new PageCache({ ...basics, local: local() });
  expect(await cache.read("a", loadAbsent)).toBeNull();
  expect(cache.read("a", loadAbsent)).toBeNull();
  expect(loads).toBe(1);
  nowMs = 100;
  await cache.read("a", loadAbsent);
  expect(loads).toBe(2);
  expect(seen).toContain("local absent");
});

test("without negative caching what does not exist is looked for each time, and pages are still kept", async () => {
  const shared = new MemoryShared();
  const cache = new PageCache({ ...basics, local: local(), shared, remembersAbsent: false });
  await cache.read("a", loadAbsent);
  await cache.read("a", loadAbsent);
  expect(loads).toBe(2);
  expect(shared.kept.size).toBe(0);
  await cache.read("b", load);
  expect(cache.read("b", load)).toBe("page 3");
});

test("a page that is forgotten while it is being loaded is not handed to later readers", async () => {
  const cache = new PageCache({ ...basics, local: local(), flights: new SingleFlight<Page>() });
  let finish: (page: Page) => void = () => {};
  const slow = cache.read("a", () => new Promise((resolve) => (finish = resolve)));
  await cache.forget("a");
  expect(await cache.read("a", load)).toBe("page 1");
  finish("old");
  expect(await slow).toBe("old");
  expect(await cache.read("a", load)).toBe("page 1");
});

test("a page that is put replaces what this node and the others have, and nobody joins a load of the old one", async () => {
  const shared = new MemoryShared();
  const flights = new SingleFlight<Page>();
  const cache = new PageCache({ ...basics, local: local(), shared, flights });
  let finish: (page: Page) => void = () => {};
  const slow = cache.read("a", () => new Promise((resolve) => (finish = resolve)));
  await cache.put("a", "new");
  expect(cache.read("a", load)).toBe("new");
  expect(shared.kept.get("a")).toBe("new");
  finish("old");
  await slow;
  expect(cache.read("a", load)).toBe("new");
  expect(shared.kept.get("a")).toBe("new");
  expect(loads).toBe(0);
});

test.each([
  { random: 0, jitterRatio: 0.1, lifeMs: 900 },
  { random: 0.5, jitterRatio: 0.1, lifeMs: 1_000 },
  { random: 1, jitterRatio: 0.1, lifeMs: 1_100 },
  { random: 0.9, jitterRatio: 0, lifeMs: 1_000 },
  { random: 0, jitterRatio: 1, lifeMs: 1 },
])("a life of 1000 ms with jitter $jitterRatio is $lifeMs ms when chance says $random", (row) => {
  expect(jittered(1_000, row.jitterRatio, () => row.random)).toBe(row.lifeMs);
});
