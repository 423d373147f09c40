/** What the shop's answers mean, operation by operation. */
import { describe, expect, test } from "vitest";
import { Failure } from "../../base/failure.ts";
import * as reading from "../../scenarios/operations/reading.ts";
import * as seckill from "../../scenarios/operations/seckill.ts";
import * as writing from "../../scenarios/operations/writing.ts";
import type { Answer, Operation } from "../../scenarios/scenario.ts";
import { PlainShopper, smallWorld } from "../fakes/plain-shopper.ts";
import { answer, unreadable } from "../fakes/scripted-shop.ts";

const operations: Readonly<Record<string, Operation>> = {
  ...reading,
  ...writing,
  seckillTry: seckill.seckillTry,
  seckillPage: seckill.seckillPage,
  seckillResult: seckill.seckillResult,
  saleDetail: seckill.saleDetail,
};

function judged(operation: Operation, given: Answer, memory: Record<string, string | number> = {}) {
  const shopper = new PlainShopper(5);
  for (const [key, value] of Object.entries(memory)) shopper.memory.set(key, value);
  if (operation.attempts) shopper.newAttempt();
  operation.request(shopper);
  return operation.judge!(given, shopper);
}

const order = { order: "o-1" };

describe.each(Object.entries(operations))("%s", (_name, operation) => {
  test.each([
    { given: answer(503, { status: "busy" }), outcome: "busy" },
    { given: answer(429, { status: "busy" }), outcome: "busy" },
    { given: answer(503, "<html>no upstream</html>"), outcome: "error" },
    { given: answer(429, { status: "slow down" }), outcome: "error" },
    { given: unreadable(500), outcome: "error" },
    { given: unreadable(502), outcome: "error" },
    { given: unreadable(400), outcome: "error" },
    { given: unreadable(302), outcome: "wrong" },
    { given: unreadable(204), outcome: "wrong" },
  ])("calls $given.status $outcome", ({ given, outcome }) => {
    expect(judged(operation, given, order)).toBe(outcome);
  });
});

test.each([
  ["home", 200],
  ["list", 200],
  ["search", 200],
  ["cartView", 200],
  ["orderQuery", 200],
  ["cartAdd", 201],
  ["favourite", 201],
  ["checkoutStep", 200],
  ["admin", 200],
])("%s is content with %d and does not read the body", (name, status) => {
  expect(judged(operations[name]!, unreadable(status))).toBe("ok");
});

const attempts = ["orderConfirm", "seckillTry"].map((name) => ({ name, operation: operations[name]! }));
describe.each(attempts)("the attempt $name", ({ operation }) => {
  test.each([
    { given: answer(201, { status: "accepted", orderId: "o-7" }), outcome: "ok", why: "a yes has an order" },
    { given: answer(201, { status: "accepted", orderId: 7 }), outcome: "ok", why: "which may be a number" },
    { given: answer(201, { status: "accepted" }), outcome: "wrong", why: "a yes without an order" },
    { given: answer(201, "yes"), outcome: "wrong", why: "a yes in nobody's words" },
    {
      given: answer(200, { status: "accepted", orderId: 7 }),
      outcome: "wrong",
      why: "a yes of another kind",
    },
    { given: answer(409, { status: "sold-out" }), outcome: "sold-out", why: "nothing left" },
    { given: answer(409, "conflict"), outcome: "wrong", why: "a no that may not be the shop's" },
    {
      given: answer(403, { status: "refused", reason: "limit" }),
      outcome: "refused",
      why: "not for this shopper",
    },
    { given: answer(403, "forbidden"), outcome: "wrong", why: "a refusal by somebody else" },
    { given: answer(422, { status: "key-reused" }), outcome: "error", why: "an unexpected status" },
  ])("is $outcome: $why", ({ given, outcome }) => {
    expect(judged(operation, given)).toBe(outcome);
  });

  test("is marked as one and carries the attempt's key", () => {
    const shopper = new PlainShopper(5);
    shopper.newAttempt();
    expect(operation.attempts).toBe(true);
    expect(operation.request(shopper).headers?.["idempotency-key"]).toBe("t7.20");
  });
});

