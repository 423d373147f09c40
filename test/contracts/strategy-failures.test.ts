/** How each way of selling fails: what the table of docs/strategies.md says of it, made to happen on purpose. */
import { Redis } from "ioredis";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sleep } from "../../base/clock.ts";
import type { Surroundings } from "../../targets/shop/shop.ts";
import { query, type Servers, startServers } from "../targets/shop/servers.ts";
import { configOf, type Databases, type Reply, seedTwo, TestShop } from "../targets/shop/test-shop.ts";

let servers: Servers;
let databases: Databases;
let redis: Redis;

beforeAll(async () => {
  servers = await startServers();
  databases = await seedTwo(servers);
  redis = new Redis(servers.redisUrl);
});

afterAll(async () => {
  redis?.disconnect();
  await servers?.[Symbol.asyncDispose]();
});

const homes = [
  { zone: "a", shard: 0 },
  { zone: "b", shard: 1 },
];

/** A node with this tuning, in zone a unless it is told otherwise. */
async function node(
  sale: object = {},
  { name = "shop-1", zone = "a" } = {},
  surroundings: Partial<Surroundings> = {},
): Promise<TestShop> {
  const more = { name, redis: servers.redisUrl, zones: { own: zone, homes }, sale };
  return (await TestShop.open(configOf(databases, more), surroundings)).ready();
}

const buy = (shop: TestShop, saleId: number, user: number, key: string) =>
  shop.ask(`POST /seckill/${saleId}`, { user, key });
const saidOf = ({ status, body }: Reply) => `${status} ${body.reason ?? body.status}`;
const rush = (shop: TestShop, saleId: number, tag: string, users: readonly number[]) =>
  Promise.all(users.map((user, n) => buy(shop, saleId, user, `${tag}.${n}`)));
const users = (count: number, step = 1) => Array.from({ length: count }, (_, n) => step * (n + 1));
const counted = (replies: readonly Reply[], said: string) =>
  replies.filter((reply) => saidOf(reply) === said).length;

/** Holds the stock row of a sale on the second shard, where item 5 is, until it is disposed of. */
async function lockedRow(saleId: number): Promise<AsyncDisposable> {
  const client = new pg.Client({ connectionString: databases.second });
  await client.connect();
  await client.query("BEGIN");
  await client.query(`SELECT 1 FROM sale_stocks WHERE sale_id = ${saleId} FOR UPDATE`);
  return { [Symbol.asyncDispose]: () => client.end() };
}

/** Until so many statements wait for a lock on the second shard. */
async function untilWaiting(count: number): Promise<void> {
  for (let round = 0; round < 300; round++) {
    const waiting = await query(
      databases.second,
      "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = 'second'",
    );
    if (waiting.length >= count) return;
    await sleep(10);
  }
  throw new Error(`${count} statements never came to wait for a lock`);
}

describe("F1", () => {
  test("a held row makes a queue, and nothing is done by those whom their time-out takes out of it", async () => {
    await using shop = await TestShop.open(
      configOf(databases, { pools: { max: 2, connectTimeoutMs: 100, statementTimeoutMs: 150 } }),
    ).then((opened) => opened.ready());
    const saleId = await shop.openSale({ tag: "F1held", strategy: "F1", stock: 9 });
    const row = await lockedRow(saleId);
    const replies = await rush(shop, saleId, "F1held", users(6));
    await row[Symbol.asyncDispose]();
    expect(counted(replies, "503 busy")).toBe(6);
    expect(await shop.stockOf("F1held", saleId)).toMatchObject({ remaining: 9, sold: 0 });
    expect(counted(await rush(shop, saleId, "F1held", users(2)), "201 accepted")).toBe(2);
  });
});

describe("F3", () => {
  test("with one look each, most of a rush is turned away although units remain", async () => {
    await using shop = await node({ optimisticRounds: 1 });
    const saleId = await shop.openSale({ tag: "F3once", strategy: "F3", stock: 100 });
    const replies = await rush(shop, saleId, "F3once", users(100));
    const sold = counted(replies, "201 accepted");
    expect(counted(replies, "503 busy")).toBe(100 - sold);
    expect(sold).toBeLessThan(100);
    expect(await shop.stockOf("F3once", saleId)).toMatchObject({ remaining: 100 - sold, sold });
  });

  test("the rounds that were for nothing show in the statements it sends", async () => {
    await using shop = await node({ optimisticRounds: 1_000 }, { name: "shop-f3" });
    const saleId = await shop.openSale({ tag: "F3storm", strategy: "F3", stock: 60 });
    expect(counted(await rush(shop, saleId, "F3storm", users(60)), "201 accepted")).toBe(60);
    const { text } = await shop.ask("GET /metrics");
    const looks = [...text.matchAll(/shop_statements_total\{.*statement="f3_look".*\} (\d+)/g)];
    expect(looks.reduce((sum, [, count]) => sum + Number(count), 0)).toBeGreaterThan(60);
  });
});

