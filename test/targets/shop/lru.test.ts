import { expect, test } from "vitest";
import { Lru } from "../../../targets/shop/cache/lru.ts";

test("the longest unused goes first", () => {
  const lru = new Lru<number>(2, () => 0);
  lru.set("a", 1, 1_000);
  lru.set("b", 2, 1_000);
  lru.get("a");
  lru.set("c", 3, 1_000);
  expect([lru.get("a"), lru.get("b"), lru.get("c")]).toEqual([1, undefined, 3]);
  expect(lru.size).toBe(2);
});

test("an entry lives for exactly its own time", () => {
  let nowMs = 0;
  const lru = new Lru<string>(10, () => nowMs);
  lru.set("short", "s", 100);
  lru.set("long", "l", 200);
  nowMs = 99;
  expect(lru.get("short")).toBe("s");
  nowMs = 100;
  expect(lru.get("short")).toBeUndefined();
  expect(lru.get("long")).toBe("l");
  expect(lru.size).toBe(1);
});

test("setting again replaces the value, starts its time anew, and takes no second place", () => {
  let nowMs = 0;
  const lru = new Lru<number>(2, () => nowMs);
  lru.set("a", 1, 100);
  lru.set("b", 1, 100);
  nowMs = 60;
  lru.set("a", 2, 100);
  nowMs = 120;
  expect(lru.get("a")).toBe(2);
  expect(lru.get("b")).toBeUndefined();
});

test("null is a value: it can stand for what is known not to exist", () => {
  const lru = new Lru<string | null>(1, () => 0);
  lru.set("a", null, 1);
  expect(lru.get("a")).toBeNull();
  lru.delete("a");
  expect(lru.get("a")).toBeUndefined();
});
