/** What a shopper reads while the replicas lag, with fresh copies and without; the lag is a replica that follows only when told. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seed } from "../../targets/shop/seed/seed.ts";
import { query, type Servers, startServers } from "../targets/shop/servers.ts";
import { caches, configOf, size, TestShop } from "../targets/shop/test-shop.ts";

const whole = { holds: ["catalog", "user", "trade"] as const, ...size, shard: 0, shards: 1 };

let servers: Servers;
let primary: string;
let replica: string;
const shops: Partial<Record<"on" | "off", TestShop>> = {};

beforeAll(async () => {
  servers = await startServers();
  [primary, replica] = [await servers.createDatabase("writes"), await servers.createDatabase("reads")];
  for (const url of [primary, replica]) await seed({ url, ...whole });
  const databases = {
    catalog: { primary, replicas: [replica] },
    user: { primary, replicas: [replica] },
    trade: { shards: [primary], replicas: [[replica]] },
  };
  for (const fresh of ["on", "off"] as const) {
    const more = { databases, redis: servers.redisUrl, ...caches, freshCopies: fresh === "on" };
    shops[fresh] = await (await TestShop.open(configOf({ first: primary, second: primary }, more))).ready();
  }
});

afterAll(async () => {
  for (const shop of Object.values(shops)) await shop[Symbol.asyncDispose]();
  await servers?.[Symbol.asyncDispose]();
});

/** The replica catches up with the orders and payments of one shopper. */
async function catchUp(user: number): Promise<void> {
  const columns = "id, idem_key, user_id, item_id, sale_id, nth, units, price, created_at::text";
  for (const row of await query<Record<string, string>>(
    primary,
    `SELECT ${columns} FROM orders WHERE user_id = ${user}`,
  )) {
    const values = Object.values(row).map((value) => (value === null ? "NULL" : `'${value}'`));
    await query(replica, `INSERT INTO orders VALUES (${values.join(", ")}) ON CONFLICT DO NOTHING`);
  }
}

const onAndOff = [
  { fresh: "on" as const, user: 41, itemId: 60 },
  { fresh: "off" as const, user: 42, itemId: 61 },
];

describe.each(onAndOff)("with fresh copies $fresh", ({ fresh, user, itemId }) => {
  const isOn = fresh === "on";
  const shop = () => shops[fresh]!;

  test(`an order just placed is ${isOn ? "found" : "found once the replica has it"}`, async () => {
    const { body } = await shop().ask("POST /order", { user, key: `r.${user}`, body: { itemId } });
    const one = () => shop().ask(`GET /orders/${body.orderId}`, { user });
    const list = async () => (await shop().ask("GET /orders", { user })).body.orders;
    const history = async () => (await shop().ask("GET /orders/history", { user })).body.orders;
    expect((await one()).status).toBe(isOn ? 200 : 404);
    expect(await list()).toHaveLength(isOn ? 1 : 0);
    expect(await history()).toHaveLength(isOn ? 1 : 0);
    await catchUp(user);
    expect((await one()).body.orders).toEqual(await list());
    expect((await list())[0]).toMatchObject({ orderId: body.orderId, itemId, units: 1, isPaid: false });
    expect((await history())[0].itemName).toMatch(/^\w+ \w+ \w+$/);
  });

  test(`a payment ${isOn ? "shows at once" : "does not show yet"}, and is never made twice`, async () => {
    const [row] = await query<{ id: string }>(primary, `SELECT id FROM orders WHERE user_id = ${user}`);
    const orderId = Number(row!.id);
    for (const key of ["first", "second"]) {
      const reply = await shop().ask("POST /pay", { user, key: `${user}.${key}`, body: { orderId } });
      expect(reply.body).toEqual({ status: "paid" });
    }
    const { orders } = (await shop().ask("GET /orders", { user })).body;
    expect(orders[0].isPaid).toBe(isOn);
    const paid = await query(primary, `SELECT 1 FROM payments WHERE user_id = ${user}`);
    expect(paid).toHaveLength(1);
  });

  test("a repeated key is seen by the primary, however far the replica is behind", async () => {
    const order = { user, key: `again.${user}`, body: { itemId } };
    const [first, second] = [await shop().ask("POST /order", order), await shop().ask("POST /order", order)];
    expect(second.body).toEqual(first.body);
    const taken = await query<{ remaining: number }>(
      primary,
      `SELECT remaining FROM stocks WHERE item_id = ${itemId}`,
    );
    expect(taken).toEqual([{ remaining: 998 }]);
  });

  test(`what was just put into the cart ${isOn ? "is" : "is not"} in it, and is paid for`, async () => {
    for (const units of [2, 1]) await shop().ask("POST /cart", { user, body: { itemId, units } });
    const { lines } = (await shop().ask("GET /cart", { user })).body;
    expect(lines).toEqual(isOn ? [{ itemId, units: 3 }] : []);
    const { price } = (await shop().ask(`GET /item/${itemId}`)).body.item;
    expect((await shop().ask("POST /checkout/quote", { user })).body.goods).toBe(3 * price);
  });

  test(`an item just changed ${isOn ? "has its new price" : "still has the old price"}`, async () => {
    const before = (await shop().ask(`GET /item/${itemId}`)).body.item.price;
    await shop().ask("POST /admin/item", { body: { itemId, price: before + 1 } });
    const after = (await shop().ask(`GET /item/${itemId}`)).body.item.price;
    expect(after).toBe(isOn ? before + 1 : before);
  });

  test(`what was won in a flash sale ${isOn ? "is" : "is not"} in the list yet`, async () => {
    const saleId = await shop().openSale({ tag: `fresh-${fresh}`, strategy: "F8", stock: 2, itemId });
    const won = await shop().ask(`POST /seckill/${saleId}`, { user, key: `sale.${user}` });
    expect(won.body.status).toBe("accepted");
    const { orders } = (await shop().ask("GET /orders", { user })).body;
    const listed = orders.map(({ orderId }: { orderId: number }) => orderId);
    expect(listed.includes(won.body.orderId)).toBe(isOn);
    const result = await shop().ask(`GET /seckill/result/sale.${user}?saleId=${saleId}`);
    expect(result.body).toMatchObject({ status: "accepted", orderId: won.body.orderId });
  });
});

