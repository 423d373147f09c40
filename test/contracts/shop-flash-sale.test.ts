/** Flash sales on two shop nodes at once, over real PostgreSQL and Redis: what each strategy promises, F0's failure included. */
import { Redis } from "ioredis";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sleep } from "../../base/clock.ts";
import { query, type Servers, startServers } from "../targets/shop/servers.ts";
import {
  caches,
  configOf,
  type Databases,
  type Reply,
  seedTwo,
  TestShop,
} from "../targets/shop/test-shop.ts";

let servers: Servers;
let databases: Databases;
let nodes: TestShop[];
let redis: Redis;

beforeAll(async () => {
  servers = await startServers();
  databases = await seedTwo(servers);
  redis = new Redis(servers.redisUrl);
  const config = configOf(databases, { redis: servers.redisUrl, ...caches });
  nodes = await Promise.all([0, 1].map(async () => (await TestShop.open(config)).ready()));
});

afterAll(async () => {
  redis?.disconnect();
  await Promise.all(nodes?.map((node) => node[Symbol.asyncDispose]()) ?? []);
  await servers?.[Symbol.asyncDispose]();
});

/** All at once, alternating between the nodes. */
const rush = (saleId: number, tries: readonly { readonly user: number; readonly key: string }[]) =>
  Promise.all(tries.map((one, index) => nodes[index % 2]!.ask(`POST /seckill/${saleId}`, one)));

const accepted = (replies: readonly Reply[]) => replies.filter(({ status }) => status === 201);

/** Confirming in Redis follows the answer; what is under way settles within a moment. */
async function settledStock(tag: string, saleId: number): Promise<Record<string, number>> {
  for (let round = 0; ; round++) {
    const stock = await nodes[0]!.stockOf(tag, saleId);
    if (round === 50 || stock.cacheRemaining === undefined || stock.cacheRemaining === stock.remaining)
      return stock;
    await sleep(20);
  }
}

