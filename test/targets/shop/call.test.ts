import { expect, test } from "vitest";
import { BadRequest, Call } from "../../../targets/shop/http/call.ts";

const body = (value: unknown) => new Call({}, "", "", JSON.stringify(value));

test("all problems of a request are reported together", () => {
  const call = new Call({ "x-user": "nobody" }, "x", "page=0", '{"units":1.5}');
  call.user();
  call.key();
  call.id();
  call.page(10);
  call.whole("units");
  call.whole("itemId");
  expect(() => call.check()).toThrow(
    new BadRequest([
      "header x-user must be a whole number from 1 to 2147483647",
      "header Idempotency-Key is missing",
      "the id in the path must be a whole number from 0 to 2147483647",
      "page must be a whole number from 1 to 10",
      "units must be a whole number from 1 to 2147483647",
      "itemId is missing",
    ]),
  );
});

test("a request that is in order is read without problems", () => {
  const call = new Call(
    { "x-user": "7", "idempotency-key": "t.1" },
    "12",
    "page=3&q=silk+cup",
    '{"itemId":5}',
  );
  expect([call.user(), call.key(), call.id(), call.page(10), call.query("q"), call.whole("itemId")]).toEqual([
    7,
    "t.1",
    12,
    3,
    "silk cup",
    5,
  ]);
  call.check();
});

test.each([
  { why: "not JSON", text: "{" },
  { why: "an array", text: "[1]" },
  { why: "null", text: "null" },
  { why: "a number", text: "5" },
])("a body that is $why is one problem", ({ text }) => {
  const call = new Call({}, "", "", text);
  call.optionalText("name", 10);
  expect(() => call.check()).toThrow("the body must be a JSON object");
});

test.each([
  { key: "", isGood: false },
  { key: "a b", isGood: false },
  { key: "ключ", isGood: false },
  { key: "x".repeat(129), isGood: false },
  { key: "x".repeat(128), isGood: true },
  { key: "f1.77", isGood: true },
])("idempotency key $key: $isGood", ({ key, isGood }) => {
  const call = new Call({ "idempotency-key": key }, "", "", "");
  call.key();
  if (isGood) call.check();
  else expect(() => call.check()).toThrow("Idempotency-Key");
});

test.each([
  { value: 1, isGood: true },
  { value: "1", isGood: true },
  { value: "01", isGood: true },
  { value: "1e3", isGood: false },
  { value: -1, isGood: false },
  { value: 2 ** 31, isGood: false },
  { value: true, isGood: false },
])("item id $value: $isGood", ({ value, isGood }) => {
  const call = body({ itemId: value });
  call.whole("itemId");
  if (isGood) call.check();
  else expect(() => call.check()).toThrow("itemId must be");
});

test("a key in the path that is no URL text is a problem, not a crash", () => {
  const call = new Call({}, "%zz", "", "");
  call.keyInPath();
  expect(() => call.check()).toThrow(BadRequest);
});