describe("detail", () => {
  const asked = (() => {
    const shopper = new PlainShopper(5);
    reading.detail.request(shopper);
    return Number(shopper.memory.get("asked-item"));
  })();
  const shown = (item: object, leftOut?: readonly string[]) =>
    answer(200, { item: { id: asked, ...item }, ...(leftOut && { leftOut }) });

  test.each([
    { given: answer(200, { item: { id: asked } }), outcome: "ok", why: "the item asked for" },
    { given: answer(200, { item: { id: asked + 1 } }), outcome: "wrong", why: "another item" },
    { given: answer(200, {}), outcome: "wrong", why: "no item" },
    { given: shown({ price: 1_999, stock: 3 }), outcome: "ok", why: "all that a page shows" },
    { given: shown({ price: 1_999, stock: 0 }), outcome: "ok", why: "none left" },
    {
      given: shown({ price: 1_999 }, ["item.stock"]),
      outcome: "ok",
      why: "a part that is said to be left out",
    },
    { given: shown({ price: 1_999, stock: 3 }, ["item.stock"]), outcome: "wrong", why: "left out and there" },
    { given: shown({ price: 0, stock: 3 }), outcome: "wrong", why: "for nothing" },
    { given: shown({ price: "1999", stock: 3 }), outcome: "wrong", why: "a price that is no number" },
    { given: shown({ price: null, stock: 3 }), outcome: "wrong", why: "a price that nobody knows" },
    { given: shown({ price: 1_999, stock: -1 }), outcome: "wrong", why: "fewer than none left" },
    { given: answer(200, "<html>"), outcome: "wrong", why: "a page in the place of an item" },
    {
      given: answer(404, { status: "absent" }),
      outcome: "wrong",
      why: "an item of the catalogue cannot be absent",
    },
    { given: answer(404, "not found"), outcome: "error", why: "somebody else does not know the path" },
  ])("is $outcome: $why", ({ given, outcome }) => {
    expect(judged(reading.detail, given)).toBe(outcome);
  });
});