describe.each(["F2", "F8"])("%s", (strategy) => {
  const tag = (name: string) => `${strategy}-${name}`;
  const counter = (remaining: number) => (strategy === "F8" ? { cacheRemaining: remaining } : {});

  test.each([
    { shard: 0, itemId: 4 },
    { shard: 1, itemId: 5 },
  ])(
    "200 buyers rush for 20 units on shard $shard: 20 are sold, and every book agrees",
    async ({ shard, itemId }) => {
      const sale = tag(`rush${shard}`);
      const saleId = await nodes[0]!.openSale({ tag: sale, strategy, stock: 20, itemId });
      expect(saleId % 64).toBe(shard);
      const tries = Array.from({ length: 200 }, (_, n) => ({ user: 1 + n, key: `${sale}.${n}` }));
      const replies = await rush(saleId, tries);
      expect(accepted(replies)).toHaveLength(20);
      expect(new Set(accepted(replies).map(({ body }) => body.orderId)).size).toBe(20);
      for (const { status, body } of replies) {
        if (status !== 201) expect({ status, body }).toEqual({ status: 409, body: { status: "sold-out" } });
      }
      expect(await settledStock(sale, saleId)).toEqual({
        saleId,
        itemId,
        initial: 20,
        remaining: 0,
        sold: 20,
        ...counter(0),
      });
      const won = tries.filter((_, index) => replies[index]!.status === 201).map(({ user }) => user);
      const { text } = await nodes[1]!.ask(`GET /audit/orders?tag=${sale}`);
      const buyers = text
        .trimEnd()
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line)[1]);
      expect(buyers.sort((a, b) => a - b)).toEqual(won);
    },
  );

  test("units that nobody wanted remain: initial = sold + remaining, in the database and in the counter", async () => {
    const saleId = await nodes[0]!.openSale({ tag: tag("some"), strategy, stock: 100 });
    await rush(
      saleId,
      Array.from({ length: 60 }, (_, n) => ({ user: 1 + n, key: `${tag("some")}.${n}` })),
    );
    expect(await settledStock(tag("some"), saleId)).toMatchObject({
      remaining: 40,
      sold: 60,
      ...counter(40),
    });
  });

  test.each([1, 3])("one shopper with twenty hands gets %i, which is the limit", async (perUserLimit) => {
    const sale = tag(`limit${perUserLimit}`);
    const saleId = await nodes[0]!.openSale({ tag: sale, strategy, stock: 50, perUserLimit });
    const replies = await rush(
      saleId,
      Array.from({ length: 20 }, (_, n) => ({ user: 7, key: `${sale}.${n}` })),
    );
    expect(accepted(replies)).toHaveLength(perUserLimit);
    for (const { status, body } of replies) {
      if (status !== 201)
        expect({ status, body }).toEqual({ status: 403, body: { status: "refused", reason: "limit" } });
    }
    const remaining = 50 - perUserLimit;
    expect(await settledStock(sale, saleId)).toMatchObject({
      remaining,
      sold: perUserLimit,
      ...counter(remaining),
    });
  });

  test("a key repeated thirty times at once, on both nodes, is one order with one id", async () => {
    const sale = tag("again");
    const saleId = await nodes[0]!.openSale({ tag: sale, strategy, stock: 5, perUserLimit: 9 });
    const replies = await rush(
      saleId,
      Array.from({ length: 30 }, () => ({ user: 8, key: `${sale}.1` })),
    );
    expect(new Set(replies.map(({ status, body }) => `${status} ${body.orderId}`)).size).toBe(1);
    expect(await settledStock(sale, saleId)).toMatchObject({ remaining: 4, sold: 1, ...counter(4) });
  });

  test("a repeated key gives the first order even when all is sold, and never somebody else's", async () => {
    const sale = tag("late");
    const saleId = await nodes[0]!.openSale({ tag: sale, strategy, stock: 1 });
    const [first] = await rush(saleId, [{ user: 9, key: `${sale}.1` }]);
    expect((await rush(saleId, [{ user: 10, key: `${sale}.2` }]))[0]!.status).toBe(409);
    expect((await rush(saleId, [{ user: 9, key: `${sale}.1` }]))[0]!.body).toEqual(first!.body);
    expect((await rush(saleId, [{ user: 10, key: `${sale}.1` }]))[0]!.status).toBe(422);
  });

  test("the result of a key is accepted with its order, or none, with or without the sale as a hint", async () => {
    const sale = tag("result");
    const saleId = await nodes[0]!.openSale({ tag: sale, strategy, stock: 1 });
    const [won] = await rush(saleId, [{ user: 9, key: `${sale}.1` }]);
    await rush(saleId, [{ user: 10, key: `${sale}.2` }]);
    for (const hint of ["", `?saleId=${saleId}`]) {
      const of = async (key: string) => (await nodes[1]!.ask(`GET /seckill/result/${key}${hint}`)).body;
      expect(await of(`${sale}.1`)).toEqual({ status: "accepted", orderId: won!.body.orderId });
      expect(await of(`${sale}.2`)).toEqual({ status: "none" });
    }
  });

  test("while the stock row is locked longer than a statement may take, nothing is done and the answer is busy", async () => {
    const sale = tag("locked");
    const config = configOf(databases, {
      redis: servers.redisUrl,
      pools: { max: 2, connectTimeoutMs: 100, statementTimeoutMs: 150 },
    });
    await using hasty = await (await TestShop.open(config)).ready();
    const saleId = await hasty.openSale({ tag: sale, strategy, stock: 9 });
    const lock = new pg.Client({ connectionString: databases.second });
    await lock.connect();
    await lock.query("BEGIN");
    await lock.query(`UPDATE sale_stocks SET remaining = remaining WHERE sale_id = ${saleId}`);
    const tries = Array.from({ length: 6 }, (_, n) => ({ user: 1 + n, key: `${sale}.${n}` }));
    const replies = await Promise.all(tries.map((one) => hasty.ask(`POST /seckill/${saleId}`, one)));
    await lock.query("ROLLBACK");
    await lock.end();
    // Two waited for the lock until the server cancelled them, the others could not even get a connection.
    for (const { status, body } of replies) expect([status, body.status]).toEqual([503, "busy"]);
    expect(await settledStock(sale, saleId)).toMatchObject({ remaining: 9, sold: 0, ...counter(9) });
    const again = await Promise.all(
      tries.slice(0, 3).map((one) => hasty.ask(`POST /seckill/${saleId}`, one)),
    );
    expect(accepted(again)).toHaveLength(3);
  });
});

test("F0 oversells when buyers read the same stock, and leaves its books in disagreement", async () => {
  const saleId = await nodes[0]!.openSale({ tag: "F0", strategy: "F0", stock: 10 });
  const replies = await rush(
    saleId,
    Array.from({ length: 200 }, (_, n) => ({ user: 1 + n, key: `F0.${n}` })),
  );
  expect(accepted(replies).length).toBeGreaterThan(10);
  const stock = await nodes[0]!.stockOf("F0", saleId);
  expect(stock.sold).toBe(accepted(replies).length);
  expect(stock.sold! + stock.remaining!).not.toBe(10);
});

