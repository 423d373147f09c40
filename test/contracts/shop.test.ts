/** The shop over HTTP, on real PostgreSQL and Redis, trade split over two shards: what docs/shop-api.md and docs/audit.md promise. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seed } from "../../targets/shop/seed/seed.ts";
import { query, type Servers, startServers } from "../targets/shop/servers.ts";
import { caches, configOf, type Databases, seedTwo, size, TestShop } from "../targets/shop/test-shop.ts";

let servers: Servers;
let databases: Databases;
let shop: TestShop;

beforeAll(async () => {
  servers = await startServers();
  databases = await seedTwo(servers);
  shop = await TestShop.open(configOf(databases, { redis: servers.redisUrl }));
  await shop.ready();
});

afterAll(async () => {
  await shop?.[Symbol.asyncDispose]();
  await servers?.[Symbol.asyncDispose]();
});

describe("reading", () => {
  test("home features items", async () => {
    const { status, body } = await shop.ask("GET /");
    expect(status).toBe(200);
    expect(body.featured).toHaveLength(20);
    expect(body.featured[0]).toEqual({ id: 1, name: "bright bamboo teapot", price: 8_019 });
  });

  test("a category shows its items page by page, and an empty page behind the last", async () => {
    const first = await shop.ask("GET /category/3");
    expect(first.body.category).toEqual({ id: 3, name: "aisle 3" });
    expect(first.body.items).toHaveLength(20);
    const second = await shop.ask("GET /category/3?page=2");
    expect(second.body.items[0].id).toBeGreaterThan(first.body.items[19].id);
    expect((await shop.ask("GET /category/3?page=50")).body.items).toEqual([]);
  });

  test.each([1, 2, size.items])("item %i has its stock, from whichever shard", async (id) => {
    const { status, body } = await shop.ask(`GET /item/${id}`);
    expect(status).toBe(200);
    expect(body.item).toMatchObject({ id, price: expect.any(Number), name: expect.any(String) });
    expect(body.item.stock).toBeGreaterThan(900);
  });

  test("search finds items that hold every word, and counts no more than 200", async () => {
    const { body } = await shop.ask("GET /search?q=silk+teapot");
    expect(body.total).toBe(20);
    expect(body.items).toHaveLength(20);
    for (const { name } of body.items) expect(name).toMatch(/silk teapot$/);
    expect((await shop.ask("GET /search?q=teapot")).body.total).toBe(200);
    expect((await shop.ask("GET /search?q=teapot&page=10")).body.items).toHaveLength(20);
    expect((await shop.ask("GET /search?q=zeppelin")).body).toEqual({ items: [], total: 0 });
    expect((await shop.ask("GET /search?q=silk+teapot&page=9")).body).toEqual({ items: [], total: 20 });
  });

  test.each(["/item/2001", "/category/11", "/seckill/64000", "/seckill/63", "/nowhere"])(
    "%s is absent",
    async (path) => {
      expect(await shop.ask(`GET ${path}`)).toMatchObject({ status: 404, body: { status: "absent" } });
    },
  );
});

describe("bad input", () => {
  const item = { itemId: 5 };
  test.each([
    { request: "GET /item/five", says: "the id in the path" },
    { request: "GET /item/1'--", says: "the id in the path" },
    { request: "GET /category/1?page=51", says: "page" },
    { request: "GET /search", says: "q must be" },
    { request: "GET /search?q=%20", says: "q must be" },
    { request: `GET /search?q=${"x".repeat(65)}`, says: "q must be" },
    { request: "GET /cart", says: "x-user" },
    { request: "GET /orders", says: "x-user" },
    { request: "GET /orders?page=11", asked: { user: 1 }, says: "page" },
    { request: "GET /orders/x", asked: { user: 1 }, says: "the id in the path" },
    { request: "POST /cart", asked: { user: 1, body: { ...item, units: 0 } }, says: "units" },
    { request: "POST /cart", asked: { user: 1, body: "{" }, says: "JSON object" },
    { request: "POST /favourite", asked: { user: 1, body: {} }, says: "itemId is missing" },
    { request: "POST /checkout/address", asked: { user: 1, body: { address: "" } }, says: "address" },
    { request: "POST /checkout/delivery", asked: { user: 1, body: { option: "drone" } }, says: "option" },
    { request: "POST /checkout/quote", asked: { user: 1, body: { itemId: "x" } }, says: "itemId" },
    { request: "POST /order", asked: { user: 1, body: item }, says: "Idempotency-Key is missing" },
    { request: "POST /order", asked: { user: 1, key: "b.1", body: { ...item, units: 100 } }, says: "units" },
    { request: "POST /pay", asked: { user: 1, body: {} }, says: "orderId is missing" },
    { request: "POST /admin/item", asked: { body: { ...item, price: 0 } }, says: "price" },
    { request: "POST /seckill/65", asked: { user: 1 }, says: "Idempotency-Key is missing" },
    { request: "POST /seckill/65", asked: { key: "b.2" }, says: "x-user" },
    { request: "GET /seckill/x", says: "the id in the path" },
    { request: "GET /seckill/result/%zz", says: "the key in the path" },
    { request: "POST /audit/sales", asked: { body: { tag: "a.b", strategy: "F9" } }, says: "tag must be" },
    { request: "GET /audit/stocks", says: "tag must be" },
    { request: "GET /audit/orders?tag=a%25", says: "tag must be" },
  ])("$request with $asked is told about $says", async ({ request, asked, says }) => {
    const { status, body } = await shop.ask(request, asked);
    expect(status).toBe(400);
    expect(body.problems.join("; ")).toContain(says);
  });

  test("a wrong method is said to be one", async () => {
    expect((await shop.ask("POST /item/1")).status).toBe(405);
    expect((await shop.ask("GET /pay")).status).toBe(405);
  });

  test("a body without end is refused", async () => {
    const body = { name: "x".repeat(100_000) };
    expect((await shop.ask("POST /admin/item", { body })).status).toBe(413);
  });
});

describe("writing", () => {
  test("cart: the same key adds once, another key adds again, no key adds each time", async () => {
    const add = (key?: string) =>
      shop.ask("POST /cart", { user: 21, body: { itemId: 9, units: 2 }, ...(key && { key }) });
    for (const key of ["c1", "c1", "c2", undefined, undefined]) {
      expect(await add(key)).toMatchObject({ status: 201, body: { status: "ok" } });
    }
    expect((await shop.ask("GET /cart", { user: 21 })).body).toEqual({ lines: [{ itemId: 9, units: 8 }] });
    expect((await shop.ask("POST /cart", { user: 21, body: { itemId: 99_999 } })).status).toBe(404);
  });

  test("a favourite is one however often it is made", async () => {
    for (const key of ["f1", "f1", "f2"]) {
      const reply = await shop.ask("POST /favourite", { user: 22, key, body: { itemId: 9 } });
      expect(reply).toMatchObject({ status: 201, body: { status: "ok" } });
    }
    const rows = await query(databases.first, "SELECT item_id FROM favourites WHERE user_id = 22");
    expect(rows).toEqual([{ item_id: 9 }]);
  });

  test("checkout: address, delivery and quote", async () => {
    const step = (name: string, body: object) => shop.ask(`POST /checkout/${name}`, { user: 23, body });
    expect((await step("address", {})).body).toEqual({
      status: "ok",
      address: "23 West Lake Road, Hangzhou",
    });
    expect((await step("address", { address: "1 New Street" })).body.address).toBe("1 New Street");
    expect((await step("delivery", { option: "express" })).body.delivery).toBe("express");
    const { price } = (await shop.ask("GET /item/8")).body.item;
    expect((await step("quote", { itemId: 8, units: 3 })).body).toMatchObject({
      goods: 3 * price,
      total: 3 * price + 1_000,
    });
    expect((await step("quote", {})).body).toMatchObject({ lines: 0, total: 1_000 });
  });

  test.each([
    { shard: 0, itemId: 30 },
    { shard: 1, itemId: 31 },
  ])(
    "order on shard $shard: a repeated key gives the first order, and its stock goes down once",
    async (row) => {
      const order = { user: 24, key: `o.${row.itemId}`, body: { itemId: row.itemId, units: 3 } };
      const replies = await Promise.all(Array.from({ length: 8 }, () => shop.ask("POST /order", order)));
      const { orderId } = replies[0]!.body;
      expect(orderId % 64).toBe(row.shard);
      for (const reply of replies)
        expect(reply).toMatchObject({ status: 201, body: { status: "accepted", orderId } });
      expect((await shop.ask(`GET /item/${row.itemId}`)).body.item.stock).toBe(997);
      for (const other of [
        { user: 25 },
        { body: { itemId: row.itemId, units: 1 } },
        { body: { itemId: row.itemId + 2, units: 3 } },
      ]) {
        expect((await shop.ask("POST /order", { ...order, ...other })).status).toBe(422);
      }
    },
  );

  test("an order for more than there is is sold out, and takes nothing", async () => {
    await query(databases.first, "UPDATE stocks SET initial = 5, remaining = 5 WHERE item_id = 40");
    const order = (key: string, units: number) =>
      shop.ask("POST /order", { user: 26, key, body: { itemId: 40, units } });
    expect(await order("s.1", 6)).toMatchObject({ status: 409, body: { status: "sold-out" } });
    expect((await order("s.2", 5)).status).toBe(201);
    expect((await order("s.3", 1)).status).toBe(409);
    expect((await order("s.2", 5)).status).toBe(201);
    expect((await shop.ask("POST /order", { user: 26, key: "s.4", body: { itemId: 9_999 } })).status).toBe(
      404,
    );
  });

  test("a user's orders come from every shard, newest first, and are nobody else's", async () => {
    const ids: number[] = [];
    for (let itemId = 50; itemId < 62; itemId++) {
      const { body } = await shop.ask("POST /order", { user: 27, key: `l.${itemId}`, body: { itemId } });
      ids.unshift(body.orderId);
    }
    const first = (await shop.ask("GET /orders", { user: 27 })).body.orders;
    const second = (await shop.ask("GET /orders?page=2", { user: 27 })).body.orders;
    expect([...first, ...second].map(({ orderId }: { orderId: number }) => orderId)).toEqual(ids);
    expect((await shop.ask(`GET /orders/${ids[0]}`, { user: 27 })).body.orders).toEqual([first[0]]);
    expect((await shop.ask(`GET /orders/${ids[0]}`, { user: 28 })).status).toBe(404);
    expect((await shop.ask("GET /orders/63", { user: 27 })).status).toBe(404);
  });

  test("an order is paid once, and only by its owner", async () => {
    const place = (key: string) => shop.ask("POST /order", { user: 29, key, body: { itemId: 71, units: 2 } });
    const [one, other] = [(await place("p.1")).body.orderId, (await place("p.2")).body.orderId];
    const pay = (orderId: number, key?: string, user = 29) =>
      shop.ask("POST /pay", { user, body: { orderId }, ...(key && { key }) });
    for (const key of ["pay1", "pay1", "pay2", undefined]) {
      expect(await pay(one, key)).toMatchObject({ status: 200, body: { status: "paid" } });
    }
    expect((await pay(other, "pay1")).status).toBe(422);
    expect((await pay(other, undefined, 30)).status).toBe(404);
    const { orders } = (await shop.ask("GET /orders", { user: 29 })).body;
    expect(orders.map(({ isPaid }: { isPaid: boolean }) => isPaid)).toEqual([false, true]);
    const [sum] = await query(
      databases.second,
      `SELECT count(*)::int AS n FROM payments WHERE order_id = ${one}`,
    );
    expect(sum).toEqual({ n: 1 });
  });

  test("the shopkeeper changes price and name, and search follows", async () => {
    const change = (body: object) => shop.ask("POST /admin/item", { body });
    expect(await change({ itemId: 80, price: 123, name: "azure zither" })).toMatchObject({ status: 200 });
    expect((await shop.ask("GET /item/80")).body.item).toMatchObject({ price: 123, name: "azure zither" });
    expect((await shop.ask("GET /search?q=zither")).body.items).toEqual([
      { id: 80, price: 123, name: "azure zither" },
    ]);
    expect((await change({ itemId: 9_999, price: 1 })).status).toBe(404);
  });
});

describe("the books", () => {
  test("orders of a tag come from all shards, with attempt numbers and an end line", async () => {
    const order = (key: string, itemId: number, units: number) =>
      shop.ask("POST /order", { user: 31, key, body: { itemId, units } });
    await order("books.0", 90, 1);
    await order("books.7", 91, 2);
    await order("books.x7", 92, 3);
    await order("books2.1", 93, 1);
    const saleId = await shop.openSale({ tag: "books", strategy: "F2", stock: 1 });
    await shop.ask(`POST /seckill/${saleId}`, { user: 32, key: "books.12" });
    const { text } = await shop.ask("GET /audit/orders?tag=books");
    const lines = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.at(-1)).toEqual({ end: true, orders: 4 });
    expect(new Set(lines.slice(0, -1).map(String))).toEqual(
      new Set(
        [
          [0, 31, 0, 1],
          [7, 31, 0, 2],
          [-1, 31, 0, 3],
          [12, 32, saleId, 1],
        ].map(String),
      ),
    );
    expect((await shop.ask("GET /audit/orders?tag=none")).text).toBe('{"end":true,"orders":0}\n');
  });

  test("more orders than one batch are all there, once", async () => {
    await query(
      databases.second,
      `INSERT INTO orders (idem_key, user_id, item_id, units, price)
       SELECT 'many.' || n, 33, 1, 1, 1 FROM generate_series(0, 12344) AS n`,
    );
    const { text } = await shop.ask("GET /audit/orders?tag=many");
    const lines = text.trimEnd().split("\n");
    expect(lines.pop()).toBe('{"end":true,"orders":12345}');
    expect(new Set(lines.map((line) => JSON.parse(line)[0])).size).toBe(12_345);
    await query(databases.second, "DELETE FROM orders WHERE idem_key LIKE 'many.%'");
  });

  test("ordinary stock adds up over both shards: initial = sold + remaining", async () => {
    const stock = await shop.stockOf("anything", 0);
    expect(stock.initial).toBe(size.items * 1_000 - 995);
    expect(stock.sold).toBeGreaterThan(0);
    expect(stock.initial).toBe(stock.sold! + stock.remaining!);
  });

  test("a new sale gets a new id on the shard of its item", async () => {
    const ids = [await open(100), await open(100), await open(101)];
    expect(new Set(ids).size).toBe(3);
    expect(ids.map((id) => id % 64)).toEqual([0, 0, 1]);
    const { body } = await shop.ask("GET /audit/stocks?tag=ids");
    expect(body.stocks).toHaveLength(4);
    expect(body.stocks).toContainEqual({ saleId: ids[2], itemId: 101, initial: 9, remaining: 9, sold: 0 });
    function open(itemId: number) {
      return shop.openSale({ tag: "ids", strategy: "F2", stock: 9, itemId });
    }
  });
});

describe("parts that are on or off", () => {
  const open = (more: Readonly<Record<string, unknown>>) => TestShop.open(configOf(databases, more));
  const catalogOf = (replica: string) => ({
    databases: {
      catalog: { primary: databases.first, replicas: [replica] },
      user: { primary: databases.first, replicas: [] },
      trade: { shards: [databases.first, databases.second] },
    },
  });

  test("the catalog is read from the replica and written to the primary", async () => {
    const replica = await servers.createDatabase("replica");
    await seed({ url: replica, holds: ["catalog"], ...size, shard: 0, shards: 1 });
    await query(replica, "UPDATE items SET name = 'from the replica' WHERE id IN (110, 111)");
    await using split = await open(catalogOf(replica));
    expect((await split.ask("GET /item/110")).body.item.name).toBe("from the replica");
    expect((await split.ask("GET /search?q=replica")).body.total).toBe(2);
    await split.ask("POST /admin/item", { body: { itemId: 110, name: "from the primary" } });
    expect(await query(databases.first, "SELECT name FROM items WHERE id = 110")).toEqual([
      { name: "from the primary" },
    ]);
    expect((await split.ask("GET /item/110")).body.item.name).toBe("from the replica");
  });

  test("the primary stands in for a replica that cannot be reached, and the shop stays healthy", async () => {
    await using split = await open(catalogOf("postgres://bench@127.0.0.1:1/gone"));
    expect((await split.ask("GET /item/111")).status).toBe(200);
    expect((await split.ask("GET /item/112")).status).toBe(200);
    expect((await split.ask("GET /health")).status).toBe(200);
  });

  test("nodes share pages through Redis, and a change drops the page there and here", async () => {
    const more = { redis: servers.redisUrl, ...caches };
    await using one = await (await open(more)).ready();
    await using other = await (await open(more)).ready();
    const price = async (shopNode: TestShop) => (await shopNode.ask("GET /item/120")).body.item.price;
    const first = await price(one);
    await query(databases.first, "UPDATE items SET price = 1 WHERE id = 120");
    expect(await price(other)).toBe(first);
    await one.ask("POST /admin/item", { body: { itemId: 120, price: 2 } });
    expect(await price(one)).toBe(2);
    expect(await price(other)).toBe(first); // Its own memory keeps the page until its time is over.
    const { text } = await other.ask("GET /metrics");
    expect(text).toMatch(/shop_cache_reads_total\{level="shared",result="hit".*\} 1/);
    expect(text).toMatch(/shop_cache_reads_total\{level="local",result="hit".*\} 1/);
  });

  test.each([
    { negativeCaching: true, status: 404 },
    { negativeCaching: false, status: 200 },
  ])(
    "with negative caching $negativeCaching an item that was absent a moment ago is $status",
    async (row) => {
      const id = row.negativeCaching ? 50_001 : 50_002;
      await using cached = await open({
        localCache: caches.localCache,
        negativeCaching: row.negativeCaching,
      });
      expect((await cached.ask(`GET /item/${id}`)).status).toBe(404);
      await query(
        databases.first,
        `INSERT INTO items (id, category_id, name, price, description) VALUES (${id}, 1, 'new', 1, '')`,
      );
      expect((await cached.ask(`GET /item/${id}`)).status).toBe(row.status);
    },
  );

  test("metrics count requests by operation and status, and show the pools", async () => {
    await using counted = await open({});
    await counted.ask("GET /item/1");
    await counted.ask("GET /item/2");
    await counted.ask("GET /item/9999");
    const { text } = await counted.ask("GET /metrics");
    expect(text).toMatch(/shop_requests_total\{operation="detail",status="200".*\} 2/);
    expect(text).toMatch(/shop_requests_total\{operation="detail",status="404".*\} 1/);
    expect(text).toMatch(/shop_request_seconds_count\{.*operation="detail".*\} 3/);
    expect(text).toMatch(/shop_requests_in_flight\{.*\} 0/);
    expect(text.match(/shop_pool_connections\{database=".*",state="idle"/g)).toHaveLength(2);
  });
});
