import { expect, test } from "vitest";
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

test("a key keeps the page after which it is called", () => {
  expect(pageOf(pageKey("item:17"))).toBe("item:17");
});
