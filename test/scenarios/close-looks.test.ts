/** Scenarios that look at what is shown: what they ask, and what each of them must not let pass. */
import { describe, expect, test } from "vitest";
import { findScenario, scenarios } from "../../scenarios/catalog.ts";
import { exactSearches } from "../../scenarios/exact-search.ts";
import { fewAddresses } from "../../scenarios/few-addresses.ts";
import { frontPage } from "../../scenarios/front-page.ts";
import { manyHands } from "../../scenarios/many-hands.ts";
import { pastOrders } from "../../scenarios/past-orders.ts";
import { pictures } from "../../scenarios/pictures.ts";
import { scarceSale } from "../../scenarios/scarce-sale.ts";
import type { Answer, Scenario, ShopRequest } from "../../scenarios/scenario.ts";
import { pictureOf } from "../../targets/shop/objects/picture.ts";
import { answer } from "../fakes/scripted-shop.ts";
import { type Played, play } from "./play.ts";

const own = [pictures, pastOrders, fewAddresses, exactSearches, manyHands, scarceSale, frontPage];

test.each(own.map((scenario) => [scenario.name, scenario] as const))(
  "%s is for claims alone",
  (name, each) => {
    expect(findScenario(name)).toBe(each);
    expect(scenarios).not.toContain(each);
  },
);

function played(scenario: Scenario, shop: (request: ShopRequest) => Answer): readonly Played[] {
  return [...play({ scenario, shape: { ratePerS: 50, durationS: 10 }, seed: 42, shop })];
}
const outcomes = (seen: readonly Played[]) => new Set(seen.map(({ outcome }) => outcome));

describe("pictures", () => {
  const itemIn = ({ path }: ShopRequest) => Number(path.split("/").at(-1));
  const busy = answer(503, { status: "busy" });

  test("the picture of the item itself is the right one; each is asked for once", () => {
    const seen = played(pictures, (request) => answer(200, pictureOf(itemIn(request))));
    expect(outcomes(seen)).toEqual(new Set(["ok"]));
    expect(new Set(seen.map(({ arrival }) => arrival)).size).toBe(seen.length);
  });

  test.each([
    ["there is none", () => answer(404, { status: "absent" })],
    ["it is another one", (request: ShopRequest) => answer(200, pictureOf(itemIn(request) + 1))],
    ["it is no picture", () => answer(200, { status: "ok" })],
  ])("a wrong answer: %s", (_what, shop) => {
    expect(outcomes(played(pictures, shop))).toEqual(new Set(["wrong"]));
  });

  test("one that does not come is asked for three times more, and is then not to be had", () => {
    const seen = played(pictures, () => busy);
    const [first] = seen;
    const ofFirst = seen.filter(({ arrival }) => arrival === first?.arrival);
    expect(ofFirst.map(({ operation }) => operation)).toEqual([
      ...["picture", "picture_again", "picture_again", "picture_at_last"],
    ]);
    expect(new Set(ofFirst.map(({ request }) => request.path)).size).toBe(1);
    expect(ofFirst.map(({ outcome }) => outcome)).toEqual(["busy", "busy", "busy", "wrong"]);
  });

  test("one that comes the second time is there", () => {
    const asked = new Set<string>();
    const seen = played(pictures, (request) => {
      if (asked.has(request.path)) return answer(200, pictureOf(itemIn(request)));
      asked.add(request.path);
      return busy;
    });
    expect(outcomes(seen)).toEqual(new Set(["busy", "ok"]));
  });
});

describe("exact-search", () => {
  const wordsOf = ({ path }: ShopRequest) => new URL(path, "http://shop").searchParams.get("q") ?? "";
  const page = (name: string, { shown = 20, total = 100 } = {}) =>
    answer(200, { items: Array.from({ length: shown }, (_, at) => ({ id: at, name })), total });
  const named = (request: ShopRequest) => `${wordsOf(request).toUpperCase()} calm`;

  test("all words in every name, and as many as there is room for", () => {
    expect(outcomes(played(exactSearches, (request) => page(named(request))))).toEqual(new Set(["ok"]));
    const few = played(exactSearches, (request) => page(named(request), { shown: 3, total: 3 }));
    expect(outcomes(few)).toEqual(new Set(["ok"]));
  });

  test.each([
    ["a word is missing", (request: ShopRequest) => page(wordsOf(request).split(" ")[0]!)],
    ["fewer than there is room for", (request: ShopRequest) => page(named(request), { shown: 19 })],
    ["more than were counted", (request: ShopRequest) => page(named(request), { shown: 4, total: 3 })],
    ["without a count", (request: ShopRequest) => answer(200, { items: [{ name: named(request) }] })],
  ])("a wrong answer: %s", (_what, shop) => {
    expect(outcomes(played(exactSearches, shop))).toEqual(new Set(["wrong"]));
  });

  test("busy is busy", () => {
    const seen = played(exactSearches, () => answer(503, { status: "busy" }));
    expect(outcomes(seen)).toEqual(new Set(["busy"]));
  });
});

