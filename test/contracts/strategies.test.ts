/** Every way of selling a flash sale, on two shop nodes at once over real PostgreSQL and Redis: what all of them owe. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sleep } from "../../base/clock.ts";
import { strategyFacts } from "../../targets/strategies.ts";
import type { Strategy } from "../../targets/target.ts";
import { type Servers, startServers } from "../targets/shop/servers.ts";
import { caches, configOf, type Reply, seedTwo, TestShop } from "../targets/shop/test-shop.ts";

let servers: Servers;
let nodes: TestShop[];

const homes = [
  { zone: "a", shard: 0 },
  { zone: "b", shard: 1 },
];

beforeAll(async () => {
  servers = await startServers();
  const databases = await seedTwo(servers);
  nodes = await Promise.all(
    homes.map(async ({ zone: own }) => {
      const config = configOf(databases, {
        ...{ name: `shop-${own}`, redis: servers.redisUrl, ...caches, zones: { own, homes } },
        sale: {
          ...{ optimisticRounds: 1_000, gatePerS: 100, gateTokensPerUnit: 20, passRatio: 0.5 },
          ...{ buckets: 4, lockWaitMs: 10_000, zoneLagMs: 60_000 },
        },
      });
      return (await TestShop.open(config)).ready();
    }),
  );
});

afterAll(async () => {
  await Promise.all(nodes?.map((node) => node[Symbol.asyncDispose]()) ?? []);
  await servers?.[Symbol.asyncDispose]();
});

interface Try {
  readonly user: number;
  readonly key: string;
}

const buyers = (tag: string, count: number, firstUser = 1): Try[] =>
  Array.from({ length: count }, (_, n) => ({ user: firstUser + n, key: `${tag}.${n}` }));

/** All at once, alternating between the nodes. */
const rush = (saleId: number, tries: readonly Try[]) =>
  Promise.all(tries.map((one, index) => nodes[index % 2]!.ask(`POST /seckill/${saleId}`, one)));

const accepted = (replies: readonly Reply[]) => replies.filter(({ status }) => status === 201);
const without = (replies: readonly Reply[], ...statuses: number[]) =>
  replies.filter(({ status }) => !statuses.includes(status)).map(({ status, text }) => `${status} ${text}`);

/** Whoever is turned away as busy comes again, until nobody is or as many rounds are over. */
async function insist(saleId: number, tries: readonly Try[], rounds = 60): Promise<Reply[]> {
  const final: Reply[] = [];
  let left = tries;
  for (let round = 0; left.length > 0 && round < rounds; round++) {
    const replies = await rush(saleId, left);
    final.push(...replies.filter(({ status }) => status !== 503));
    left = left.filter((_, index) => replies[index]!.status === 503);
    if (left.length > 0) await sleep(5);
  }
  return final;
}

/** What Redis is told after the answer settles within a moment. */
async function settledStock(tag: string, saleId: number): Promise<Record<string, number>> {
  for (let round = 0; ; round++) {
    const stock = await nodes[0]!.stockOf(tag, saleId);
    if (round === 50 || stock.cacheRemaining === undefined || stock.cacheRemaining === stock.remaining)
      return stock;
    await sleep(20);
  }
}

const all = Object.keys(strategyFacts) as Strategy[];
/** What sells through a queue has a contract of its own, beside the queue. */
const careful = all.filter((strategy) => !strategyFacts[strategy].mayOversell && strategy !== "F9");

