import { expect, test } from "vitest";
import {
  deadSubjectOf,
  decoded,
  encoded,
  subjectOfKey,
  subjectOfSale,
  subjectOfShard,
} from "../../../../targets/shop/queue/order-message.ts";

const order = { saleId: 65, userId: 7, key: "t7.20" };

test("what is put in comes out", () => expect(decoded(encoded(order))).toEqual(order));

test.each([
  { why: "it is no JSON", text: "order" },
  { why: "it is nothing", text: "null" },
  { why: "nobody is named", text: JSON.stringify({ saleId: 65, key: "k" }) },
  { why: "the sale is no number", text: JSON.stringify({ ...order, saleId: "65" }) },
  { why: "the key is no text", text: JSON.stringify({ ...order, key: 20 }) },
])("it is no order when $why", ({ text }) => expect(decoded(text)).toBeUndefined());

test.each(["t7.20", "a.b.c", "*", ">", "a>b", "!~", "x".repeat(128)])(
  "the key %s is one word of a subject, and no star",
  (key) => {
    const words = subjectOfKey(key, 65).split(".");
    expect(words).toHaveLength(4);
    expect(words[3]).toMatch(/^[\w-]+$/);
  },
);

test("a promise goes to those who write on its sale's shard", () => {
  expect(subjectOfShard(1)).toBe("orders.1.*.*");
  expect(subjectOfSale(64 * 9 + 3)).toMatch(/^orders\.3\./);
});

test("different keys have different subjects, of their sale or of any", () => {
  expect(subjectOfKey("a", 65)).not.toBe(subjectOfKey("b", 65));
  expect(subjectOfKey("a", 65)).toMatch(/^orders\.1\.65\./);
  expect(subjectOfKey("a")).toMatch(/^orders\.\*\.\*\./);
  expect(subjectOfSale(65)).toBe("orders.1.65.*");
  expect(deadSubjectOf(subjectOfKey("a", 65))).toBe(`dead-${subjectOfKey("a", 65)}`);
});
