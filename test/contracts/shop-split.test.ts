/** What becomes of pages, payments and reports when the data is split by business, over shards, by month and by user. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { salesStatement } from "../../targets/shop/data/foreign-tables.ts";
import { seed } from "../../targets/shop/seed/seed.ts";
import { query, type Servers, startServers } from "../targets/shop/servers.ts";
import { caches, configOf, type Databases, seedTwo, size, TestShop } from "../targets/shop/test-shop.ts";

let servers: Servers;
let databases: Databases;

beforeAll(async () => {
  servers = await startServers();
  databases = await seedTwo(servers);
});

afterAll(async () => {
  await servers?.[Symbol.asyncDispose]();
});

describe("past orders", () => {
  test("are the same page by one join and by questions to three databases", async () => {
    const one = await servers.createDatabase("everything");
    await seed({ url: one, holds: ["catalog", "user", "trade"], ...size, shard: 0, shards: 1 });
    // Another address of the same database: the shop takes it for another database.
    const other = (name: string) => `${one}?application_name=${name}`;
    const split = {
      catalog: { primary: other("catalog") },
      user: { primary: other("user") },
      trade: { shards: [one] },
    };
    const whole = { catalog: { primary: one }, user: { primary: one }, trade: { shards: [one] } };
    await using joining = await TestShop.open(configOf(databases, { databases: whole }));
    await using asking = await TestShop.open(configOf(databases, { databases: split }));
    for (let itemId = 1; itemId <= 12; itemId++)
      await joining.ask("POST /order", { user: 9, key: `h.${itemId}`, body: { itemId, units: 2 } });
    const [newest] = (await joining.ask("GET /orders", { user: 9 })).body.orders;
    await joining.ask("POST /pay", { user: 9, body: { orderId: newest.orderId } });
    // The catalogue no longer has it; the order stands.
    await query(one, "DELETE FROM items WHERE id = 11");

    for (const page of [1, 2, 3]) {
      const [joined, asked] = await Promise.all(
        [joining, asking].map((shop) => shop.ask(`GET /orders/history?page=${page}`, { user: 9 })),
      );
      expect(joined!.status).toBe(200);
      expect(asked!.body).toEqual(joined!.body);
    }
    const { user, orders } = (await asking.ask("GET /orders/history", { user: 9 })).body;
    expect(user).toEqual({ id: 9, name: "shopper 9" });
    expect(orders).toHaveLength(10);
    expect(orders[0]).toEqual({ ...newest, isPaid: true, itemName: expect.stringMatching(/^\w+ \w+ \w+$/) });
    expect(orders[1]).toMatchObject({ itemId: 11, itemName: null });
    for (const shop of [joining, asking])
      expect((await shop.ask("GET /orders/history", { user: 100_000 })).status).toBe(404);

    const questions = async (shop: TestShop) => {
      const { text } = await shop.ask("GET /metrics");
      const names = [...text.matchAll(/shop_statements_total\{[^}]*statement="(\w+)"/g)];
      return new Set(names.map(([, name]) => name));
    };
    expect([...(await questions(asking))].sort()).toEqual(["names_of_items", "orders_of", "user_name"]);
    expect((await questions(joining)).has("history")).toBe(true);
  });
});

describe("payments by month and by user", () => {
  let url: string;
  let shop: TestShop;

  beforeAll(async () => {
    url = await servers.createDatabase("payments");
    const payments = "by-month-and-user";
    await seed({ url, holds: ["catalog", "user", "trade"], ...size, shard: 0, shards: 1, payments });
    const whole = { catalog: { primary: url }, user: { primary: url }, trade: { shards: [url] } };
    shop = await TestShop.open(configOf(databases, { databases: whole }));
  });
  afterAll(() => shop?.[Symbol.asyncDispose]());

  const order = async (user: number, key: string) =>
    (await shop.ask("POST /order", { user, key, body: { itemId: 5 } })).body.orderId as number;
  const pay = (user: number, orderId: number, key?: string) =>
    shop.ask("POST /pay", { user, body: { orderId }, ...(key !== undefined && { key }) });
  const partsOf = (where: string) =>
    query<{ part: string; user: number }>(
      url,
      `SELECT tableoid::regclass::text AS part, user_id AS user FROM payments WHERE ${where} ORDER BY user_id`,
    );

  test("lie in this month's parts, spread by user, and are found again", async () => {
    for (let user = 1; user <= 16; user++) {
      const orderId = await order(user, `m.${user}`);
      expect((await pay(user, orderId)).body).toEqual({ status: "paid" });
      expect((await shop.ask(`GET /orders/${orderId}`, { user })).body.orders[0].isPaid).toBe(true);
    }
    const parts = await partsOf("user_id <= 16");
    const [first] = await query<{ month: string }>(
      url,
      "SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY_MM') AS month",
    );
    expect(parts).toHaveLength(16);
    for (const { part } of parts) expect(part).toMatch(new RegExp(`^payments_${first!.month}_[0-3]$`));
    expect(new Set(parts.map(({ part }) => part)).size).toBeGreaterThan(2);
  });

  test("of an order from long ago have a place too", async () => {
    const orderId = await order(21, "old.1");
    await query(url, `UPDATE orders SET created_at = '2020-01-15' WHERE id = ${orderId}`);
    await pay(21, orderId);
    expect(await partsOf("user_id = 21")).toEqual([{ part: "payments_other", user: 21 }]);
    expect((await shop.ask("GET /orders", { user: 21 })).body.orders[0].isPaid).toBe(true);
  });

  test("are made once, however many ask at the same instant with the same key", async () => {
    const orderId = await order(22, "once.1");
    const replies = await Promise.all(Array.from({ length: 8 }, () => pay(22, orderId, "once")));
    for (const { body } of replies) expect(body).toEqual({ status: "paid" });
    expect(await partsOf("user_id = 22")).toHaveLength(1);
  });

  test("of two orders at the same instant with one key: one is paid, the other is told", async () => {
    const ids = [await order(23, "two.1"), await order(23, "two.2")];
    const replies = await Promise.all(ids.map((id) => pay(23, id, "both")));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 422]);
    expect(await partsOf("user_id = 23")).toHaveLength(1);
  });
});

describe("the report", () => {
  let report: string;
  const three = () => ({
    catalog: { primary: databases.first },
    user: { primary: databases.first },
    trade: { shards: [databases.first, databases.second] },
  });
  const openGathering = () => TestShop.open(configOf(databases));
  const openAsking = () => TestShop.open(configOf(databases, { databases: { ...three(), report } }));

  beforeAll(async () => {
    report = await servers.createDatabase("report");
    await seed({ url: report, holds: ["report"], ...size, shard: 0, shards: 1 });
    for (const [shard, url] of [databases.first, databases.second].entries()) {
      await query(
        url,
        `INSERT INTO orders (idem_key, user_id, item_id, units, price, created_at)
         SELECT 'report.' || n, n, 2 * (1 + n % 40) + ${shard}, 1 + n % 3, 100 * n,
           (now() AT TIME ZONE 'UTC')::date AT TIME ZONE 'UTC' - n % 4 * interval '1 day' + interval '1 minute'
         FROM generate_series(1, 500) AS n`,
      );
    }
  });

  test("says the same whether the node makes it or the shop gathers it", async () => {
    await using gathering = await openGathering();
    await using asking = await openAsking();
    const [gathered, asked] = await Promise.all(
      [gathering, asking].map(async (shop) => (await shop.ask("GET /admin/report?days=3")).body),
    );
    expect(gathered.madeBy).toBe("shop");
    expect(asked.madeBy).toBe("report-node");
    expect(asked.lines).toEqual(gathered.lines);
    // 1000 orders on four days; three of them are asked for.
    const sum = (of: string) =>
      asked.lines.reduce((total: number, line: Record<string, number>) => total + line[of]!, 0);
    expect(sum("orders")).toBe(750);
    expect(new Set(asked.lines.map(({ day }: { day: string }) => day)).size).toBe(3);
    const rows = await Promise.all(
      [databases.first, databases.second].map((url) =>
        query<{ amount: string }>(
          url,
          `SELECT sum(units * price) AS amount FROM orders
           WHERE created_at >= (now() AT TIME ZONE 'UTC')::date AT TIME ZONE 'UTC' - interval '2 days'`,
        ),
      ),
    );
    expect(sum("amount")).toBe(rows.flat().reduce((total, { amount }) => total + Number(amount), 0));
  });

  test("is set up once when several shops ask at the same time", async () => {
    const other = await servers.createDatabase("report_of_many");
    await seed({ url: other, holds: ["report"], ...size, shard: 0, shards: 1 });
    const shops = await Promise.all(
      [1, 2, 3].map(() => TestShop.open(configOf(databases, { databases: { ...three(), report: other } }))),
    );
    const replies = await Promise.all(shops.map((shop) => shop.ask("GET /admin/report")));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    await Promise.all(shops.map((shop) => shop[Symbol.asyncDispose]()));
  });

  test("is added up on the shards, all at the same time: only sums travel", async () => {
    const text = salesStatement(2).text.replace("$1", "'2020-01-01'");
    const plan = await query<Record<string, string>>(report, `EXPLAIN (VERBOSE, COSTS OFF) ${text}`);
    const lines = plan.map((row) => Object.values(row)[0]!);
    const remote = lines.filter((line) => line.includes("Remote SQL"));
    expect(remote).toHaveLength(2);
    for (const line of remote) expect(line).toMatch(/sum\(units\).*GROUP BY/);
    expect(lines.filter((line) => line.includes("Async Foreign Scan"))).toHaveLength(2);
  });

  test("learns the category of an item that is newer than the node's copy", async () => {
    await query(
      databases.first,
      "INSERT INTO items (id, category_id, name, price, description) VALUES (9002, 7, 'new', 1, '')",
    );
    await query(
      databases.first,
      "INSERT INTO orders (idem_key, user_id, item_id, units, price) VALUES ('n.1', 1, 9002, 1, 77)",
    );
    await using asking = await openAsking();
    const { lines } = (await asking.ask("GET /admin/report?days=1")).body;
    expect(lines.some(({ categoryId }: { categoryId: number | null }) => categoryId === null)).toBe(false);
  });

  test("is not made for a number of days that makes no sense", async () => {
    await using gathering = await openGathering();
    expect((await gathering.ask("GET /admin/report?days=0")).status).toBe(400);
    expect((await gathering.ask("GET /admin/report?days=400")).status).toBe(400);
  });
});

describe("reads that get through the caches are counted", () => {
  test.each([
    { guards: "off", remembers: false, reads: 20 },
    { guards: "on", remembers: true, reads: 1 },
  ])("twenty questions for an item that is not there, guards $guards: $reads reads", async (row) => {
    const more = {
      redis: servers.redisUrl,
      ...caches,
      negativeCaching: row.remembers,
      singleFlight: row.remembers,
    };
    await using shop = await (await TestShop.open(configOf(databases, more))).ready();
    for (let asked = 0; asked < 20; asked++) await shop.ask(`GET /item/${row.remembers ? 70_001 : 70_002}`);
    const { text } = await shop.ask("GET /metrics");
    const count = (pattern: RegExp) => Number(pattern.exec(text)?.[1] ?? 0);
    expect(count(/shop_statements_total\{[^}]*statement="item"[^}]*\} (\d+)/)).toBe(row.reads);
    expect(count(/shop_cache_reads_total\{level="local",result="absent"[^}]*\} (\d+)/)).toBe(20 - row.reads);
  });
});
