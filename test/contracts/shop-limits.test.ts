/** What the shop does when it is too much, when stores are away, and when it is told to go. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sleep } from "../../base/clock.ts";
import { Database } from "../../targets/shop/data/database.ts";
import { NotDone } from "../../targets/shop/data/not-done.ts";
import { query, type Servers, startServers } from "../targets/shop/servers.ts";
import { caches, configOf, type Databases, seedTwo, size, TestShop } from "../targets/shop/test-shop.ts";

const busy = { status: 503, body: { status: "busy" } };
const nowhere = "127.0.0.1:1";

let servers: Servers;
let databases: Databases;

beforeAll(async () => {
  servers = await startServers();
  databases = await seedTwo(servers);
});

afterAll(async () => {
  await servers?.[Symbol.asyncDispose]();
});

/** Holds the stock row of an item while `during` runs. */
async function locking<T>(itemId: number, during: () => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: itemId % 2 === 0 ? databases.first : databases.second });
  await client.connect();
  try {
    await client.query("BEGIN");
    await client.query("UPDATE stocks SET remaining = remaining WHERE item_id = $1", [itemId]);
    return await during();
  } finally {
    await client.query("ROLLBACK");
    await client.end();
  }
}

async function untilInFlight(shop: TestShop, count: number): Promise<void> {
  for (let round = 0; round < 200; round++) {
    const { text } = await shop.ask("GET /metrics");
    if (new RegExp(`shop_requests_in_flight\\{.*\\} ${count}\n`).test(text)) return;
    await sleep(10);
  }
  throw new Error(`never ${count} requests in flight`);
}

const order = (shop: TestShop, key: string, itemId: number) =>
  shop.ask("POST /order", { user: 1, key, body: { itemId } });

describe("too much", () => {
  test("above the limit on requests in hand shoppers are shed, health is not, and nothing was done", async () => {
    await using shop = await TestShop.open(configOf(databases, { inFlightLimit: 1 }));
    const held = await locking(3, async () => {
      const first = order(shop, "limit.1", 3);
      await untilInFlight(shop, 1);
      expect(await order(shop, "limit.2", 4)).toMatchObject(busy);
      expect((await shop.ask("GET /health")).status).toBe(200);
      return [first];
    });
    expect((await held[0])!.status).toBe(201);
    expect((await shop.ask("GET /audit/orders?tag=limit")).text).toContain('"orders":1');
    expect((await order(shop, "limit.2", 4)).status).toBe(201);
  });

  test("with every connection in use the next waits for its limit and is shed; the node stays healthy while others are answered", async () => {
    const pools = { max: 1, connectTimeoutMs: 100, statementTimeoutMs: 5_000 };
    await using shop = await TestShop.open(configOf(databases, { pools }));
    await order(shop, "pool.0", 5);
    const held = await locking(5, async () => {
      const first = order(shop, "pool.1", 5);
      await expect
        .poll(() => query(databases.second, "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'"))
        .toHaveLength(1);
      expect(await order(shop, "pool.2", 7)).toMatchObject(busy);
      expect((await shop.ask("GET /health")).status).toBe(200);
      return [first];
    });
    expect((await held[0])!.status).toBe(201);
    expect((await shop.ask("GET /audit/orders?tag=pool")).text).toContain('"orders":2');
  });

  test("a statement that takes too long is undone by the server and shed", async () => {
    const pools = { max: 4, connectTimeoutMs: 1_000, statementTimeoutMs: 100 };
    await using shop = await TestShop.open(configOf(databases, { pools }));
    expect(await locking(9, () => order(shop, "slow.1", 9))).toMatchObject(busy);
    expect((await shop.ask("GET /audit/orders?tag=slow")).text).toBe('{"end":true,"orders":0}\n');
    expect((await order(shop, "slow.1", 9)).status).toBe(201);
  });

  test("a caller who leaves in the middle of a body gives the place back", async () => {
    await using shop = await TestShop.open(configOf(databases, { inFlightLimit: 1 }));
    const socket = connect(Number(new URL(shop.origin).port), "127.0.0.1");
    socket.write("POST /order HTTP/1.1\r\nhost: shop\r\nx-user: 1\r\ncontent-length: 100\r\n\r\n{");
    await untilInFlight(shop, 1);
    socket.destroy();
    await untilInFlight(shop, 0);
    expect((await shop.ask("GET /item/1")).status).toBe(200);
  });
});