test("F0 keeps what does not need a guard: one key is one order, and one after the other sells exactly the stock", async () => {
  const saleId = await nodes[0]!.openSale({ tag: "F0b", strategy: "F0", stock: 2 });
  const statuses: number[] = [];
  for (const [user, n] of [
    [1, 1],
    [1, 1],
    [1, 2],
    [2, 3],
    [3, 4],
    [1, 1],
  ]) {
    statuses.push((await rush(saleId, [{ user: user!, key: `F0b.${n}` }]))[0]!.status);
  }
  expect(statuses).toEqual([201, 201, 403, 201, 409, 201]);
  expect(await nodes[0]!.stockOf("F0b", saleId)).toMatchObject({ remaining: 0, sold: 2 });
});

describe("F8 and its cache", () => {
  test("when Redis has lost everything, the counter starts again from the database and keys keep their orders", async () => {
    const saleId = await nodes[0]!.openSale({ tag: "F8lost", strategy: "F8", stock: 3 });
    const [first] = await rush(saleId, [{ user: 1, key: "F8lost.1" }]);
    await settledStock("F8lost", saleId);
    await redis.flushall();
    const again = await rush(saleId, [{ user: 1, key: "F8lost.1" }]);
    expect(again[0]).toMatchObject({ status: 201, body: first!.body });
    expect(await settledStock("F8lost", saleId)).toMatchObject({ remaining: 2, cacheRemaining: 2, sold: 1 });
    const replies = await rush(saleId, [
      { user: 2, key: "F8lost.3" },
      { user: 3, key: "F8lost.4" },
    ]);
    expect(accepted(replies)).toHaveLength(2);
    expect((await rush(saleId, [{ user: 1, key: "F8lost.2" }]))[0]!.status).toBe(409);
    expect(await settledStock("F8lost", saleId)).toMatchObject({ remaining: 0, cacheRemaining: 0, sold: 3 });
  });

  test("a counter that promises more than there is does not oversell: the database refuses, and the counter learns of it", async () => {
    const saleId = await nodes[0]!.openSale({ tag: "F8more", strategy: "F8", stock: 2 });
    await redis.incrby(`sale:${saleId}:stock`, 5);
    const replies = await rush(
      saleId,
      Array.from({ length: 10 }, (_, n) => ({ user: 1 + n, key: `F8more.${n}` })),
    );
    expect(accepted(replies)).toHaveLength(2);
    await sleep(50);
    expect(await nodes[0]!.stockOf("F8more", saleId)).toMatchObject({
      remaining: 0,
      cacheRemaining: 0,
      sold: 2,
    });
  });

  test("when the connection dies under the statement the answer is an error, the unit stays reserved, and the same key settles it", async () => {
    const saleId = await nodes[0]!.openSale({ tag: "F8cut", strategy: "F8", stock: 2 });
    const lock = new pg.Client({ connectionString: databases.second });
    await lock.connect();
    await lock.query("BEGIN");
    await lock.query(`UPDATE sale_stocks SET remaining = remaining WHERE sale_id = ${saleId}`);
    const cut = nodes[0]!.ask(`POST /seckill/${saleId}`, { user: 1, key: "F8cut.1" });
    await untilWaiting(databases.second);
    await query(
      databases.second,
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = 'second'",
    );
    expect((await cut).status).toBe(500);
    await lock.query("ROLLBACK");
    await lock.end();
    expect(await nodes[0]!.stockOf("F8cut", saleId)).toMatchObject({
      remaining: 2,
      cacheRemaining: 1,
      sold: 0,
    });
    expect((await nodes[1]!.ask("GET /seckill/result/F8cut.1")).body).toEqual({ status: "pending" });
    expect((await nodes[1]!.ask(`POST /seckill/${saleId}`, { user: 1, key: "F8cut.1" })).status).toBe(201);
    expect(await settledStock("F8cut", saleId)).toMatchObject({ remaining: 1, cacheRemaining: 1, sold: 1 });
  });

  test("with hardly any connections and every key sent six times at once, counter and database still agree", async () => {
    const pools = { max: 2, connectTimeoutMs: 20, statementTimeoutMs: 5_000 };
    const config = configOf(databases, { redis: servers.redisUrl, pools });
    await using one = await (await TestShop.open(config)).ready();
    await using other = await (await TestShop.open(config)).ready();
    const saleId = await one.openSale({ tag: "F8twins", strategy: "F8", stock: 40 });
    const tries = Array.from({ length: 360 }, (_, n) => ({ user: 1 + (n % 60), key: `F8twins.${n % 60}` }));
    const rushBoth = () =>
      Promise.all(
        tries.map((attempt, index) => [one, other][index % 2]!.ask(`POST /seckill/${saleId}`, attempt)),
      );
    // While the stock row is held, whoever has a connection waits for it and everybody else is turned away.
    const lock = new pg.Client({ connectionString: databases.second });
    await lock.connect();
    await lock.query("BEGIN");
    const held = await lock.query(`UPDATE sale_stocks SET remaining = remaining WHERE sale_id = ${saleId}`);
    expect(held.rowCount).toBe(1);
    const whileHeld = rushBoth();
    await sleep(200);
    await lock.query("ROLLBACK");
    await lock.end();
    const replies = [...(await whileHeld), ...(await rushBoth())];
    expect(replies.some(({ body }) => body.status === "busy")).toBe(true);
    const stock = await settledStock("F8twins", saleId);
    expect(stock.sold).toBe(new Set(accepted(replies).map(({ body }) => body.orderId)).size);
    expect(stock.remaining).toBe(40 - stock.sold!);
    expect(stock.cacheRemaining).toBe(stock.remaining);
  });

  test("a shop without Redis says that it cannot sell by F8", async () => {
    await using plain = await TestShop.open(configOf(databases));
    const body = { tag: "x", itemId: 5, stock: 1, perUserLimit: 1, strategy: "F8", opensAtEpochMs: 0 };
    const reply = await plain.ask("POST /audit/sales", { body });
    expect(reply).toMatchObject({
      status: 400,
      body: { problems: ["strategy F8 needs a cache, and this shop has none"] },
    });
  });
});