describe.each(careful)("%s", (strategy) => {
  const counts = (remaining: number) =>
    ["F7", "F8"].includes(strategy) ? { remaining, cacheRemaining: remaining } : { remaining };

  test.each([
    { shard: 0, itemId: 4 },
    { shard: 1, itemId: 5 },
  ])("200 buyers rush for 20 units on shard $shard: 20 are sold, and every book agrees", async (row) => {
    const tag = `${strategy}-rush${row.shard}`;
    const saleId = await nodes[0]!.openSale({ tag, strategy, stock: 20, itemId: row.itemId });
    const replies = await insist(saleId, buyers(tag, 200));
    expect(without(replies, 201, 409)).toEqual([]);
    expect(accepted(replies)).toHaveLength(20);
    expect(new Set(accepted(replies).map(({ body }) => body.orderId)).size).toBe(20);
    expect(await settledStock(tag, saleId)).toMatchObject({ initial: 20, sold: 20, ...counts(0) });
    const { text } = await nodes[1]!.ask(`GET /audit/orders?tag=${tag}`);
    expect(text.trimEnd().split("\n").at(-1)).toBe('{"end":true,"orders":20}');
  });

  test("units that nobody wanted remain, wherever they are: initial = sold + remaining", async () => {
    const tag = `${strategy}-some`;
    const saleId = await nodes[0]!.openSale({ tag, strategy, stock: 100 });
    const replies = await rush(saleId, buyers(tag, 60));
    const sold = accepted(replies).length;
    expect(without(replies, 201, 503)).toEqual([]);
    expect(await settledStock(tag, saleId)).toMatchObject({ initial: 100, sold, ...counts(100 - sold) });
  });

  test("a key repeated thirty times at once, on both nodes, is one order with one id", async () => {
    const tag = `${strategy}-again`;
    const saleId = await nodes[0]!.openSale({ tag, strategy, stock: 40, perUserLimit: 9 });
    const replies = await insist(
      saleId,
      Array.from({ length: 30 }, () => ({ user: 8, key: `${tag}.1` })),
    );
    expect(without(replies, 201)).toEqual([]);
    expect(new Set(accepted(replies).map(({ body }) => body.orderId)).size).toBe(1);
    expect(await settledStock(tag, saleId)).toMatchObject({ sold: 1, ...counts(39) });
  });

  test.each([1, 3])("one shopper with twenty hands gets %i, which is the limit", async (perUserLimit) => {
    const tag = `${strategy}-limit${perUserLimit}`;
    const saleId = await nodes[0]!.openSale({ tag, strategy, stock: 40, perUserLimit });
    const hands = Array.from({ length: 20 }, (_, n) => ({ user: 7, key: `${tag}.${n}` }));
    const replies = await insist(saleId, hands);
    expect(accepted(replies)).toHaveLength(perUserLimit);
    for (const { body } of replies.filter(({ status }) => status !== 201)) {
      expect(body).toEqual({ status: "refused", reason: "limit" });
    }
    expect(await settledStock(tag, saleId)).toMatchObject({
      sold: perUserLimit,
      ...counts(40 - perUserLimit),
    });
  });

  test("when all is sold a repeated key still gives its order, never somebody else's, and its result says so", async () => {
    const tag = `${strategy}-late`;
    const saleId = await nodes[0]!.openSale({ tag, strategy, stock: 8 });
    const first = (await insist(saleId, [{ user: 9, key: `${tag}.1` }]))[0]!;
    expect(first.status).toBe(201);
    // Somebody else's key, where the stock is in parts in both parts and on both shards.
    for (const user of [9 + 8, 9 + 1])
      expect([user, (await insist(saleId, [{ user, key: `${tag}.1` }]))[0]!.status]).toEqual([user, 422]);
    const rest = await insist(saleId, buyers(`${tag}.rest`, 60, 20));
    expect(accepted(rest)).toHaveLength(7);
    expect((await insist(saleId, [{ user: 9, key: `${tag}.1` }]))[0]!.body).toEqual(first.body);
    // A shopper of the same part of the stock, where it is in parts: one of another is told that all is sold.
    expect((await insist(saleId, [{ user: 9 + 8, key: `${tag}.1` }]))[0]!.status).toBe(422);
    for (const hint of ["", `?saleId=${saleId}`]) {
      const result = await nodes[1]!.ask(`GET /seckill/result/${tag}.1${hint}`);
      expect(result.body).toEqual({ status: "accepted", orderId: first.body.orderId });
    }
    expect((await nodes[1]!.ask(`GET /seckill/${saleId}`)).body.sale).toMatchObject({ stock: 0 });
  });

  test("a key that has bought in one sale buys nothing in another one, on another shard", async () => {
    const tag = `${strategy}-two`;
    const open = (itemId: number) =>
      nodes[0]!.openSale({ tag: `${tag}${itemId}`, strategy, stock: 8, itemId });
    const [first, second] = [await open(4), await open(5)];
    expect((await insist(first, [{ user: 6, key: `${tag}.1` }]))[0]!.status).toBe(201);
    expect((await insist(second, [{ user: 6, key: `${tag}.1` }]))[0]!.status).toBe(422);
    expect(await settledStock(`${tag}5`, second)).toMatchObject({ sold: 0, ...counts(8) });
    expect((await insist(second, [{ user: 6, key: `${tag}.2` }]))[0]!.status).toBe(201);
  });
});

describe("what may oversell does, when it is put to the test", () => {
  test.each(["F0", "F6", "F16-payment", "F17-shared"])("%s", async (strategy) => {
    const saleId = await nodes[0]!.openSale({ tag: strategy, strategy, stock: 10 });
    const replies = await rush(saleId, buyers(strategy, 200));
    expect(accepted(replies).length).toBeGreaterThan(10);
    const stock = await nodes[0]!.stockOf(strategy, saleId);
    expect(stock.sold).toBe(accepted(replies).length);
    expect(stock.sold! + stock.remaining!).not.toBe(10);
  });

  test("F6 counts below zero, and keeps what does not need a guard: one key is one order", async () => {
    const saleId = await nodes[0]!.openSale({ tag: "F6b", strategy: "F6", stock: 5 });
    await rush(saleId, buyers("F6b", 100));
    const stock = await nodes[0]!.stockOf("F6b", saleId);
    expect(stock.cacheRemaining).toBe(5 - stock.sold!);
    expect(stock.cacheRemaining).toBeLessThan(0);
    const again = await rush(
      saleId,
      Array.from({ length: 10 }, () => ({ user: 1, key: "F6b.0" })),
    );
    expect(new Set(accepted(again).map(({ body }) => body.orderId)).size).toBeLessThanOrEqual(1);
    expect((await nodes[0]!.stockOf("F6b", saleId)).sold).toBe(stock.sold);
  });
});