describe("the sale", () => {
  test.each([
    { operation: seckill.seckillPage, given: answer(200, { sale: { saleId: 3 } }), outcome: "ok" },
    { operation: seckill.seckillPage, given: answer(200, { sale: { saleId: 4 } }), outcome: "wrong" },
    { operation: seckill.saleDetail, given: answer(200, { item: { id: 42 } }), outcome: "ok" },
    { operation: seckill.saleDetail, given: answer(200, { item: { id: 43 } }), outcome: "wrong" },
  ])("page and item must be those asked for: $outcome", ({ operation, given, outcome }) => {
    expect(judged(operation, given)).toBe(outcome);
  });

  test.each([
    { told: undefined, tried: false, status: "none", outcome: "ok" },
    { told: undefined, tried: false, status: "accepted", outcome: "wrong" },
    { told: "ok", tried: true, status: "accepted", outcome: "ok" },
    { told: "ok", tried: true, status: "pending", outcome: "ok" },
    { told: "ok", tried: true, status: "none", outcome: "wrong" },
    { told: "sold-out", tried: true, status: "none", outcome: "ok" },
    { told: "sold-out", tried: true, status: "accepted", outcome: "wrong" },
    { told: "refused", tried: true, status: "accepted", outcome: "wrong" },
    { told: "ok", tried: true, status: "sold-out", outcome: "wrong" },
    { told: "pending", tried: true, status: "pending", outcome: "ok" },
    { told: "pending", tried: true, status: "accepted", outcome: "ok" },
    { told: "pending", tried: true, status: "sold-out", outcome: "ok" },
    { told: "pending", tried: true, status: "refused", outcome: "ok" },
    { told: "pending", tried: true, status: "none", outcome: "wrong" },
    { told: "taken-back", tried: true, status: "sold-out", outcome: "ok" },
    { told: "taken-back", tried: true, status: "accepted", outcome: "wrong" },
    { told: undefined, tried: true, status: "accepted", outcome: "ok" },
    { told: undefined, tried: true, status: "none", outcome: "ok" },
    { told: "ok", tried: true, status: "maybe", outcome: "wrong" },
  ])(
    "result $status after being told $told (tried: $tried) is $outcome",
    ({ told, tried, status, outcome }) => {
      const memory = {
        ...(tried ? { try: "t7.20" } : {}),
        ...(told === undefined ? {} : { "try-outcome": told }),
      };
      expect(judged(seckill.seckillResult, answer(200, { status }), memory)).toBe(outcome);
    },
  );

  test.each([
    { given: answer(202, { status: "pending" }), outcome: "ok", why: "a promise is a yes" },
    { given: answer(202, { status: "queued" }), outcome: "wrong", why: "a promise in nobody's words" },
    { given: answer(200, { status: "pending" }), outcome: "wrong", why: "a promise of another kind" },
  ])("a try answered $given.status is $outcome: $why", ({ given, outcome }) => {
    expect(judged(seckill.seckillTry, given)).toBe(outcome);
  });

  test("an ordinary order cannot be promised", () => {
    expect(judged(writing.orderConfirm, answer(202, { status: "pending" }))).toBe("wrong");
  });

  test("a promise that was taken back stays so, and one that was kept too", () => {
    const told = (...statuses: string[]) => {
      const shopper = new PlainShopper(5);
      shopper.newAttempt();
      seckill.seckillTry.request(shopper);
      seckill.seckillTry.judge!(answer(202, { status: "pending" }), shopper);
      return statuses.map((status) => seckill.seckillResult.judge!(answer(200, { status }), shopper));
    };
    expect(told("pending", "sold-out", "sold-out", "accepted")).toEqual(["ok", "ok", "ok", "wrong"]);
    expect(told("pending", "accepted", "accepted", "sold-out")).toEqual(["ok", "ok", "ok", "wrong"]);
  });

  test("a try that was never answered leaves no outcome of an earlier one behind", () => {
    const shopper = new PlainShopper(5);
    shopper.newAttempt();
    seckill.seckillTry.request(shopper);
    seckill.seckillTry.judge!(answer(409, { status: "sold-out" }), shopper);
    shopper.newAttempt();
    seckill.seckillTry.request(shopper);
    expect(shopper.memory.get("try")).toBe("t7.21");
    expect(seckill.seckillResult.judge!(answer(200, { status: "accepted" }), shopper)).toBe("ok");
  });

  test("cannot be rushed for when none is open", () => {
    const { sale: _, ...world } = smallWorld;
    expect(() => seckill.seckillPage.request(new PlainShopper(1, { world }))).toThrow(Failure);
  });
});

describe("writes that are no attempts", () => {
  test("carry a key no attempt can have, another for each write of the same shopper", () => {
    const shopper = new PlainShopper(5);
    const requests = [
      writing.cartAdd,
      writing.cartAdd,
      writing.favourite,
      writing.admin,
      writing.checkoutStep,
    ];
    const keys = requests.map((operation) => operation.request(shopper).headers!["idempotency-key"]!);
    expect(new Set(keys).size).toBe(keys.length);
    for (const key of keys) expect(key).toMatch(/^t7\.[acfs]5-[0-9a-z]+$/);
  });

  test("every request says who acts", () => {
    for (const operation of Object.values(operations)) {
      const shopper = new PlainShopper(5);
      shopper.memory.set("order", 1);
      shopper.newAttempt();
      expect(operation.request(shopper).headers?.["x-user"]).toBe(String(shopper.userId));
    }
  });
});

test("what was bought can be paid and looked up, nothing else can be paid", () => {
  const shopper = new PlainShopper(5);
  expect(() => writing.pay.request(shopper)).toThrow("before it has an accepted order");
  expect(reading.orderQuery.request(shopper).path).toBe("/orders?page=1");
  shopper.newAttempt();
  writing.orderConfirm.request(shopper);
  writing.orderConfirm.judge!(answer(201, { status: "accepted", orderId: "a/7" }), shopper);
  expect(writing.pay.request(shopper).body).toBe('{"orderId":"a/7"}');
  expect(reading.orderQuery.request(shopper).path).toBe("/orders/a%2F7");
  expect(writing.pay.judge!(answer(200, { status: "paid" }), shopper)).toBe("ok");
  expect(writing.pay.judge!(answer(200, { status: "unpaid" }), shopper)).toBe("wrong");
});
