/** An idempotency key buys once in all the shop, whichever shard its order is on: real databases, two nodes. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { shardOfKey } from "../../targets/shop/data/shard.ts";
import { query, type Servers, startServers } from "../targets/shop/servers.ts";
import { configOf, type Databases, seedTwo, TestShop } from "../targets/shop/test-shop.ts";

let servers: Servers;
let databases: Databases;
let nodes: TestShop[];

beforeAll(async () => {
  servers = await startServers();
  databases = await seedTwo(servers);
  nodes = await Promise.all(
    ["shop-1", "shop-2"].map(async (name) =>
      (await TestShop.open(configOf(databases, { name, redis: servers.redisUrl }))).ready(),
    ),
  );
});

afterAll(async () => {
  await Promise.all(nodes?.map((node) => node[Symbol.asyncDispose]()) ?? []);
  await servers?.[Symbol.asyncDispose]();
});

/** Items 4 and 5 are on different shards. */
const order = (node: number, key: string, itemId: number, user = 7) =>
  nodes[node]!.ask("POST /order", { user, key, body: { itemId } });

const ordersUnder = async (pattern: string) => {
  const text = `SELECT idem_key AS key, item_id AS item FROM orders WHERE idem_key LIKE '${pattern}'`;
  const shards = [databases.first, databases.second];
  const rows = await Promise.all(shards.map((url) => query<{ key: string; item: number }>(url, text)));
  return rows.flat();
};

describe("a key that has bought an item", () => {
  test.each([
    { itemId: 4, other: 5 },
    { itemId: 5, other: 4 },
  ])(
    "on the shard of item $itemId buys nothing on that of item $other, and still gives its own order",
    async ({ itemId, other }) => {
      const key = `other.${itemId}`;
      const first = await order(0, key, itemId);
      expect(first.status).toBe(201);
      expect(await order(1, key, other)).toMatchObject({ status: 422, body: { status: "key-reused" } });
      expect(await order(1, key, other, 8)).toMatchObject({ status: 422 });
      expect(await order(1, key, itemId)).toMatchObject({ status: 201, body: first.body });
      expect(await ordersUnder(key)).toEqual([{ key, item: itemId }]);
    },
  );

  test("buys nothing in a flash sale on another shard, nor the other way round", async () => {
    const saleId = await nodes[0]!.openSale({ tag: "both", strategy: "F8", stock: 5, itemId: 5 });
    const tryIt = (key: string) => nodes[1]!.ask(`POST /seckill/${saleId}`, { user: 7, key });
    expect((await order(0, "both.1", 4)).status).toBe(201);
    expect((await tryIt("both.1")).status).toBe(422);
    expect((await tryIt("both.2")).status).toBe(201);
    expect((await order(0, "both.2", 4)).status).toBe(422);
    await expect
      .poll(() => nodes[0]!.stockOf("both", saleId))
      .toMatchObject({ initial: 5, remaining: 4, cacheRemaining: 4, sold: 1 });
  });
});

test("of two tries with one key at the same instant, on two shards and through two nodes, one buys", async () => {
  const keys = Array.from({ length: 60 }, (_, n) => `race.${n}`);
  expect(new Set(keys.map((key) => shardOfKey(key, 2))).size).toBe(2);
  const both = await Promise.all(keys.map((key) => Promise.all([order(0, key, 4), order(1, key, 5)])));
  for (const replies of both) expect(replies.map(({ status }) => status).toSorted()).toEqual([201, 422]);
  const bought = await ordersUnder("race.%");
  expect(bought.map(({ key }) => key).toSorted()).toEqual(keys.toSorted());
  const again = await Promise.all(bought.map(({ key, item }) => order(0, key, item)));
  for (const { status } of again) expect(status).toBe(201);
  expect(await ordersUnder("race.%")).toHaveLength(keys.length);
});

test("a key that was refused may be used again where it was tried: nothing was bought under it", async () => {
  const saleId = await nodes[0]!.openSale({ tag: "no", strategy: "F2", stock: 1, itemId: 5 });
  expect((await nodes[0]!.ask(`POST /seckill/${saleId}`, { user: 1, key: "no.1" })).status).toBe(201);
  expect((await nodes[0]!.ask(`POST /seckill/${saleId}`, { user: 2, key: "no.2" })).status).toBe(409);
  expect((await order(0, "no.2", 4)).status).toBe(201);
});

test("no key is written anywhere for those who come too late, and none where there is one shard", async () => {
  const written = async () =>
    (await query<{ name: string }>(databases.first, "SELECT idem_key AS name FROM order_keys"))
      .concat(await query<{ name: string }>(databases.second, "SELECT idem_key AS name FROM order_keys"))
      .filter(({ name }) => name.startsWith("late."));
  const saleId = await nodes[0]!.openSale({ tag: "late", strategy: "F2", stock: 2, itemId: 5 });
  for (let user = 1; user <= 10; user++)
    await nodes[user % 2]!.ask(`POST /seckill/${saleId}`, { user, key: `late.${user}` });
  expect((await written()).map(({ name }) => name).toSorted()).toEqual(["late.1", "late.2"]);
  const whole = { catalog: { primary: databases.first }, user: { primary: databases.first } };
  await using alone = await TestShop.open(
    configOf(databases, { databases: { ...whole, trade: { shards: [databases.first] } } }),
  );
  expect((await alone.ask("POST /order", { user: 1, key: "late.one", body: { itemId: 4 } })).status).toBe(
    201,
  );
  expect(await written()).toHaveLength(2);
});

test("a shard that is lost costs the orders for its own items, and none for those of others, wherever their keys are at home", async () => {
  const gone = { first: databases.first, second: "postgres://bench@127.0.0.1:1/gone" };
  await using shop = await TestShop.open(configOf(gone));
  const keys = Array.from({ length: 20 }, (_, n) => `gone.${n}`);
  expect(new Set(keys.map((key) => shardOfKey(key, 2))).size).toBe(2);
  const place = (key: string, itemId: number) =>
    shop.ask("POST /order", { user: 7, key, body: { itemId } }).then(({ status }) => status);
  expect(await Promise.all(keys.map((key) => place(key, 4)))).toEqual(keys.map(() => 201));
  expect(await place("gone.other", 5)).toBe(503);
});
