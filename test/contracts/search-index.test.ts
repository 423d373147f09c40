/** The search engine behind the shop, on a real Groonga fed by a real PostgreSQL: the same answers, lag, loss and return. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sleep } from "../../base/clock.ts";
import { openIndexer } from "../../targets/shop/search/indexer-service.ts";
import type { LagSeen } from "../../targets/shop/search/lag.ts";
import type { Shop as Service } from "../../targets/shop/shop.ts";
import { GroongaServer, groongaCommand } from "../targets/shop/groonga-server.ts";
import { query, type Servers, startServers } from "../targets/shop/servers.ts";
import { configOf, type Databases, seedTwo, size, TestShop } from "../targets/shop/test-shop.ts";

const command = groongaCommand();
const quiet = { info: () => {}, error: () => {} };

describe.skipIf(command === undefined)("search by an engine (skipped where there is no groonga)", () => {
  let servers: Servers;
  let databases: Databases;
  let engine: GroongaServer;
  let indexer: Service;
  let shop: TestShop;
  let bySql: TestShop;

  const startIndexer = () =>
    openIndexer(
      {
        ...{ name: "indexer", host: "127.0.0.1", port: 0 },
        ...{ catalog: databases.first, engine: engine.url, refreshMs: 20 },
      },
      { log: quiet, nowMs: () => performance.now(), epochMs: Date.now, random: Math.random },
    );

  beforeAll(async () => {
    [servers, engine] = await Promise.all([startServers(), GroongaServer.start(command!)]);
    databases = await seedTwo(servers);
    indexer = await startIndexer();
    shop = await (await TestShop.open(configOf(databases, { searchEngine: engine.url }))).ready();
    bySql = await (await TestShop.open(configOf(databases))).ready();
    await untilReady();
  });

  afterAll(async () => {
    await Promise.all([shop, bySql].map((each) => each?.[Symbol.asyncDispose]()));
    await indexer?.close(0);
    await engine?.[Symbol.asyncDispose]();
    await servers?.[Symbol.asyncDispose]();
  });

  const lag = async (): Promise<LagSeen> =>
    (await (await fetch(`http://127.0.0.1:${indexer.port}/lag`)).json()) as LagSeen;

  async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    for (let round = 0; round < 400; round++) {
      if (await isSo()) return;
      await sleep(25);
    }
    throw new Error(`not within 10 s: ${what}; ${JSON.stringify(await lag())}`);
  }

  const untilReady = () =>
    until("the indexer is ready", async () => {
      return (await fetch(`http://127.0.0.1:${indexer.port}/health`)).status === 200;
    });

  const search = (q: string) => shop.ask(`GET /search?q=${encodeURIComponent(q)}`);
  const idsFor = async (q: string): Promise<number[]> => {
    const { status, body } = await search(q);
    return status === 200 ? body.items.map(({ id }: { id: number }) => id) : [];
  };
  const rename = (itemId: number, name: string) => shop.ask("POST /admin/item", { body: { itemId, name } });

  test("the whole catalogue is indexed at the start", async () => {
    expect(await lag()).toMatchObject({ builds: 1, indexedAtBuild: size.items, isStreaming: true });
  });

  test.each([
    "silk teapot",
    "SILK Teapot",
    "teapot silk calm",
    "zeppelin",
    "tea",
    "--",
    "silk OR oak",
    "calm,silk",
  ])("%s finds what the database finds", async (q) => {
    const path = `GET /search?q=${encodeURIComponent(q)}`;
    expect((await shop.ask(path)).body).toEqual((await bySql.ask(path)).body);
  });

  test("no more than 200 matches are counted, and the tenth page is full", async () => {
    expect((await search("teapot")).body.total).toBe(200);
    expect((await shop.ask("GET /search?q=teapot&page=10")).body.items).toHaveLength(20);
  });

  test("a change of the catalogue is found after a moment, and how long it took is told", async () => {
    await rename(11, "紫砂茶壶");
    await until("the new name is found", async () => (await idsFor("紫砂茶壶")).includes(11));
    expect(await idsFor("茶壶")).toEqual([11]);
    expect((await bySql.ask(`GET /search?q=${encodeURIComponent("茶壶")}`)).body.items).toEqual([]);
    // It can be found before the indexer has heard from the engine that it is in.
    await until("nothing waits", async () => {
      const { lastLagMs, waitingChanges } = await lag();
      return lastLagMs !== null && waitingChanges === 0;
    });
    const { lastLagMs } = await lag();
    expect(lastLagMs).toBeGreaterThanOrEqual(0);
    expect(lastLagMs).toBeLessThan(10_000);
  });

  test("items that are added and removed come and go", async () => {
    await query(databases.first, "INSERT INTO items VALUES (90001, 1, 'zeppelin', 5, '')");
    await until("the new item is found", async () => (await idsFor("zeppelin")).includes(90_001));
    await query(databases.first, "DELETE FROM items WHERE id = 90001");
    await until("the item is gone", async () => (await idsFor("zeppelin")).length === 0);
  });

  test("what was rolled back is never found", async () => {
    await query(databases.first, "BEGIN; UPDATE items SET name = 'phantom' WHERE id = 12; ROLLBACK");
    await rename(13, "witness");
    await until("what came after is found", async () => (await idsFor("witness")).includes(13));
    expect(await idsFor("phantom")).toEqual([]);
  });

  test("while the indexer is away the index is old; when it is back nothing is missing, and nothing built anew", async () => {
    await indexer.close(0);
    await Promise.all(Array.from({ length: 150 }, (_, at) => rename(200 + at, `meanwhile ${at}`)));
    expect(await idsFor("meanwhile")).toEqual([]);
    indexer = await startIndexer();
    await until("all changes are found", async () => (await search("meanwhile")).body.total === 150);
    expect((await lag()).builds).toBe(0);
  });

  test("without the engine only search says busy", async () => {
    await engine.kill();
    expect(await search("silk")).toMatchObject({ status: 503, body: { status: "busy" } });
    expect((await shop.ask("GET /item/5")).status).toBe(200);
    expect((await shop.ask("GET /health")).status).toBe(200);
    await rename(14, "changed in the dark");
  });

  test("an engine that comes back is given a new index, with what changed while it was gone", async () => {
    await engine.start();
    await until("the change is found", async () => (await idsFor("dark")).includes(14));
    await untilReady();
    expect(await lag()).toMatchObject({ builds: 1, indexedAtBuild: size.items });
    expect((await search("meanwhile")).body.total).toBe(150);
  });

  test("changes that the server had to throw away lead to a new index", async () => {
    await indexer.close(0);
    await query(databases.first, "SELECT pg_drop_replication_slot('search_indexer')");
    await rename(15, "lost in the stream");
    indexer = await startIndexer();
    await until("the change is found all the same", async () => (await idsFor("stream")).includes(15));
  });
});
