/** F9 over a real queue: what all ways of selling owe, and what becomes of a promise when one of those involved is lost. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jetstream } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { Redis } from "ioredis";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { sleep } from "../../base/clock.ts";
import { shopProgram } from "../../targets/launch/shop-program.ts";
import { parseWorkerConfig } from "../../targets/shop/queue/worker-config.ts";
import { openOrderWorker } from "../../targets/shop/queue/worker-service.ts";
import { NatsServer, natsCommand } from "../targets/shop/nats-server.ts";
import { query, type Servers, startServers } from "../targets/shop/servers.ts";
import {
  caches,
  configOf,
  type Databases,
  type Reply,
  seedTwo,
  TestShop,
} from "../targets/shop/test-shop.ts";

const command = natsCommand();
const quiet = { info: () => {}, error: () => {} };

describe.skipIf(command === undefined)(
  "selling through a queue (skipped where there is no nats-server)",
  () => {
    let servers: Servers;
    let databases: Databases;
    let nats: NatsServer;
    let redis: Redis;
    let nodes: TestShop[];
    let worker: { readonly port: number; close(limitMs: number): Promise<void> } | undefined;

    beforeAll(async () => {
      [servers, nats] = await Promise.all([startServers(), NatsServer.start(command!)]);
      databases = await seedTwo(servers);
      redis = new Redis(servers.redisUrl);
      nodes = await Promise.all(
        ["shop-1", "shop-2"].map(async (name) => {
          const more = { name, redis: servers.redisUrl, ...caches, queue: nats.address };
          return (await TestShop.open(configOf(databases, more))).ready();
        }),
      );
      await untilConnected(1);
      await startWorker();
    });

    afterAll(async () => {
      await stopWorker();
      await Promise.all(nodes?.map((node) => node[Symbol.asyncDispose]()) ?? []);
      redis?.disconnect();
      await nats?.[Symbol.asyncDispose]();
      await servers?.[Symbol.asyncDispose]();
    });

    /** Whatever a test has done, the next one begins with a worker. */
    afterEach(startWorker);

    const workerConfig = (port = 0) => ({
      ...{ name: "order-worker", host: "127.0.0.1", port, queue: nats.address, counters: servers.redisUrl },
      shards: [databases.first, databases.second],
      pools: { max: 4, connectTimeoutMs: 1_000, statementTimeoutMs: 2_000 },
      ...{ maxInFlight: 8, maxDeliveries: 3, ackWaitMs: 600 },
    });

    async function startWorker(): Promise<void> {
      if (worker) return;
      const config = parseWorkerConfig(JSON.stringify(workerConfig()));
      worker = await openOrderWorker(config, {
        ...{ log: quiet, nowMs: () => performance.now(), epochMs: Date.now, random: Math.random },
      });
    }

    async function stopWorker(): Promise<void> {
      await worker?.close(0);
      worker = undefined;
    }

    async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
      for (let round = 0; round < 600; round++) {
        if (await isSo()) return;
        await sleep(25);
      }
      throw new Error(`not within 15 s: ${what}`);
    }

    const untilConnected = (connected: 0 | 1) =>
      until(`the queue is ${connected === 1 ? "" : "not "}connected`, async () => {
        const told = await Promise.all(nodes.map((node) => node.ask("GET /metrics")));
        return told.every(({ text }) =>
          new RegExp(`shop_queue_connected\\{.*\\} ${connected}\\n`).test(text),
        );
      });

    const buy = (saleId: number, user: number, key: string, node = 0) =>
      nodes[node]!.ask(`POST /seckill/${saleId}`, { user, key });
    const rush = (saleId: number, tag: string, users: readonly number[]) =>
      Promise.all(users.map((user, n) => buy(saleId, user, `${tag}.${n}`, n % 2)));
    const users = (count: number, from = 1) => Array.from({ length: count }, (_, n) => from + n);
    const counted = (replies: readonly Reply[], status: number) =>
      replies.filter((reply) => reply.status === status).length;
    const result = async (key: string, saleId: number) =>
      (await nodes[1]!.ask(`GET /seckill/result/${key}?saleId=${saleId}`)).body;
    const open = (tag: string, stock: number, more: { itemId?: number; perUserLimit?: number } = {}) =>
      nodes[0]!.openSale({ tag, strategy: "F9", stock, ...more });
    /** Waits until the queue holds nothing of the sale, as every reader of the books does. */
    const stockOf = (tag: string, saleId: number) => nodes[1]!.stockOf(tag, saleId);
    const agreed = (initial: number, sold: number) => ({
      ...{ initial, sold, remaining: initial - sold, cacheRemaining: initial - sold },
    });
    const askWorker = async (path: string) => (await fetch(`http://127.0.0.1:${worker!.port}${path}`)).text();
    const counters = async () => JSON.parse(await askWorker("/queue")) as Record<string, number>;

    describe("what all owe", () => {
      test.each([
        { shard: 0, itemId: 4 },
        { shard: 1, itemId: 5 },
      ])(
        "of 150 buyers 20 are promised a unit on shard $shard, and all 20 have it in the end",
        async (row) => {
          const tag = `rush${row.shard}`;
          const saleId = await open(tag, 20, { itemId: row.itemId });
          const replies = await rush(saleId, tag, users(150));
          expect([counted(replies, 202), counted(replies, 409)]).toEqual([20, 130]);
          expect(await stockOf(tag, saleId)).toMatchObject(agreed(20, 20));
          const results = await Promise.all(
            replies.map(
              async ({ status }, n) => [status, (await result(`${tag}.${n}`, saleId)).status] as const,
            ),
          );
          for (const [status, told] of results) expect(told).toBe(status === 202 ? "accepted" : "none");
          const { text } = await nodes[1]!.ask(`GET /audit/orders?tag=${tag}`);
          expect(text.trimEnd().split("\n").at(-1)).toBe('{"end":true,"orders":20}');
        },
      );

      test("a key repeated thirty times at once, on both nodes, is one order", async () => {
        const saleId = await open("again", 40, { perUserLimit: 9 });
        const replies = await Promise.all(
          Array.from({ length: 30 }, (_, n) => buy(saleId, 8, "again.1", n % 2)),
        );
        expect(replies.filter(({ status }) => status !== 202 && status !== 201)).toEqual([]);
        expect(await stockOf("again", saleId)).toMatchObject(agreed(40, 1));
        const { orderId } = await result("again.1", saleId);
        const later = await buy(saleId, 8, "again.1");
        expect([later.status, later.body]).toEqual([201, { status: "accepted", orderId }]);
        expect((await buy(saleId, 9, "again.1")).status).toBe(422);
      });

      test("one shopper with twenty hands gets the limit", async () => {
        const saleId = await open("limit", 40, { perUserLimit: 3 });
        const replies = await rush(
          saleId,
          "limit",
          Array.from({ length: 20 }, () => 7),
        );
        expect([counted(replies, 202), counted(replies, 403)]).toEqual([3, 17]);
        expect(await stockOf("limit", saleId)).toMatchObject(agreed(40, 3));
      });
    });

    test("without a worker promises wait, and whoever asks is told so; one that comes writes them all", async () => {
      await stopWorker();
      const saleId = await open("wait", 5);
      const replies = await rush(saleId, "wait", users(5));
      expect(counted(replies, 202)).toBe(5);
      expect(await result("wait.3", saleId)).toEqual({ status: "pending" });
      expect(await query(databases.second, `SELECT 1 FROM orders WHERE sale_id = ${saleId}`)).toEqual([]);
      await startWorker();
      expect(await stockOf("wait", saleId)).toMatchObject(agreed(5, 5));
      expect((await result("wait.3", saleId)).status).toBe("accepted");
      expect(await counters()).toMatchObject({ depth: 0, oldestMs: 0, written: 5 });
    });

    test("a worker killed in the middle of writing: another has the promises delivered again, and each is written once", async () => {
      await stopWorker();
      const saleId = await open("killed", 20);
      expect(counted(await rush(saleId, "killed", users(20)), 202)).toBe(20);
      await using row = await lockedRow(saleId);
      await using process = await startProcess();
      await until("the worker waits for the row", async () => (await waitingForLocks()) >= 1);
      await process.kill();
      await startWorker();
      await row[Symbol.asyncDispose]();
      expect(await stockOf("killed", saleId)).toMatchObject(agreed(20, 20));
      const { written = 0, again = 0, redelivered } = await counters();
      // What the dead one had sent to the database may have been done all the same.
      expect(written + again).toBe(20);
      expect(redelivered).toBeGreaterThanOrEqual(1);
    });

    test("promises for a shard that is held up wait, and those for another are written", async () => {
      const held = await open("held", 10);
      await using row = await lockedRow(held);
      expect(counted(await rush(held, "held", users(10)), 202)).toBe(10);
      const other = await open("other", 5, { itemId: 4 });
      expect(counted(await rush(other, "other", users(5)), 202)).toBe(5);
      expect(await stockOf("other", other)).toMatchObject(agreed(5, 5));
      expect(await result("held.1", held)).toEqual({ status: "pending" });
      await row[Symbol.asyncDispose]();
      expect(await stockOf("held", held)).toMatchObject(agreed(10, 10));
    });

    test("while the queue is down nobody is promised anything, reservations go back, and what was promised is kept", async () => {
      await stopWorker();
      const saleId = await open("down", 10);
      expect(counted(await rush(saleId, "down", users(3)), 202)).toBe(3);
      await nats.kill();
      await untilConnected(0);
      expect(counted(await rush(saleId, "down.no", users(6, 100)), 503)).toBe(6);
      expect(await redis.get(`sale:${saleId}:stock`)).toBe("7");
      expect(await result("down.1", saleId)).toEqual({ status: "pending" });
      await nats.start();
      await untilConnected(1);
      await startWorker();
      expect(await stockOf("down", saleId)).toMatchObject(agreed(10, 3));
      expect((await buy(saleId, 100, "down.no.0")).status).toBe(202);
      expect(await stockOf("down", saleId)).toMatchObject(agreed(10, 4));
    });

    test("when it is unknown whether a promise was stored it stays so; the same key finds out, and is one order", async () => {
      await stopWorker();
      const saleId = await open("unknown", 4);
      nats.signal("SIGSTOP");
      const first = await buy(saleId, 5, "unknown.1");
      nats.signal("SIGCONT");
      expect(first.status).toBe(500);
      await untilConnected(1);
      expect(await redis.get(`sale:${saleId}:stock`)).toBe("3");
      expect((await buy(saleId, 5, "unknown.1")).status).toBe(202);
      await startWorker();
      expect(await stockOf("unknown", saleId)).toMatchObject(agreed(4, 1));
    });

    test("a promise that went down with the queue is sent again by itself: no unit stays reserved for nobody", async () => {
      const saleId = await open("again-sent", 4);
      nats.signal("SIGSTOP");
      const replies = await rush(saleId, "again-sent", users(2));
      expect(counted(replies, 500)).toBe(2);
      await nats.kill();
      await nats.start();
      await until("both are sold", async () => (await stockOf("again-sent", saleId))["sold"] === 2);
      expect(await stockOf("again-sent", saleId)).toMatchObject(agreed(4, 2));
    });

    test("whoever died between reserving and sending: the same key is sent after all", async () => {
      const saleId = await open("unsent", 2);
      await redis.set("key:unsent.1", `6:${saleId}:p`);
      await redis.decr(`sale:${saleId}:stock`);
      expect(await result("unsent.1", saleId)).toEqual({ status: "pending" });
      expect((await buy(saleId, 6, "unsent.1")).status).toBe(202);
      expect(await stockOf("unsent", saleId)).toMatchObject(agreed(2, 1));
    });

    test("when Redis forgets, the database still gives no unit twice: losers are told so, and every book agrees", async () => {
      await stopWorker();
      const saleId = await open("forgot", 5);
      expect(counted(await rush(saleId, "forgot.a", users(5)), 202)).toBe(5);
      await redis.flushall();
      expect(await result("forgot.a.2", saleId)).toEqual({ status: "pending" });
      const second = await rush(saleId, "forgot.b", users(7, 10));
      expect([counted(second, 202), counted(second, 409)]).toEqual([5, 2]);
      await startWorker();
      expect(await stockOf("forgot", saleId)).toMatchObject(agreed(5, 5));
      const promised = [
        ...users(5, 0).map((n) => `forgot.a.${n}`),
        ...second.flatMap(({ status }, n) => (status === 202 ? [`forgot.b.${n}`] : [])),
      ];
      const told = await Promise.all(promised.map(async (key) => (await result(key, saleId)).status));
      expect(told.toSorted()).toEqual([
        ...Array.from({ length: 5 }, () => "accepted"),
        ...Array.from({ length: 5 }, () => "sold-out"),
      ]);
      const lines = await orderLines("forgot");
      expect(lines.filter(([, , , units]) => units === 1)).toHaveLength(5);
      expect(lines.filter(([, , , units]) => units === 0)).toHaveLength(5);
      expect((await buy(saleId, 30, "forgot.late")).status).toBe(409);
    });

    test("a promise that can never be written is put aside after as many deliveries as it may have, and holds up nobody", async () => {
      const before = await counters();
      const connection = await connect({ servers: nats.address });
      const subject = (word: string) => `orders.1.6400001.${word}`;
      await jetstream(connection).publish(subject("a"), "no order at all");
      await jetstream(connection).publish(
        subject("b"),
        JSON.stringify({ saleId: 6_400_001, userId: 1, key: "b" }),
      );
      await connection.close();
      const saleId = await open("poison", 3);
      expect(counted(await rush(saleId, "poison", users(3)), 202)).toBe(3);
      expect(await stockOf("poison", saleId)).toMatchObject(agreed(3, 3));
      await until("both are put aside", async () => (await counters()).putAside === before.putAside! + 2);
      const after = await counters();
      expect(after).toMatchObject({ depth: 0, dead: before.dead! + 2, redelivered: before.redelivered! + 2 });
      expect(await askWorker("/metrics")).toMatch(/shop_queue_dead\{.*\} [1-9]\d*\n/);
    });

    async function orderLines(tag: string): Promise<number[][]> {
      const { text } = await nodes[0]!.ask(`GET /audit/orders?tag=${tag}`);
      return text
        .trimEnd()
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line) as number[]);
    }

    /** Holds the stock row of a sale on the second shard until it is disposed of. */
    async function lockedRow(saleId: number): Promise<AsyncDisposable> {
      const client = new pg.Client({ connectionString: databases.second });
      await client.connect();
      await client.query("BEGIN");
      await client.query(`SELECT 1 FROM sale_stocks WHERE sale_id = ${saleId} FOR UPDATE`);
      let isHeld = true;
      return {
        async [Symbol.asyncDispose]() {
          if (isHeld) await client.end();
          isHeld = false;
        },
      };
    }

    async function waitingForLocks(): Promise<number> {
      const sql = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = 'second'";
      return (await query(databases.second, sql)).length;
    }

    /** A worker as a process of its own, which can be killed as a power cut would. */
    async function startProcess(): Promise<AsyncDisposable & { kill(): Promise<void> }> {
      const folder = await mkdtemp(join(tmpdir(), "worker-test-"));
      const path = join(folder, "worker.json");
      await writeFile(path, JSON.stringify(workerConfig()));
      const { command: node, args } = shopProgram();
      const child: ChildProcess = spawn(node, [...args, "work-orders", "--config", path], {
        stdio: "ignore",
      });
      const kill = async () => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const ended = once(child, "exit");
        child.kill("SIGKILL");
        await ended;
      };
      return {
        kill,
        async [Symbol.asyncDispose]() {
          await kill();
          await rm(folder, { recursive: true, force: true });
        },
      };
    }
  },
);