test("an order is found in the other zone too, whose cache has no copy of it and whose replica lags", async () => {
  const databases = {
    catalog: { primary, replicas: [replica] },
    user: { primary, replicas: [replica] },
    trade: { shards: [primary], replicas: [[replica]] },
  };
  const elsewhere = { databases, redis: `${servers.redisUrl}/1`, ...caches, freshCopies: true };
  await using other = await TestShop.open(configOf({ first: primary, second: primary }, elsewhere));
  await other.ready();
  const user = 47;
  const { body } = await shops.on!.ask("POST /order", { user, key: "zones.47", body: { itemId: 62 } });
  const one = await other.ask(`GET /orders/${body.orderId}`, { user });
  expect(one.status).toBe(200);
  expect(one.body.orders).toMatchObject([{ orderId: body.orderId, itemId: 62 }]);
  // Of a list nobody can see that something is missing.
  expect((await other.ask("GET /orders", { user })).body.orders).toEqual([]);
  expect((await other.ask(`GET /orders/${body.orderId + 6_400_000}`, { user })).status).toBe(404);
});

test("what only shows something is read from the replica, what decides from the primary", async () => {
  const { text } = await shops.on!.ask("GET /metrics");
  const sent = (database: string, statement: string) =>
    new RegExp(`shop_statements_total\\{database="[^"]*/${database}",statement="${statement}"`).test(text);
  for (const shown of ["orders_of", "cart", "item", "stock_of", "history"])
    expect([shown, sent("reads", shown), sent("writes", shown)]).toEqual([shown, true, shown === "cart"]);
  for (const deciding of ["place_order", "pay", "take_unit", "add_to_cart"])
    expect([deciding, sent("writes", deciding), sent("reads", deciding)]).toEqual([deciding, true, false]);
});

test("what the database has of an item is told by the primary, past every cache", async () => {
  const itemId = 70;
  const before = (await shops.on!.ask(`GET /item/${itemId}`)).body.item;
  await query(primary, `UPDATE items SET price = price + 5 WHERE id = ${itemId}`);
  const { status, body } = await shops.on!.ask(`GET /audit/items?ids=${itemId},999999999`);
  expect([status, body]).toEqual([
    200,
    { items: [{ id: itemId, name: before.name, price: before.price + 5 }] },
  ]);
  expect((await shops.on!.ask(`GET /item/${itemId}`)).body.item.price).toBe(before.price);
  for (const ids of ["", "1,x", "0", Array(1_001).fill(1).join(",")])
    expect((await shops.on!.ask(`GET /audit/items?ids=${ids}`)).status).toBe(400);
});

test("the heartbeat is what a shopper's read finds: the replica's, however fresh the primary is", async () => {
  const heartbeat = async (words: string) => {
    const { status, body } = await shops.on!.ask(`GET /audit/heartbeat?${words}`);
    return { status, stampMs: body.stampMs };
  };
  expect(await heartbeat("holds=trade")).toEqual({ status: 200, stampMs: null });
  await query(primary, "INSERT INTO heartbeats VALUES (1, 2000)");
  await query(replica, "INSERT INTO heartbeats VALUES (1, 1000)");
  for (const holds of ["catalog", "user", "trade"])
    expect(await heartbeat(`holds=${holds}&shard=0`)).toEqual({ status: 200, stampMs: 1_000 });
  expect(await heartbeat("holds=trade&shard=5")).toMatchObject({ status: 404 });
  const { body } = await shops.on!.ask("GET /audit/heartbeat?holds=report&shard=x");
  expect(body.problems).toEqual([
    "holds must be one of catalog, user, trade",
    "shard must be a whole number from 0 to 63",
  ]);
});