describe("past-orders", () => {
  const shop = (history: Answer) => (request: ShopRequest) =>
    request.method === "POST" ? answer(201, { status: "accepted", orderId: 7 }) : history;

  test("who has ordered finds an order, four times", () => {
    const seen = played(pastOrders, shop(answer(200, { orders: [{ orderId: 7 }] })));
    expect(outcomes(seen)).toEqual(new Set(["ok"]));
    expect(seen.filter(({ operation }) => operation === "order_history")).toHaveLength((seen.length * 4) / 5);
  });

  test("who has ordered and finds nothing is told something wrong; who has not is not", () => {
    const empty = answer(200, { orders: [] });
    expect(outcomes(played(pastOrders, shop(empty)))).toEqual(new Set(["ok", "wrong"]));
    const soldOut = (request: ShopRequest) =>
      request.method === "POST" ? answer(409, { status: "sold-out" }) : empty;
    expect(outcomes(played(pastOrders, soldOut))).toEqual(new Set(["sold-out", "ok"]));
  });
});

test("few-addresses: four fifths come from two of them, as many from each, and nobody writes", () => {
  const seen = played(fewAddresses, () => answer(200, {}));
  const from = new Map<string, number>();
  for (const { request } of seen) {
    const who = request.headers?.["x-user"] ?? "";
    from.set(who, (from.get(who) ?? 0) + 1);
  }
  const [first = 0, second = 0] = [...from.values()].sort((a, b) => b - a);
  expect((first + second) / seen.length).toBeCloseTo(0.8, 1);
  expect(first / second).toBeCloseTo(1, 0);
  expect(new Set(seen.map(({ request }) => request.method))).toEqual(new Set(["GET"]));
});

test("scarce-sale: nothing but tries, each of another shopper, and a unit for fewer than one in ten of them", () => {
  const seen = played(scarceSale, () => answer(409, { status: "sold-out" }));
  expect(new Set(seen.map(({ operation }) => operation))).toEqual(new Set(["seckill_try"]));
  expect(new Set(seen.map(({ request }) => request.headers?.["x-user"])).size).toBeGreaterThan(
    seen.length / 2,
  );
  const sale = scarceSale.sale?.({ ratePerS: 300, durationS: 30 });
  expect(sale?.perUserLimit).toBe(1);
  expect(sale?.stock).toBeLessThan((300 * 30) / 10);
  expect(scarceSale.sale?.({ ratePerS: 0.01, durationS: 1 }).stock).toBe(1);
});

test("front-page: one page, and always the same", () => {
  const seen = played(frontPage, () => answer(200, {}));
  expect(new Set(seen.map(({ request }) => `${request.method} ${request.path}`)).size).toBe(1);
});

describe("many-hands", () => {
  const seen = played(manyHands, () => answer(403, { status: "refused", reason: "limit" }));
  const who = ({ request }: Played) => Number(request.headers?.["x-user"]);

  test("ten arrivals in a row are one shopper, who tries twenty times under twenty keys", () => {
    const ofSecond = seen.filter((each) => who(each) === 2);
    expect(ofSecond.map(({ arrival }) => arrival)).toEqual(
      Array.from({ length: 10 }, (_, at) => [10 + at, 10 + at]).flat(),
    );
    const keys = ofSecond.map(({ request }) => request.headers?.["idempotency-key"]);
    expect(new Set(keys).size).toBe(20);
  });

  test("there are units for every try, of which each shopper may have one", () => {
    const sale = manyHands.sale?.({ ratePerS: 60, durationS: 24 });
    expect(sale?.perUserLimit).toBe(1);
    expect(sale?.stock).toBeGreaterThan(2 * 2 * 60 * 24);
  });
});
