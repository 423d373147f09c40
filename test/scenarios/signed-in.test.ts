/** What a shopper who has logged in finds again, and what is a break of it. */
import { describe, expect, test } from "vitest";
import { cookiesOf, keepCookies } from "../../scenarios/operations/cookies.ts";
import * as signedIn from "../../scenarios/operations/signed-in.ts";
import type { Answer, Operation } from "../../scenarios/scenario.ts";
import { PlainShopper } from "../fakes/plain-shopper.ts";
import { answer } from "../fakes/scripted-shop.ts";

const noSession = answer(401, { status: "no-session" });
const cart = (units: Readonly<Record<number, number>>) =>
  answer(200, {
    lines: Object.entries(units).map(([itemId, count]) => ({ itemId: Number(itemId), units: count })),
  });

/** A shopper in the middle of a visit. */
class Visitor extends PlainShopper {
  ask(operation: Operation, given: Answer) {
    if (operation.attempts) this.newAttempt();
    operation.request(this);
    return operation.judge!(given, this);
  }

  login() {
    this.ask(signedIn.login, answer(201, { status: "ok" }, { "set-cookie": "session=w1; Path=/; HttpOnly" }));
    return this;
  }

  /** Puts one unit into the cart; gives the item. */
  put(): number {
    this.ask(signedIn.cartAdd, answer(201, { status: "ok" }));
    return Number(this.memory.get("putting"));
  }

  seenOf(guarantee: string) {
    return this.seen.filter((each) => each.guarantee === guarantee).map(({ isKept }) => isKept);
  }
}

describe("own writes", () => {
  test("what was put into the cart is in it, and may be more: the same user may be there twice", () => {
    const visitor = new Visitor(5).login();
    const item = visitor.put();
    expect(visitor.ask(signedIn.cartView, cart({ [item]: 1 }))).toBe("ok");
    expect(visitor.ask(signedIn.cartView, cart({ [item]: 3, 9999: 1 }))).toBe("ok");
    expect(visitor.seenOf("read-your-writes")).toEqual([true, true]);
  });

  test.each([
    { why: "the line is missing", shown: () => cart({}) },
    { why: "the line is of before", shown: (item: number) => cart({ [item]: 1 }) },
  ])("a cart in which $why is a break", ({ shown }) => {
    const visitor = new Visitor(5).login();
    const item = visitor.put();
    visitor.memory.set(`put:${item}`, 2);
    expect(visitor.ask(signedIn.cartView, shown(item))).toBe("wrong");
    expect(visitor.seenOf("read-your-writes")).toEqual([false]);
  });

  test("a write that was never answered with yes is not looked for", () => {
    const visitor = new Visitor(5).login();
    visitor.ask(signedIn.cartAdd, answer(500));
    expect(visitor.ask(signedIn.cartView, cart({}))).toBe("ok");
    expect(visitor.seenOf("read-your-writes")).toEqual([]);
  });

  test.each([503, 500, 200])("an answer %d without a cart shows nothing", (status) => {
    const visitor = new Visitor(5).login();
    visitor.put();
    expect(visitor.ask(signedIn.cartView, answer(status))).not.toBe("ok");
    expect(visitor.seenOf("read-your-writes")).toEqual([]);
  });

  test("of a cart too long to be shown whole, a missing line shows nothing against it", () => {
    const visitor = new Visitor(5).login();
    visitor.put();
    const full = Object.fromEntries(Array.from({ length: 100 }, (_, line) => [5_000 + line, 1]));
    expect(visitor.ask(signedIn.cartView, cart(full))).toBe("ok");
  });

  test("an order that was accepted is there, or it is a break", () => {
    const visitor = new Visitor(5).login();
    visitor.ask(signedIn.orderConfirm, answer(201, { status: "accepted", orderId: 77 }));
    expect(signedIn.orderLook.request(visitor).path).toBe("/orders/77");
    expect(visitor.ask(signedIn.orderLook, answer(404, { status: "absent" }))).toBe("wrong");
    expect(visitor.ask(signedIn.orderLook, answer(200, { orders: [{ orderId: 77 }] }))).toBe("ok");
    expect(visitor.ask(signedIn.orderLook, answer(200, { orders: [{ orderId: 78 }] }))).toBe("wrong");
    expect(visitor.seenOf("read-your-writes")).toEqual([false, true, false]);
    expect(visitor.seenOf("monotonic-reads")).toEqual([false]);
  });

  test("without an order nothing is looked for in the list", () => {
    const visitor = new Visitor(5).login();
    expect(visitor.ask(signedIn.orderLook, answer(200, { orders: [] }))).toBe("ok");
    expect(visitor.seenOf("read-your-writes")).toEqual([]);
  });
});

test("what was seen once and is less the next time is a break, although it is all one's own", () => {
  const visitor = new Visitor(5).login();
  const item = visitor.put();
  visitor.ask(signedIn.cartView, cart({ [item]: 2 }));
  expect(visitor.ask(signedIn.cartView, cart({ [item]: 1 }))).toBe("wrong");
  expect(visitor.seenOf("read-your-writes")).toEqual([true, true]);
  expect(visitor.seenOf("monotonic-reads")).toEqual([false]);
});

describe("logins", () => {
  test("the cookies go along, and an answer in the shop's own words means that they were good", () => {
    const visitor = new Visitor(5).login();
    expect(signedIn.cartView.request(visitor).headers).toMatchObject({ cookie: "session=w1" });
    visitor.ask(signedIn.cartView, cart({}));
    visitor.ask(signedIn.orderConfirm, answer(409, { status: "sold-out" }));
    expect(visitor.seenOf("session-kept")).toEqual([true, true]);
  });

  test("a shopper who is not known any more has lost his login, and has nothing more to do here", () => {
    const visitor = new Visitor(5).login();
    expect(signedIn.isForgotten(visitor)).toBe(false);
    expect(visitor.ask(signedIn.cartAdd, noSession)).toBe("wrong");
    expect(visitor.seenOf("session-kept")).toEqual([false]);
    expect(signedIn.isForgotten(visitor)).toBe(true);
  });

  test.each([500, 502, 503])("an answer %d says nothing about the login", (status) => {
    const visitor = new Visitor(5).login();
    visitor.ask(signedIn.cartView, answer(status));
    expect(visitor.seen).toEqual([]);
    expect(signedIn.isForgotten(visitor)).toBe(false);
  });

  test("who never got in cannot be forgotten", () => {
    const visitor = new Visitor(5);
    expect(visitor.ask(signedIn.login, answer(201, { status: "ok" }))).toBe("wrong");
    expect(visitor.ask(signedIn.cartView, noSession)).toBe("error");
    expect(visitor.seen).toEqual([]);
  });
});

test("cookies of several origins are kept together, a newer one in place of the older", () => {
  const { memory } = new PlainShopper(1);
  keepCookies(answer(200), memory);
  expect(cookiesOf(memory)).toBeUndefined();
  const first =
    "session=w1; Path=/; Max-Age=1800; SameSite=Lax, visitor=9f; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Path=/";
  keepCookies(answer(201, {}, { "set-cookie": first }), memory);
  expect(cookiesOf(memory)).toBe("session=w1; visitor=9f");
  keepCookies(answer(200, {}, { "set-cookie": "session=w2; Path=/" }), memory);
  expect(cookiesOf(memory)).toBe("session=w2; visitor=9f");
});