describe("F4", () => {
  test.each(["F4-nowait", "F4-skip-locked"])(
    "%s turns everybody away at once while the row is held, although units remain",
    async (strategy) => {
      await using shop = await node();
      const saleId = await shop.openSale({ tag: strategy, strategy, stock: 9 });
      const row = await lockedRow(saleId);
      const replies = await rush(shop, saleId, strategy, users(6));
      await row[Symbol.asyncDispose]();
      expect(counted(replies, "503 busy")).toBe(6);
      expect(await shop.stockOf(strategy, saleId)).toMatchObject({ remaining: 9, sold: 0 });
      expect(saidOf(await buy(shop, saleId, 1, `${strategy}.0`))).toBe("201 accepted");
    },
  );
});

describe("F7", () => {
  test("when Redis came back empty the sale is over for it, while the database has units", async () => {
    await using shop = await node();
    const saleId = await shop.openSale({ tag: "F7lost", strategy: "F7", stock: 3 });
    expect(saidOf(await buy(shop, saleId, 1, "F7lost.1"))).toBe("201 accepted");
    await redis.flushall();
    expect(saidOf(await buy(shop, saleId, 2, "F7lost.2"))).toBe("409 sold-out");
    expect(await shop.stockOf("F7lost", saleId)).toMatchObject({ remaining: 2, cacheRemaining: 0, sold: 1 });
  });

  test("whoever dies between counting and buying leaves a unit that nobody gets, and a key that is told to wait", async () => {
    await using shop = await node();
    const saleId = await shop.openSale({ tag: "F7died", strategy: "F7", stock: 2 });
    await redis.set("key:F7died.1", `1:${saleId}:p`);
    await redis.decr(`sale:${saleId}:stock`);
    expect(saidOf(await buy(shop, saleId, 1, "F7died.1"))).toBe("503 busy");
    expect(saidOf(await buy(shop, saleId, 2, "F7died.2"))).toBe("201 accepted");
    expect(saidOf(await buy(shop, saleId, 3, "F7died.3"))).toBe("409 sold-out");
    expect(await shop.stockOf("F7died", saleId)).toMatchObject({ remaining: 1, cacheRemaining: 0, sold: 1 });
  });
});

describe("when Redis comes back without its last writes", () => {
  /** As a replica that took over has it: the sale as it was opened, and nothing of those who bought since. */
  const rewind = async (saleId: number, stock: number, tag: string) => {
    const keys = await redis.keys(`key:${tag}.*`);
    await redis.del(`sale:${saleId}:buyers`, ...keys);
    await redis.set(`sale:${saleId}:stock`, stock);
  };

  test.each([
    { strategy: "F8-cache-only", sold: 20, why: "sells every unit once more" },
    { strategy: "F8", sold: 10, why: "is refused by the database, and the counter learns of it" },
  ])("$strategy $why", async ({ strategy, sold }) => {
    await using shop = await node();
    const tag = `${strategy}-rewound`;
    const saleId = await shop.openSale({ tag, strategy, stock: 10 });
    expect(counted(await rush(shop, saleId, tag, users(30)), "201 accepted")).toBe(10);
    expect(await shop.stockOf(tag, saleId)).toMatchObject({ remaining: 0, cacheRemaining: 0, sold: 10 });
    await rewind(saleId, 10, tag);
    const again = await rush(shop, saleId, `${tag}.again`, users(60).slice(30));
    expect(counted(again, "201 accepted")).toBe(sold - 10);
    expect(await shop.stockOf(tag, saleId)).toMatchObject({ remaining: 0, cacheRemaining: 0, sold });
  });
});

