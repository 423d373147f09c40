/**
 * An application that calls services instead of databases: everything works as before, and when a service is killed,
 * stopped, or fails, what needs it says so truly, what can do without it is served, and nothing else notices.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { query, type Servers, startServers } from "../targets/shop/servers.ts";
import { caches, configOf, type Databases, seedTwo, TestShop } from "../targets/shop/test-shop.ts";
import { ServiceProcess } from "./service-process.ts";

let servers: Servers;
let databases: Databases;
/** Orders and payments; shoppers, stock and logins. */
let trade: ServiceProcess;
let rest: ServiceProcess;
let shop: TestShop;
let ungoverned: TestShop;

/** Two cores that have other work; polling ends as soon as it can. */
const SOON = { timeout: 30_000, interval: 50 };

beforeAll(async () => {
  servers = await startServers();
  databases = await seedTwo(servers);
  const { first, second } = databases;
  const common = {
    pools: { max: 8, connectTimeoutMs: 1_000, statementTimeoutMs: 2_000 },
    inFlightLimit: 64,
    isGoverned: true,
  };
  const shards = { trade: { shards: [first, second] } };
  [trade, rest] = await Promise.all([
    ServiceProcess.start({
      ...{ ...common, serves: ["order", "payment"], databases: shards },
      ...{ redis: servers.redisUrl, localCache: caches.localCache },
    }),
    ServiceProcess.start({
      ...{ ...common, serves: ["user", "stock", "auth"] },
      databases: { ...shards, user: { primary: first } },
      sessions: { kept: "server", redis: servers.redisUrl },
    }),
  ]);
  shop = await open(true);
  ungoverned = await open(false);
});

afterAll(async () => {
  await Promise.all([shop, ungoverned, trade, rest].map((one) => one?.[Symbol.asyncDispose]()));
  await servers?.[Symbol.asyncDispose]();
});

async function open(isGoverned: boolean): Promise<TestShop> {
  const [ofTrade, ofRest] = [[trade.address], [rest.address]];
  const members = { order: ofTrade, payment: ofTrade, user: ofRest, stock: ofRest, auth: ofRest };
  const more = {
    ...{ name: `shop-${isGoverned}`, databases: { catalog: { primary: databases.first } } },
    ...{ redis: servers.redisUrl, keyValueStore: servers.redisUrl, localCache: caches.localCache },
    services: { isGoverned, members },
  };
  return (await TestShop.open(configOf(databases, more))).ready();
}

const order = (itemId: number, key: string) => ({ user: 7, key, body: { itemId } });
const leftOut = async () => {
  const { text } = await shop.ask("GET /metrics");
  return Number(/shop_parts_left_out_total\{part="item\.stock".*\} (\d+)/.exec(text)?.[1] ?? 0);
};