describe("stores that are away", () => {
  test("health names the stores that do not answer; writes that reach nobody are busy, not unknown", async () => {
    const config = configOf({ first: databases.first, second: `postgres://bench@${nowhere}/gone` });
    await using shop = await TestShop.open({ ...config, redis: `redis://${nowhere}` });
    const { status, body } = await shop.ask("GET /health");
    expect(status).toBe(503);
    expect(body).toEqual({ status: "unwell", silent: [`database ${nowhere}/gone`, "redis"] });
    expect((await shop.ask("GET /item/2")).status).toBe(200);
    expect(await shop.ask("GET /item/3")).toMatchObject(busy);
    expect((await shop.ask("GET /cart", { user: 1 })).status).toBe(200);
  });

  test("a connection that breaks under a read is replaced, and a server that keeps silent is busy: by reading nothing is done", async () => {
    const pools = { max: 1, connectTimeoutMs: 2_000, statementTimeoutMs: 200 };
    await using shop = await TestShop.open(configOf(databases, { pools }));
    const backendOf = async () => {
      const [row] = await query<{ pid: number }>(
        databases.first,
        "SELECT pid FROM pg_stat_activity WHERE query LIKE '%FROM featured%' AND pid <> pg_backend_pid()",
      );
      return row!.pid;
    };
    expect((await shop.ask("GET /")).status).toBe(200);
    const broken = await backendOf();
    process.kill(broken, "SIGSTOP");
    const asked = shop.ask("GET /");
    await untilInFlight(shop, 1);
    await query(databases.first, `SELECT pg_terminate_backend(${broken})`);
    process.kill(broken, "SIGCONT");
    expect((await asked).status).toBe(200);

    const silent = await backendOf();
    process.kill(silent, "SIGSTOP");
    try {
      expect(await shop.ask("GET /")).toMatchObject(busy);
    } finally {
      process.kill(silent, "SIGCONT");
    }
    expect((await shop.ask("GET /")).status).toBe(200);
  });

  test("pages come from the database while Redis is away, and F8, which needs it, sells nothing", async () => {
    const more = { redis: servers.redisUrl, sharedCache: caches.sharedCache };
    await using shop = await (await TestShop.open(configOf(databases, more))).ready();
    const saleId = await shop.openSale({ tag: "away", strategy: "F8", stock: 5 });
    servers.redis.kill("SIGKILL");
    await untilUnwell(shop);
    expect((await shop.ask("GET /item/77")).status).toBe(200);
    expect((await shop.ask(`GET /seckill/${saleId}`)).body.sale.stock).toBe(5);
    expect(await shop.ask(`POST /seckill/${saleId}`, { user: 1, key: "away.1" })).toMatchObject(busy);
    expect((await shop.ask("GET /seckill/result/away.1")).body).toEqual({ status: "none" });
    expect((await shop.ask("GET /audit/orders?tag=away")).text).toBe('{"end":true,"orders":0}\n');
    expect((await shop.ask("GET /audit/stocks?tag=away")).status).toBe(500);
  });
});

describe("a connection of a database that breaks", () => {
  const limits = { max: 2, connectTimeoutMs: 1_000, statementTimeoutMs: 1_000 };
  const silent = { info() {}, error() {} };
  const ownPid = { name: "own_pid", text: "SELECT pg_backend_pid() AS pid" };
  const isThere = async (pid: number) =>
    (await query(databases.first, `SELECT 1 FROM pg_stat_activity WHERE pid = ${pid}`)).length > 0;

  test("between two statements of one transaction is told by the second, and ends nothing else", async () => {
    const database = new Database(databases.first, limits, silent, () => performance.now());
    const broken = database.transaction(async ({ run }) => {
      const [{ pid } = { pid: 0 }] = await run<{ pid: number }>(ownPid);
      await query(databases.first, `SELECT pg_terminate_backend(${pid})`);
      for (let round = 0; round < 200 && (await isThere(pid)); round++) await sleep(10);
      // The socket's end comes a moment after the server's.
      await sleep(50);
      return run(ownPid);
    });
    await expect(broken).rejects.toThrow(NotDone);
    expect(await database.run(ownPid)).toHaveLength(1);
    await database.close();
  });
});