describe("F11", () => {
  test("lets in nodes times the limit: each node's bucket knows nothing of the others", async () => {
    const still = { nowMs: () => 0 };
    await using one = await node({ gatePerS: 3 }, { name: "shop-1" }, still);
    await using other = await node({ gatePerS: 3 }, { name: "shop-2" }, still);
    const saleId = await one.openSale({ tag: "F11", strategy: "F11", stock: 50 });
    const alone = await rush(one, saleId, "F11", users(10));
    expect([counted(alone, "201 accepted"), counted(alone, "503 busy")]).toEqual([3, 7]);
    const second = await rush(other, saleId, "F11b", users(20).slice(10));
    expect([counted(second, "201 accepted"), counted(second, "503 busy")]).toEqual([3, 7]);
  });

  test("F11-stock: tokens spent on shoppers who may not buy leave units that nobody can get", async () => {
    await using shop = await node({ gateTokensPerUnit: 2 });
    const saleId = await shop.openSale({ tag: "F11leak", strategy: "F11-stock", stock: 3 });
    for (let n = 0; n < 6; n++) await buy(shop, saleId, 1, `F11leak.${n}`);
    expect(saidOf(await buy(shop, saleId, 2, "F11leak.9"))).toBe("503 busy");
    expect(await shop.stockOf("F11leak", saleId)).toMatchObject({ remaining: 2, sold: 1 });
  });
});

describe("F12", () => {
  test("turns away whom chance does not favour, although units remain", async () => {
    let chance = 0.5;
    await using shop = await node({ passRatio: 0.5 }, {}, { random: () => chance });
    const saleId = await shop.openSale({ tag: "F12", strategy: "F12", stock: 5 });
    expect(counted(await rush(shop, saleId, "F12", users(10)), "503 busy")).toBe(10);
    chance = 0.49;
    expect(counted(await rush(shop, saleId, "F12", users(10)), "201 accepted")).toBe(5);
  });
});

describe("F13", () => {
  test("an empty bucket says sold out while the others have units", async () => {
    await using shop = await node({ buckets: 4 });
    const saleId = await shop.openSale({ tag: "F13", strategy: "F13", stock: 10 });
    // Users 4, 8, 12, ... all have bucket 0, which got 3 of the 10.
    const replies = await rush(shop, saleId, "F13", users(8, 4));
    expect([counted(replies, "201 accepted"), counted(replies, "409 sold-out")]).toEqual([3, 5]);
    expect(await shop.stockOf("F13", saleId)).toMatchObject({ initial: 10, remaining: 7, sold: 3 });
    expect((await shop.ask(`GET /seckill/${saleId}`)).body.sale).toMatchObject({ stock: 7, state: "open" });
  });
});

describe("F14", () => {
  test("a node that is gone takes its units along; back under its name it sells them", async () => {
    await using stays = await node({ ownShareRatio: 0.5 }, { name: "shop-stays" });
    const gone = await node({ ownShareRatio: 0.5 }, { name: "shop-gone" });
    const saleId = await stays.openSale({ tag: "F14gone", strategy: "F14", stock: 8 });
    expect(saidOf(await buy(gone, saleId, 1, "F14gone.0"))).toBe("201 accepted");
    await gone[Symbol.asyncDispose]();
    const replies = await rush(stays, saleId, "F14gone.s", users(20).slice(1));
    expect([counted(replies, "201 accepted"), counted(replies, "409 sold-out")]).toEqual([4, 15]);
    expect(await stays.stockOf("F14gone", saleId)).toMatchObject({ remaining: 3, sold: 5 });
    await using back = await node({ ownShareRatio: 0.5 }, { name: "shop-gone" });
    const rest = await rush(back, saleId, "F14gone.b", users(40).slice(20));
    expect(counted(rest, "201 accepted")).toBe(3);
    expect(await stays.stockOf("F14gone", saleId)).toMatchObject({ remaining: 0, sold: 8 });
  });

  test("one that was taken for dead, and whose units were given to others, sells none of them twice", async () => {
    await using zombie = await node({ ownShareRatio: 1 }, { name: "shop-zombie" });
    await using heir = await node({ ownShareRatio: 1 }, { name: "shop-heir" });
    const saleId = await heir.openSale({ tag: "F14zombie", strategy: "F14", stock: 6 });
    expect(saidOf(await buy(zombie, saleId, 1, "F14zombie.0"))).toBe("201 accepted");
    await query(
      databases.second,
      `WITH taken AS (DELETE FROM sale_parts WHERE sale_id = ${saleId} AND part = 'shop-zombie' RETURNING remaining)
       UPDATE sale_stocks SET remaining = sale_stocks.remaining + taken.remaining FROM taken WHERE sale_id = ${saleId}`,
    );
    const both = await Promise.all([
      rush(heir, saleId, "F14zombie.h", users(20).slice(1)),
      rush(zombie, saleId, "F14zombie.z", users(40).slice(20)),
    ]);
    expect(counted(both.flat(), "201 accepted")).toBe(5);
    expect(await heir.stockOf("F14zombie", saleId)).toMatchObject({ remaining: 0, sold: 6 });
  });
});