describe("over services", () => {
  test("an order is placed once per key, found, and paid once", async () => {
    const placed = await shop.ask("POST /order", order(5, "s.1"));
    expect(placed).toMatchObject({ status: 201, body: { status: "accepted" } });
    const { orderId } = placed.body;
    expect((await shop.ask("POST /order", order(5, "s.1"))).body).toEqual({ status: "accepted", orderId });
    expect((await shop.ask("POST /order", order(6, "s.1"))).status).toBe(422);
    expect((await shop.ask(`GET /orders/${orderId}`, { user: 7 })).body.orders).toHaveLength(1);
    expect((await shop.ask(`GET /orders/${orderId}`, { user: 8 })).status).toBe(404);
    const pay = { user: 7, key: "s.pay", body: { orderId } };
    expect((await shop.ask("POST /pay", pay)).body).toEqual({ status: "paid" });
    expect((await shop.ask("POST /pay", pay)).body).toEqual({ status: "paid" });
    expect((await shop.ask("POST /pay", { user: 8, body: { orderId } })).status).toBe(404);
    const { user, orders } = (await shop.ask("GET /orders/history", { user: 7 })).body;
    expect(user).toEqual({ id: 7, name: "shopper 7" });
    expect(orders).toMatchObject([{ orderId, isPaid: true, itemName: expect.any(String) }]);
    expect((await shop.ask("GET /orders/history", { user: 100_000 })).status).toBe(404);
  });

  test("carts, checkouts and favourites are kept", async () => {
    expect((await shop.ask("POST /cart", { user: 9, body: { itemId: 5, units: 2 } })).status).toBe(201);
    expect((await shop.ask("POST /favourite", { user: 9, body: { itemId: 5 } })).status).toBe(201);
    const { address } = (await shop.ask("POST /checkout/address", { user: 9, body: {} })).body;
    expect(address).toEqual(expect.any(String));
    await shop.ask("POST /checkout/delivery", { user: 9, body: { option: "express" } });
    const quote = (await shop.ask("POST /checkout/quote", { user: 9, body: {} })).body;
    expect(quote).toMatchObject({ lines: 1, delivery: "express", shipping: 1_000 });
  });

  test("a login that one application opened is known to another", async () => {
    const headers = { "x-user": "11" };
    const opened = await fetch(`${shop.origin}/login`, { method: "POST", headers });
    const cookie = opened.headers.get("set-cookie")!.split(";")[0]!;
    const known = await fetch(`${ungoverned.origin}/session`, { headers: { cookie } });
    expect([known.status, await known.json()]).toMatchObject([200, { user: 11 }]);
    const stranger = await fetch(`${shop.origin}/session`, { headers: { cookie: "session=none" } });
    expect(stranger.status).toBe(401);
  });

  test.each(["F2", "F8", "F13"])(
    "a sale by %s sells what there is, and the books agree",
    async (strategy) => {
      const tag = `sale-${strategy}`;
      const saleId = await shop.openSale({ tag, strategy, stock: 5 });
      const tries = Array.from({ length: 20 }, (_, index) =>
        shop.ask(`POST /seckill/${saleId}`, { user: index + 1, key: `${tag}.${index}` }),
      );
      const bought = (await Promise.all(tries)).filter(({ status }) => status === 201);
      expect(bought).toHaveLength(5);
      expect(await shop.stockOf(tag, saleId)).toMatchObject({ initial: 5, remaining: 0, sold: 5 });
      const { text } = await shop.ask(`GET /audit/orders?tag=${tag}`);
      expect(text.trimEnd().split("\n")).toHaveLength(6);
      expect(text).toContain('{"end":true,"orders":5}');
      const page = await shop.ask(`GET /seckill/${saleId}`);
      expect(page.body.sale).toMatchObject({ saleId, stock: 0, state: "sold-out" });
      const won = text.match(/^\[(\d+),/)![1];
      const result = await shop.ask(`GET /seckill/result/${tag}.${won}?saleId=${saleId}`);
      expect(result.body).toMatchObject({ status: "accepted" });
    },
  );

  test("what makes no sense is refused as before", async () => {
    const early = { tag: "early", strategy: "F2", stock: 1, opensAtEpochMs: 4_000_000_000_000 };
    const saleId = await shop.openSale(early);
    const tried = await shop.ask(`POST /seckill/${saleId}`, { user: 1, key: "early.1" });
    expect(tried).toMatchObject({ status: 403, body: { reason: "not-open" } });
    expect((await shop.ask("POST /seckill/6400000", { user: 1, key: "early.2" })).status).toBe(404);
    const sale = { tag: "early", itemId: 5, stock: 1, perUserLimit: 1, strategy: "F17" };
    expect((await shop.ask("POST /audit/sales", { body: sale })).body.problems).toEqual([
      "strategy F17 needs zones, and this shop has none",
    ]);
  });

  test("the report adds up what the order service says by categories of the catalogue", async () => {
    const { body } = await shop.ask("GET /admin/report");
    expect(body.madeBy).toBe("shop");
    const units = body.lines.reduce((sum: number, line: { units: number }) => sum + line.units, 0);
    const [sold] = await Promise.all([shop.ask("GET /audit/stocks?tag=none")]);
    expect(units).toBe(sold.body.stocks[0].sold + 15);
  });

  test("the figures of both sides are told", async () => {
    const { text } = await shop.ask("GET /metrics");
    expect(text).toMatch(/shop_service_calls_total\{service="order",method="PlaceOrder",outcome="answered",/);
    expect(text).toMatch(/shop_service_breaker\{service="stock",member="127.0.0.1:\d+",.*\} 0/);
    expect(await trade.metrics()).toMatch(/shop_service_answers_total\{method="TrySale",outcome="done",/);
  });
});

describe("a service that is gone", () => {
  test("is left out of a page that can do without, and the page is whole again when it is back", async () => {
    await rest.kill();
    const before = await leftOut();
    const { status, body } = await shop.ask("GET /item/21");
    expect([status, body.leftOut, body.item.id, "stock" in body.item]).toEqual([
      200,
      ["item.stock"],
      21,
      false,
    ]);
    expect(await leftOut()).toBe(before + 1);
    const placed = await shop.ask("POST /order", order(22, "gone.1"));
    expect(placed, "buying needs no number on a page").toMatchObject({ status: 201 });
    const quote = (await shop.ask("POST /checkout/quote", { user: 9, body: {} })).body;
    expect(quote.leftOut).toEqual(["delivery"]);
    expect(quote.total).toBe(quote.goods);
    const history = (await shop.ask("GET /orders/history", { user: 7 })).body;
    expect([history.user, history.leftOut]).toEqual([{ id: 7 }, ["user.name"]]);
    expect((await shop.ask("POST /favourite", { user: 9, body: { itemId: 5 } })).status).toBe(503);
    expect((await shop.ask("GET /health")).status, "others go on with this application").toBe(200);

    await rest.restart();
    await expect.poll(async () => (await shop.ask("GET /item/21")).body.item.stock, SOON).toBeGreaterThan(0);
    await expect
      .poll(() => shop.ask("GET /orders/history", { user: 7 }), SOON)
      .toMatchObject({
        body: { user: { name: "shopper 7" } },
      });
  });

  test("fails the whole page without governance", async () => {
    await rest.kill();
    expect((await ungoverned.ask("GET /item/23")).status).toBe(503);
    expect((await shop.ask("GET /item/23")).status).toBe(200);
    await rest.restart();
    await expect.poll(async () => (await ungoverned.ask("GET /item/23")).status, SOON).toBe(200);
  });

  test("has done nothing: what needs it is shed, and succeeds when it is back", async () => {
    await trade.kill();
    expect((await shop.ask("POST /order", order(24, "gone.2"))).body).toEqual({ status: "busy" });
    expect((await shop.ask("GET /orders", { user: 7 })).status).toBe(503);
    await expect.poll(async () => (await shop.ask("GET /item/24")).body.item.stock, SOON).toBeGreaterThan(0);
    await trade.restart();
    await expect
      .poll(async () => (await shop.ask("POST /order", order(24, "gone.2"))).status, SOON)
      .toBe(201);
  });
});

describe("a service that hangs", () => {
  test("leaves it open what became of a write, and the same key tells when it is back", async () => {
    trade.pause();
    const [write, read] = await Promise.all([
      shop.ask("POST /order", order(25, "hung.1")),
      shop.ask("GET /orders", { user: 7 }),
    ]).finally(() => trade.resume());
    expect([write.status, write.body.status]).toEqual([500, "error"]);
    expect(read, "by reading nothing is done").toMatchObject({ status: 503, body: { status: "busy" } });
    await expect
      .poll(async () => (await shop.ask("POST /order", order(25, "hung.1"))).status, SOON)
      .toBe(201);
    const { text } = await shop.ask("GET /audit/orders?tag=hung");
    expect(text).toContain('{"end":true,"orders":1}');
  });
});

describe("a service that fails", () => {
  test("says so of what it rolled back, and of nothing else", async () => {
    await query(databases.second, "ALTER TABLE stocks RENAME TO stocks_elsewhere");
    try {
      const failed = await shop.ask("POST /order", order(27, "failing.1"));
      expect([failed.status, failed.body.status]).toEqual([500, "error"]);
      expect((await shop.ask("POST /order", order(28, "failing.2"))).status).toBe(201);
    } finally {
      await query(databases.second, "ALTER TABLE stocks_elsewhere RENAME TO stocks");
    }
    expect((await shop.ask("POST /order", order(27, "failing.1"))).status).toBe(201);
  });
});

test("after all of it the books of ordinary stock add up", async () => {
  const { body } = await shop.ask("GET /audit/stocks?tag=none");
  const [{ initial, remaining, sold }] = body.stocks;
  expect(remaining + sold).toBe(initial);
});