describe("the sale page", () => {
  test("before the opening instant tries are refused; from it on they sell, and the page says so", async () => {
    let epochMs = 1_000_000;
    const config = configOf(databases, { localCache: caches.localCache });
    let nowMs = 0;
    await using clocked = await TestShop.open(config, { epochMs: () => epochMs, nowMs: () => nowMs });
    const saleId = await clocked.openSale({
      tag: "opens",
      strategy: "F2",
      stock: 1,
      opensAtEpochMs: 1_000_050,
    });
    const page = async () => (await clocked.ask(`GET /seckill/${saleId}`)).body.sale;
    const attempt = { user: 1, key: "opens.1" };
    expect(await page()).toMatchObject({
      saleId,
      itemId: 5,
      stock: 1,
      opensAtEpochMs: 1_000_050,
      state: "upcoming",
    });
    epochMs = 1_000_049;
    expect(await clocked.ask(`POST /seckill/${saleId}`, attempt)).toMatchObject({
      status: 403,
      body: { status: "refused", reason: "not-open" },
    });
    epochMs = 1_000_050;
    nowMs = 50;
    expect((await page()).state).toBe("open");
    expect((await clocked.ask(`POST /seckill/${saleId}`, attempt)).status).toBe(201);
    nowMs = 149;
    expect((await page()).state).toBe("open");
    nowMs = 150;
    expect(await page()).toMatchObject({ state: "sold-out", stock: 0 });
  });

  test("a page that still says sold out does not keep anybody from buying", async () => {
    await using frozen = await TestShop.open(configOf(databases, { localCache: caches.localCache }), {
      nowMs: () => 0,
    });
    const saleId = await frozen.openSale({ tag: "frozen", strategy: "F2", stock: 0 });
    const page = async () => (await frozen.ask(`GET /seckill/${saleId}`)).body.sale.state;
    expect(await page()).toBe("sold-out");
    await query(databases.second, `UPDATE sale_stocks SET remaining = 1 WHERE sale_id = ${saleId}`);
    expect(await page()).toBe("sold-out");
    expect((await frozen.ask(`POST /seckill/${saleId}`, { user: 1, key: "frozen.1" })).status).toBe(201);
  });
});

/** Until some statement waits for a lock there. */
async function untilWaiting(url: string): Promise<void> {
  for (let round = 0; round < 200; round++) {
    const waiting = await query(url, "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
    if (waiting.length > 0) return;
    await sleep(10);
  }
  throw new Error("nothing came to wait for the lock");
}
