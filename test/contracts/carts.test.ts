/** Carts, wherever they are kept: the same promises over the user database and over the key-value store. */
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Servers, startServers } from "../targets/shop/servers.ts";
import { configOf, type Databases, seedTwo, TestShop } from "../targets/shop/test-shop.ts";

let servers: Servers;
let databases: Databases;

beforeAll(async () => {
  servers = await startServers();
  databases = await seedTwo(servers);
});

afterAll(async () => {
  await servers?.[Symbol.asyncDispose]();
});

describe.each([
  { kept: "in the user database", more: () => ({}) },
  { kept: "in the key-value store", more: () => ({ keyValueStore: servers.redisUrl }) },
])("a cart $kept", ({ more }) => {
  let shop: TestShop;
  beforeAll(async () => {
    shop = await (await TestShop.open(configOf(databases, more()))).ready();
  });
  afterAll(() => shop?.[Symbol.asyncDispose]());

  const add = (user: number, itemId: number, units: number, key?: string) =>
    shop.ask("POST /cart", { user, body: { itemId, units }, ...(key !== undefined && { key }) });
  const linesOf = async (user: number) => (await shop.ask("GET /cart", { user })).body.lines;

  test("shows what was added, by item, each item once", async () => {
    for (const [itemId, units] of [
      [9, 1],
      [5, 2],
      [9, 3],
    ] as const) {
      expect((await add(1, itemId, units)).status).toBe(201);
    }
    expect(await linesOf(1)).toEqual([
      { itemId: 5, units: 2 },
      { itemId: 9, units: 4 },
    ]);
    expect(await linesOf(2)).toEqual([]);
  });

  test("takes a write with a key once for each item", async () => {
    for (let round = 0; round < 3; round++) expect((await add(3, 5, 2, "key.1")).status).toBe(201);
    await add(3, 6, 2, "key.1");
    await add(3, 5, 1, "key.2");
    expect(await linesOf(3)).toEqual([
      { itemId: 5, units: 3 },
      { itemId: 6, units: 2 },
    ]);
  });

  test("loses no unit when many are added at once", async () => {
    await Promise.all(
      Array.from({ length: 40 }, (_, at) => add(4, 5, 1, at % 2 === 0 ? `many.${at}` : undefined)),
    );
    expect(await linesOf(4)).toEqual([{ itemId: 5, units: 40 }]);
  });

  test("holds no more than 99 of one item", async () => {
    for (const units of [60, 60]) await add(5, 5, units);
    expect(await linesOf(5)).toEqual([{ itemId: 5, units: 99 }]);
  });

  test("has no place for what is not for sale", async () => {
    expect((await add(6, 999_999, 1)).status).toBe(404);
    expect(await linesOf(6)).toEqual([]);
  });

  test("is what a quote is worked out from", async () => {
    await add(7, 5, 2);
    const { item } = (await shop.ask("GET /item/5")).body;
    expect((await shop.ask("POST /checkout/quote", { user: 7 })).body).toMatchObject({
      lines: 1,
      goods: 2 * item.price,
    });
  });
});

describe("a cart in a key-value store that is away", () => {
  test("says busy, and everything else goes on", async () => {
    const nowhere = { keyValueStore: "redis://127.0.0.1:1" };
    await using shop = await TestShop.open(configOf(databases, nowhere));
    const busy = { status: 503, body: { status: "busy" } };
    expect(await shop.ask("GET /cart", { user: 1 })).toMatchObject(busy);
    expect(await shop.ask("POST /cart", { user: 1, body: { itemId: 5 } })).toMatchObject(busy);
    expect((await shop.ask("GET /item/5")).status).toBe(200);
    expect((await shop.ask("POST /order", { user: 1, key: "away.1", body: { itemId: 5 } })).status).toBe(201);
  });
});

test("a store that has forgotten the script is given it again", async () => {
  const redis = new Redis(servers.redisUrl);
  await using shop = await (
    await TestShop.open(configOf(databases, { keyValueStore: servers.redisUrl }))
  ).ready();
  await shop.ask("POST /cart", { user: 8, body: { itemId: 5 } });
  await redis.script("FLUSH");
  await shop.ask("POST /cart", { user: 8, body: { itemId: 5 } });
  expect((await shop.ask("GET /cart", { user: 8 })).body.lines).toEqual([{ itemId: 5, units: 2 }]);
  redis.disconnect();
});