describe("F15, when a holder is held up for longer than its lease", () => {
  test.each([
    { strategy: "F15-unfenced", sold: 2 },
    { strategy: "F15-fenced", sold: 1 },
  ])("$strategy sells a stock of one $sold times", async ({ strategy, sold }) => {
    await using shop = await node({ lockLeaseMs: 100, lockWaitMs: 3_000 });
    const saleId = await shop.openSale({ tag: strategy, strategy, stock: 1 });
    const row = await lockedRow(saleId);
    const first = buy(shop, saleId, 1, `${strategy}.1`);
    await untilWaiting(1);
    const second = buy(shop, saleId, 2, `${strategy}.2`);
    await untilWaiting(2);
    await row[Symbol.asyncDispose]();
    const replies = await Promise.all([first, second]);
    expect(counted(replies, "201 accepted")).toBe(sold);
    // Whoever comes too late finds the other's number, or the shelf empty; which of the two is chance.
    for (const { status } of replies) expect([201, 409, 503]).toContain(status);
    expect(await shop.stockOf(strategy, saleId)).toMatchObject({ initial: 1, remaining: 0, sold });
  });
});

test("F15-fenced refuses everybody while a Redis that came back empty catches up with the numbers in the stock row", async () => {
  await using shop = await node();
  const saleId = await shop.openSale({ tag: "F15empty", strategy: "F15-fenced", stock: 9 });
  const one = async (n: number) => saidOf(await buy(shop, saleId, n, `F15empty.${n}`));
  expect([await one(1), await one(2)]).toEqual(["201 accepted", "201 accepted"]);
  await redis.flushall();
  expect([await one(3), await one(4), await one(5)]).toEqual(["503 busy", "503 busy", "201 accepted"]);
  expect(await shop.stockOf("F15empty", saleId)).toMatchObject({ remaining: 6, sold: 3 });
});

describe("F16", () => {
  const pay = async (shop: TestShop, user: number, orderId: number) =>
    saidOf(await shop.ask("POST /pay", { user, body: { orderId } }));
  const orderOf = async (shop: TestShop, saleId: number, user: number, key: string) =>
    (await buy(shop, saleId, user, key)).body.orderId as number;

  test("F16-order: an order that is never paid keeps its unit from those who would", async () => {
    await using shop = await node();
    const saleId = await shop.openSale({ tag: "F16o", strategy: "F16-order", stock: 2 });
    const paid = await orderOf(shop, saleId, 1, "F16o.1");
    await orderOf(shop, saleId, 2, "F16o.2");
    expect(await pay(shop, 1, paid)).toBe("200 paid");
    expect(saidOf(await buy(shop, saleId, 3, "F16o.3"))).toBe("409 sold-out");
    expect(await shop.stockOf("F16o", saleId)).toMatchObject({ remaining: 0, sold: 2, reserved: 1 });
  });

  test("F16-payment: orders oversell, payments do not; who pays late is told so", async () => {
    await using shop = await node();
    const saleId = await shop.openSale({ tag: "F16p", strategy: "F16-payment", stock: 2 });
    const orders = await Promise.all(users(5).map((user) => orderOf(shop, saleId, user, `F16p.${user}`)));
    const said = await Promise.all(orders.map((orderId, index) => pay(shop, index + 1, orderId)));
    expect(said.filter((one) => one === "200 paid")).toHaveLength(2);
    expect(said.filter((one) => one === "409 sold-out")).toHaveLength(3);
    expect(await shop.stockOf("F16p", saleId)).toMatchObject({ remaining: 0, sold: 5 });
    expect(saidOf(await buy(shop, saleId, 9, "F16p.9"))).toBe("409 sold-out");
  });

  test("F16-reserve: what is not paid in time is somebody else's, the order stays without its unit, and the books agree", async () => {
    let nowMs = 0;
    await using shop = await node({ holdMs: 60_000 }, {}, { nowMs: () => nowMs });
    const saleId = await shop.openSale({ tag: "F16r", strategy: "F16-reserve", stock: 1 });
    const late = await orderOf(shop, saleId, 1, "F16r.1");
    expect(saidOf(await buy(shop, saleId, 2, "F16r.2"))).toBe("409 sold-out");
    expect(await shop.stockOf("F16r", saleId)).toMatchObject({ remaining: 0, sold: 1, reserved: 1 });
    await query(databases.second, `UPDATE sale_holds SET expires_at = now() WHERE order_id = ${late}`);
    nowMs = 100;
    const next = await orderOf(shop, saleId, 2, "F16r.2");
    expect(next).not.toBe(late);
    expect(await pay(shop, 1, late)).toBe("409 expired");
    expect(await pay(shop, 2, next)).toBe("200 paid");
    expect(await pay(shop, 2, next)).toBe("200 paid");
    expect(await shop.stockOf("F16r", saleId)).toMatchObject({ remaining: 0, sold: 1, reserved: 0 });
    const { text } = await shop.ask("GET /audit/orders?tag=F16r");
    expect(text.split("\n").slice(0, 2).toSorted()).toEqual([`[1,1,${saleId},0]`, `[2,2,${saleId},1]`]);
    // Who lost the unit may try again: it does not count against the limit.
    expect(saidOf(await buy(shop, saleId, 1, "F16r.3"))).toBe("409 sold-out");
  });

  test("F16-reserve: when payment and expiry come at the same instant, one of them has the unit and never both", async () => {
    await using shop = await node({ holdMs: 60_000 });
    const saleId = await shop.openSale({ tag: "F16x", strategy: "F16-reserve", stock: 20 });
    const orders = await Promise.all(users(20).map((user) => orderOf(shop, saleId, user, `F16x.${user}`)));
    await query(
      databases.second,
      `UPDATE sale_holds SET expires_at = clock_timestamp() + interval '20 ms' WHERE sale_id = ${saleId}`,
    );
    const [said, others] = await Promise.all([
      Promise.all(
        orders.map(async (orderId, index) => {
          await sleep(2 * index);
          return pay(shop, index + 1, orderId);
        }),
      ),
      Promise.all(
        users(40).map(async (n) => {
          await sleep(n);
          return saidOf(await buy(shop, saleId, 100 + n, `F16x.${100 + n}`));
        }),
      ),
    ]);
    const paid = said.filter((one) => one === "200 paid").length;
    expect(said.filter((one) => one === "409 expired")).toHaveLength(20 - paid);
    const sold = paid + others.filter((one) => one === "201 accepted").length;
    const stock = await shop.stockOf("F16x", saleId);
    expect(stock.sold).toBeGreaterThanOrEqual(sold);
    expect(stock.sold).toBeLessThanOrEqual(20);
    expect(stock.sold! + stock.remaining!).toBe(20);
  });
});

