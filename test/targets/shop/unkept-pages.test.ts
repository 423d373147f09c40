import { expect, test } from "vitest";
import { Lru } from "../../../targets/shop/cache/lru.ts";
import { PageCache, Unkept } from "../../../targets/shop/cache/page-cache.ts";
import { SingleFlight } from "../../../targets/shop/cache/single-flight.ts";

const options = { remembersAbsent: true, absentTtlMs: 1_000, observe: () => {} };

test("a page that lacks a part is shown to all who wait, and not kept", async () => {
  const local = { lru: new Lru<string | null>(10, () => 0), ttlMs: 1_000 };
  const cache = new PageCache({ ...options, local, flights: new SingleFlight() });
  const pages: (string | Unkept)[] = [new Unkept("without stock"), "with stock", "never asked for"];
  const load = async () => pages.shift()!;
  const waiting = [cache.read("item:1", load), cache.read("item:1", load)];
  expect(await Promise.all(waiting)).toEqual(["without stock", "without stock"]);
  expect(await cache.read("item:1", load)).toBe("with stock");
  expect(await cache.read("item:1", load)).toBe("with stock");
});

test("without caches it is the page all the same", async () => {
  const cache = new PageCache(options);
  expect(await cache.read("item:1", async () => new Unkept("without stock"))).toBe("without stock");
});
