import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { pageKey, pageOf } from "../../../chaos/cache/page-keys.ts";
import { hottestNow, loadsSince, RereadPages } from "../../../chaos/cache/reread-pages.ts";

test.each([
  { why: "was read again", before: 3, now: 7, loads: 4 },
  { why: "was not", before: 3, now: 3, loads: 0 },
  { why: "was read by a shop that was started again meanwhile", before: 30, now: 2, loads: 2 },
])("$loads loads of a page that $why", ({ before, now, loads }) => {
  expect(loadsSince(new Map([["item:1", before]]), [{ key: "item:1", loads: now }])).toBe(loads);
});

test("of pages that nobody had counted before nothing is known", () => {
  const now = [
    { key: "item:1", loads: 5 },
    { key: "item:2", loads: 900 },
  ];
  expect(loadsSince(new Map([["item:1", 4]]), now)).toBe(1);
});

test("a shop that does not answer has read nothing that anybody saw", async () => {
  // Nobody listens there: see ScriptedNode.
  const shops = [{ name: "shop-1", address: "127.0.0.1:1" }];
  expect(await hottestNow(shops)).toEqual(new Set());
  const pages = await RereadPages.begin(shops, ["item:1"]);
  expect(await pages.again(new Set(["item:1"]))).toBe(0);
});

test("all of a thousand pages are asked for, a hundred at a time, until one was read", async () => {
  const pages = Array.from({ length: 1_200 }, (_, id) => `item:${id}`);
  const read = new Map<string, number>();
  let asked: string[][] = [];
  const server = createServer(({ url = "/" }, response) => {
    const keys = new URL(url, "http://shop").searchParams.get("keys")?.split(",") ?? [];
    asked.push(keys);
    const told = keys.map((key) => ({ key, asked: 0, loads: read.get(key) ?? 3 }));
    response.end(JSON.stringify({ pages: told, lookedBackMs: 1_000 }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const shops = [{ name: "shop-1", address: `127.0.0.1:${(server.address() as AddressInfo).port}` }];
  const reread = await RereadPages.begin(shops, pages);
  expect(asked.map(({ length }) => length)).toEqual(new Array(10).fill(100));
  expect(await reread.again(new Set(pages))).toBe(0);
  asked = [];
  read.set("item:350", 5);
  expect(await reread.again(new Set(pages))).toBe(2);
  expect(asked).toHaveLength(4);
});

test("a key keeps the page after which it is called", () => {
  expect(pageOf(pageKey("item:17"))).toBe("item:17");
});
