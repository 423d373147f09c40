/** F9 over a real queue into which somebody puts promises once more: nobody has two orders, and nothing else comes of it. */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { sleep } from "../../base/clock.ts";
import { openDoubler } from "../../chaos/stores/nats-doubler.ts";
import { parseWorkerConfig } from "../../targets/shop/queue/worker-config.ts";
import { openOrderWorker } from "../../targets/shop/queue/worker-service.ts";
import { NatsServer, natsCommand } from "../targets/shop/nats-server.ts";
import { type Servers, startServers } from "../targets/shop/servers.ts";
import { caches, configOf, type Databases, seedTwo, TestShop } from "../targets/shop/test-shop.ts";

const command = natsCommand();
const quiet = { info: () => {}, error: () => {} };
const BUYERS = 20;

describe.skipIf(command === undefined)(
  "a queue with duplicates (skipped where there is no nats-server)",
  () => {
    let servers: Servers;
    let databases: Databases;
    let nats: NatsServer;
    let shop: TestShop;
    let worker: { readonly port: number; close(limitMs: number): Promise<void> } | undefined;

    beforeAll(async () => {
      [servers, nats] = await Promise.all([startServers(), NatsServer.start(command!)]);
      databases = await seedTwo(servers);
      const more = { redis: servers.redisUrl, ...caches, queue: nats.address };
      shop = await (await TestShop.open(configOf(databases, more))).ready();
      await until("the queue is connected", async () =>
        /shop_queue_connected\{.*\} 1\n/.test((await shop.ask("GET /metrics")).text),
      );
      await startWorker();
    });

    afterAll(async () => {
      await stopWorker();
      await shop?.[Symbol.asyncDispose]();
      await nats?.[Symbol.asyncDispose]();
      await servers?.[Symbol.asyncDispose]();
    });

    async function startWorker(defects: readonly "forgotten-promises"[] = []): Promise<void> {
      const config = {
        ...{
          name: "order-worker",
          host: "127.0.0.1",
          port: 0,
          queue: nats.address,
          counters: servers.redisUrl,
        },
        shards: [databases.first, databases.second],
        pools: { max: 4, connectTimeoutMs: 1_000, statementTimeoutMs: 2_000 },
        ...{ maxInFlight: 8, maxDeliveries: 3, ackWaitMs: 5_000, defects },
      };
      worker = await openOrderWorker(parseWorkerConfig(JSON.stringify(config)), {
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

    /** Promises that this worker found written already; it tells once it is connected. */
    async function foundWritten(): Promise<number> {
      let found: number | undefined;
      await until("the worker tells", async () => {
        const answer = await fetch(`http://127.0.0.1:${worker!.port}/queue`);
        ({ again: found } = (await answer.json()) as { again?: number });
        return found !== undefined;
      });
      return found!;
    }

    async function doubler(tag: string, isWanted: () => boolean) {
      const opened = await openDoubler(nats.address, tag, isWanted);
      onTestFinished(() => opened.close());
      return opened;
    }

    /** As many buyers as there are units, unless there are more. */
    async function soldOut(tag: string, stock = BUYERS): Promise<number> {
      const saleId = await shop.openSale({ tag, strategy: "F9", stock });
      const replies = await Promise.all(
        Array.from({ length: BUYERS }, (_, n) =>
          shop.ask(`POST /seckill/${saleId}`, { user: n + 1, key: `${tag}.${n}` }),
        ),
      );
      expect(replies.filter(({ status }) => status === 202)).toHaveLength(BUYERS);
      return saleId;
    }

    /** The books, when the queue holds nothing of the sale any more. */
    async function booksAgree(tag: string, saleId: number): Promise<void> {
      const sold = { initial: BUYERS, sold: BUYERS, remaining: 0, cacheRemaining: 0 };
      expect(await shop.stockOf(tag, saleId)).toMatchObject(sold);
      const { text } = await shop.ask(`GET /audit/orders?tag=${tag}`);
      expect(text.trimEnd().split("\n").at(-1)).toBe(`{"end":true,"orders":${BUYERS}}`);
    }

    test("every promise comes twice, is found written, and nobody has two orders", async () => {
      const before = await foundWritten();
      const twice = await doubler("twice", () => true);
      const saleId = await soldOut("twice");
      await until("all came again", async () => (await foundWritten()) - before >= BUYERS);
      await twice.stop();
      expect(twice.counts).toEqual({ heard: BUYERS, doubled: BUYERS });
      await booksAgree("twice", saleId);
      expect([await twice.waiting(), (await foundWritten()) - before]).toEqual([0, BUYERS]);
    });

    test("where none is wanted, none comes again", async () => {
      const before = await foundWritten();
      const once = await doubler("once", () => false);
      const saleId = await soldOut("once");
      await booksAgree("once", saleId);
      expect([once.counts, await foundWritten()]).toEqual([{ heard: BUYERS, doubled: 0 }, before]);
    });

    test("what was put in while nobody worked waits like the rest, and comes to the same", async () => {
      await stopWorker();
      const twice = await doubler("waiting", () => true);
      const saleId = await soldOut("waiting");
      await until("all are in twice", async () => twice.counts.doubled === BUYERS);
      await twice.stop();
      expect(await twice.waiting()).toBe(BUYERS);
      await startWorker();
      await booksAgree("waiting", saleId);
      await until("all were worked off", async () => (await twice.waiting()) === 0);
      expect(await foundWritten()).toBe(BUYERS);
    });

    test("a worker that writes whatever it is given has each of them twice in the books, and says nothing of it", async () => {
      await stopWorker();
      await startWorker(["forgotten-promises"]);
      const before = await foundWritten();
      const twice = await doubler("forgetful", () => true);
      await soldOut("forgetful", 3 * BUYERS);
      await until("all were worked off", async () => {
        const { doubled } = twice.counts;
        return doubled === BUYERS && (await twice.waiting()) === 0;
      });
      const { text } = await shop.ask("GET /audit/orders?tag=forgetful");
      expect(text.trimEnd().split("\n").at(-1)).toBe(`{"end":true,"orders":${2 * BUYERS}}`);
      expect(await foundWritten()).toBe(before);
    });
  },
);