describe("as a process", () => {
  const main = ["--import", "tsx", "targets/shop/main.ts"];
  const run = async (...words: string[]) => {
    const child = spawn(process.execPath, [...main, ...words], { stdio: ["ignore", "pipe", "pipe"] });
    const said = { out: "", err: "" };
    child.stdout.on("data", (chunk) => (said.out += chunk));
    child.stderr.on("data", (chunk) => (said.err += chunk));
    return { code: await exitOf(child), ...said };
  };

  test("it says where it listens, serves, finishes what is in hand at SIGTERM, and exits 0 within two seconds", async () => {
    const folder = await mkdtemp(join(tmpdir(), "shop-process-"));
    const path = join(folder, "shop.json");
    await writeFile(path, JSON.stringify(configOf(databases)));
    const child = spawn(process.execPath, [...main, "serve", "--config", path], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    try {
      const port = await portOf(child);
      const ask = (key: string, itemId: number) =>
        fetch(`http://127.0.0.1:${port}/order`, {
          method: "POST",
          headers: { "x-user": "1", "idempotency-key": key },
          body: JSON.stringify({ itemId }),
        });
      expect((await ask("process.1", 11)).status).toBe(201);
      const held = await locking(11, async () => {
        const slow = ask("process.2", 11);
        await untilLockWaited();
        child.kill("SIGTERM");
        return [slow];
      });
      const startedAtMs = Date.now();
      expect((await held[0])!.status).toBe(201);
      expect(await exitOf(child)).toBe(0);
      expect(Date.now() - startedAtMs).toBeLessThan(2_000);
    } finally {
      child.kill("SIGKILL");
      await rm(folder, { recursive: true });
    }
  });

  test("seeding fills an empty database from the command line, and refuses one that is not empty", async () => {
    const url = await servers.createDatabase("seeded");
    const sizes = ["--items", "200", "--categories", "5", "--users", "20"];
    const words = ["seed", "--url", url, "--holds", "catalog,user,trade", ...sizes, "--shard", "1/4"];
    expect(await run(...words)).toEqual({ code: 0, out: "", err: "" });
    const [counts] = await query(
      url,
      `SELECT (SELECT count(*)::int FROM items) AS items, (SELECT count(*)::int FROM users) AS users,
        (SELECT count(*)::int FROM stocks) AS stocks, (SELECT count(*)::int FROM stocks WHERE item_id % 4 = 1) AS mine`,
    );
    expect(counts).toEqual({ items: 200, users: 20, stocks: 50, mine: 50 });
    const again = await run(...words);
    expect(again.code).toBe(1);
    expect(again.err).toContain("already exists");
  });

  test("the same size gives the same rows", async () => {
    const url = await servers.createDatabase("twin");
    await run(
      "seed",
      "--url",
      url,
      "--holds",
      "catalog",
      "--items",
      "2000",
      "--categories",
      "10",
      "--users",
      "1",
    );
    const digest = "SELECT md5(string_agg(i::text, '' ORDER BY id)) AS digest FROM items i WHERE id <= 2000";
    expect(size.items).toBe(2_000);
    expect(await query(url, digest)).toEqual(await query(databases.first, digest));
  });

  test("the seed digest is one line; words that make no sense are usage errors", async () => {
    expect(await run("seed-digest")).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^[0-9a-f]{16}\n$/),
    });
    const { code, err } = await run("serv");
    expect(code).toBe(2);
    expect(err).toContain('unknown command "serv"');
    expect(err).not.toContain("    at ");
  });
});

async function untilUnwell(shop: TestShop): Promise<void> {
  for (let round = 0; round < 200; round++) {
    if ((await shop.ask("GET /health")).status === 503) return;
    await sleep(10);
  }
  throw new Error("the shop did not notice");
}

async function untilLockWaited(): Promise<void> {
  for (let round = 0; round < 200; round++) {
    const waiting = await query(
      databases.second,
      "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'",
    );
    if (waiting.length > 0) return;
    await sleep(10);
  }
  throw new Error("nothing came to wait for the lock");
}

const exitOf = (child: ChildProcess) =>
  new Promise<number | null>((resolve) => {
    if (child.exitCode !== null) resolve(child.exitCode);
    else child.once("close", resolve);
  });

/** The port of the line "listening". */
function portOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let lines = "";
    child.once("close", () => reject(new Error(`it ended before it listened: ${lines}`)));
    child.stderr?.on("data", (chunk) => {
      lines += chunk;
      const found = /"event":"listening".*"port":(\d+)/.exec(lines);
      if (found) resolve(Number(found[1]));
    });
  });
}