describe("F17", () => {
  test("sells each zone's half to the shoppers at home there, and says sold out while the other half is left", async () => {
    await using shop = await node();
    const saleId = await shop.openSale({ tag: "F17", strategy: "F17", stock: 10 });
    const replies = await rush(shop, saleId, "F17", users(8, 2));
    expect([counted(replies, "201 accepted"), counted(replies, "409 sold-out")]).toEqual([5, 3]);
    expect(await shop.stockOf("F17", saleId)).toMatchObject({ initial: 10, remaining: 5, sold: 5 });
  });

  test("F17-shared: what one zone sells the other learns after the lag, and not before", async () => {
    await using a = await node({ zoneLagMs: 300 }, { name: "shop-a", zone: "a" });
    await using b = await node({ zoneLagMs: 300 }, { name: "shop-b", zone: "b" });
    const saleId = await a.openSale({ tag: "F17s", strategy: "F17-shared", stock: 5 });
    expect(counted(await rush(a, saleId, "F17s.a", users(5)), "201 accepted")).toBe(5);
    expect(saidOf(await buy(b, saleId, 20, "F17s.20"))).toBe("201 accepted");
    for (let round = 0; (await b.ask(`GET /seckill/${saleId}`)).body.sale.stock > 0; round++) {
      expect(round).toBeLessThan(100);
      await sleep(20);
    }
    expect(saidOf(await buy(b, saleId, 21, "F17s.21"))).toBe("409 sold-out");
    expect(await a.stockOf("F17s", saleId)).toMatchObject({ initial: 5, sold: 6 });
  });
});

test("what a shop lacks for a way of selling it says when the sale is opened", async () => {
  await using plain = await TestShop.open(configOf(databases));
  const problems = async (strategy: string) => {
    const body = { tag: "x", itemId: 5, stock: 1, perUserLimit: 1, strategy, opensAtEpochMs: 0 };
    return (await plain.ask("POST /audit/sales", { body })).body.problems;
  };
  expect(await problems("F15-fenced")).toEqual(["strategy F15-fenced needs a cache, and this shop has none"]);
  expect(await problems("F9")).toEqual(["strategy F9 needs a queue, and this shop has none"]);
  expect(await problems("F17")).toEqual(["strategy F17 needs zones, and this shop has none"]);
});
