/** Faults of caches on a real Redis with a shop that does as it is told: what they leave alone, and when they see no effect. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sleep, systemClock } from "../../base/clock.ts";
import { endAt, livesOf, serverNowMs, walkPages } from "../../chaos/cache/page-keys.ts";
import { faults } from "../../chaos/catalog.ts";
import type { Ground, Outlook, PlannedFault, PreparedFault } from "../../chaos/fault.ts";
import { withRedis } from "../../chaos/stores/redis.ts";
import { findTarget } from "../../targets/catalog.ts";
import { membersOf } from "../../targets/launch/members.ts";
import { type LoneRedis, redisMissing, startRedis } from "./lone-redis.ts";

const missing = redisMissing();
const never = new AbortController().signal;
const SEED = 7;

/** Tells of itself what a test says, and has no item. */
class ToldShop implements AsyncDisposable {
  loads = 100;
  absent = 0;
  absentAnswers = 0;
  hot: { key: string; asked: number; loads: number }[] = [];
  /** Whether a request for an item is counted, as one that comes to a shop, and whether it goes on to a database. */
  counts = { answers: true, loads: true };
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(): Promise<ToldShop> {
    const server = createServer((asked, answer) => {
      const { pathname } = new URL(asked.url ?? "/", "http://shop");
      if (pathname === "/metrics") return void answer.end(shop.#metrics());
      if (pathname === "/hot-pages")
        return void answer.end(JSON.stringify({ pages: shop.hot, lookedBackMs: 2_000 }));
      shop.absentAnswers += Number(shop.counts.answers);
      shop.absent += Number(shop.counts.loads);
      answer.writeHead(404).end();
    });
    const shop = new ToldShop(server);
    server.listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    return shop;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #metrics(): string {
    return `shop_page_loads_begun_total{page="item"} ${this.loads}
shop_page_loads_total{page="item",result="absent"} ${this.absent}
shop_requests_total{operation="detail",status="404"} ${this.absentAnswers}
`;
  }
}

describe.skipIf(missing !== undefined)(
  `on a real Redis${missing === undefined ? "" : ` (${missing})`}`,
  () => {
    let server: LoneRedis;
    let shop: ToldShop;
    beforeEach(async () => {
      server = await startRedis();
      shop = await ToldShop.open();
    });
    afterEach(async () => {
      await shop?.[Symbol.asyncDispose]();
      await server?.[Symbol.asyncDispose]();
    });

    const asked = <T>(work: (redis: Redis) => Promise<T>) => withRedis(server.address, work);

    /** So many pages, and something else of each kind a shop keeps. */
    const fill = (pages: number, lifeS = 60) =>
      asked(async (redis) => {
        const work = redis.pipeline();
        for (let id = 1; id <= pages; id++) work.set(`page:item:${id}`, "page", "EX", lifeS);
        for (const key of ["sale:7:stock", "key:tag.1", "session:abc"]) work.set(key, "1", "EX", lifeS);
        await work.exec();
      });

    function prepared(
      name: string,
      about: Partial<PlannedFault> = {},
      more: Partial<Ground> = {},
    ): Promise<PreparedFault> {
      const fault = faults.find((each) => each.name === name)!;
      const spec = findTarget("stage-03");
      const outlook: Outlook = {
        ...{ spec, members: membersOf(spec), launcher: "processes", network: "loopback", seed: SEED },
        ...{ host: { platform: "linux", isRoot: false, hasProc: true }, sells: true, ratePerS: 100 },
      };
      const value = fault.value?.usual;
      const planned = {
        id: name,
        fault: name,
        edges: [],
        atS: 0,
        ...(value !== undefined && { value }),
        ...about,
      };
      const nodes = planned.nodes ?? (fault.place === "node" ? ["cache"] : []);
      const ground = {
        ...{ outlook, clock: systemClock, target: { entryUrls: [`http://${shop.address}`] } },
        node: (wanted: string) => ({
          name: wanted,
          address: wanted === "cache" ? server.address : shop.address,
        }),
        ...more,
      };
      return fault.prepare({ ...planned, nodes }, ground as unknown as Ground);
    }

    async function seenWithin(fault: PreparedFault, limitMs: number): Promise<string | undefined> {
      const untilMs = performance.now() + limitMs;
      for (;;) {
        const seen = await fault.verify();
        if (seen !== undefined || performance.now() > untilMs) return seen;
        await sleep(20);
      }
    }

    describe("avalanche", () => {
      test("ends every page at one instant, and nothing else", async () => {
        await fill(1_000);
        shop.hot = [{ key: "item:1", asked: 80, loads: 3 }];
        const avalanche = await prepared("avalanche", {}, { dueAtMs: systemClock.nowMs() + 4_000 });
        await avalanche.inject(never);
        const lives = await asked(async (redis) =>
          livesOf(redis, await walkPages(redis, { share: 1, seed: SEED })),
        );
        expect(lives).toHaveLength(1_000);
        const instants = lives.map(Number);
        // Known to a round trip each, and the chunks of the look are apart.
        expect(Math.max(...instants) - Math.min(...instants)).toBeLessThan(500);
        expect(await avalanche.verify(), "before the instant").toBeUndefined();
        await sleep(Math.max(0, Math.max(...instants) - Date.now()) + 100);
        shop.loads += 40;
        shop.hot = [{ key: "item:1", asked: 80, loads: 5 }];
        const told =
          /^(\d+) of 1000 pages that were to end had ended \d+ ms after the instant, and some of them were \(2 times\) read/.exec(
            (await seenWithin(avalanche, 5_000)) ?? "",
          );
        // The server counts what it has cleared away, a moment after it was over; half of them is enough to be told.
        expect(Number(told?.[1])).toBeGreaterThanOrEqual(500);
        expect(Number(told?.[1])).toBeLessThanOrEqual(1_000);
        expect(await avalanche.verifyUndone()).toBeUndefined();
        expect(await asked((redis) => redis.keys("*"))).toHaveLength(3);
      });

      test("of a share, the seed says which", async () => {
        await fill(1_000);
        const chosen = () => asked((redis) => walkPages(redis, { share: 0.3, seed: SEED }));
        const keys = new Set(await chosen());
        expect(keys.size, `seed ${SEED}`).toBeGreaterThan(200);
        expect(keys.size, `seed ${SEED}`).toBeLessThan(400);
        expect(new Set(await chosen())).toEqual(keys);
      });

      test("is vacuous when the databases are asked for other pages only", async () => {
        await fill(50);
        shop.hot = [{ key: "item:1", asked: 80, loads: 3 }];
        const avalanche = await prepared("avalanche");
        await avalanche.inject(never);
        await sleep(1_500);
        shop.loads += 40;
        expect(await seenWithin(avalanche, 1_000)).toBeUndefined();
      });

      test("fails, with the number, when there are so many pages that nobody would look for so long", async () => {
        await fill(20_000);
        const avalanche = await prepared("avalanche", {}, { dueAtMs: systemClock.nowMs() });
        await expect(avalanche.inject(never)).rejects.toThrow(
          /^to tell cache of 20000 pages when they are over/,
        );
        const [life] = await asked((redis) => livesOf(redis, ["page:item:1"]));
        expect(Number(life) - (await asked(serverNowMs))).toBeGreaterThan(30_000);
      });

      test("makes no life longer: one that was cut short meanwhile stays so", async () => {
        await fill(1);
        const atMs = await asked(serverNowMs);
        const ends = [{ key: "page:item:1", atMs: atMs + 120_000 }];
        const told = { clock: systemClock, signal: never };
        expect(await asked((redis) => endAt(redis, ends, { ...told, isSoonerOnly: true }))).toBe(0);
        expect(await asked((redis) => endAt(redis, ends, told))).toBe(1);
      });

      test("is vacuous when the pages were put there again before the instant", async () => {
        await fill(200);
        const dueAtMs = systemClock.nowMs() + 3_000;
        const avalanche = await prepared("avalanche", {}, { dueAtMs });
        await avalanche.inject(never);
        await fill(200);
        await sleep(dueAtMs - systemClock.nowMs() + 500);
        shop.loads += 100;
        expect(await seenWithin(avalanche, 500)).toBeUndefined();
      });

      test("taken back before the instant, every page has the life it had", async () => {
        await fill(200);
        const nowMs = await asked(serverNowMs);
        const avalanche = await prepared("avalanche", {}, { dueAtMs: systemClock.nowMs() + 30_000 });
        await avalanche.inject(never);
        expect(await avalanche.verifyUndone()).toMatch(
          /of the pages looked at in cache will still end at once$/,
        );
        await avalanche.undo!(never);
        expect(await avalanche.verifyUndone()).toBeUndefined();
        const lives = await asked(async (redis) =>
          livesOf(redis, await walkPages(redis, { share: 1, seed: SEED })),
        );
        expect(lives).toHaveLength(200);
        for (const life of lives) expect(Number(life)).toBeGreaterThan(nowMs + 50_000);
      });

      test("fails when there is no page", async () => {
        const avalanche = await prepared("avalanche");
        await expect(avalanche.inject(never)).rejects.toThrow("cache keeps no page that could end");
      });
    });

    describe("breakdown", () => {
      test("ends the pages that are asked for most, and tells how often they were read again", async () => {
        await fill(5);
        shop.hot = [{ key: "item:2", asked: 80, loads: 3 }];
        const breakdown = await prepared("breakdown");
        await breakdown.inject(never);
        expect(await breakdown.verify(), "before anybody has read it again").toBeUndefined();
        shop.hot = [{ key: "item:2", asked: 80, loads: 7 }];
        shop.loads += 4;
        expect(await breakdown.verify()).toMatch(/^item:2, asked for 40\.0 times a second, had ended/);
        expect(await asked((redis) => redis.exists("page:item:2", "page:item:1"))).toBe(1);
        const { figures, sentence } = await breakdown.account!(never);
        expect(figures).toMatchObject({ hotPageReads: 4, hotPageReadsSingleFlight: 1, hotPageAskedPerS: 40 });
        expect(sentence).toMatch(/^read from the databases 4 times within 3 s/);
      });

      test("fails when the cache has none of them: they would be read without it", async () => {
        await fill(5);
        shop.hot = [{ key: "item:99", asked: 80, loads: 3 }];
        const breakdown = await prepared("breakdown");
        await expect(breakdown.inject(never)).rejects.toThrow(
          "cache keeps none of the pages that are asked for most: item:99",
        );
      });

      test("what the cache did not have is no effect of it, however often it is read", async () => {
        await fill(5);
        const [ended, absent] = ["item:2", "item:99"].map((key) => ({ key, asked: 80, loads: 3 }));
        shop.hot = [ended!, absent!];
        const breakdown = await prepared("breakdown", { value: "2" });
        await breakdown.inject(never);
        shop.hot = [ended!, { ...absent!, loads: 9 }];
        expect(await breakdown.verify()).toBeUndefined();
        shop.hot = [{ ...ended!, loads: 4 }, absent!];
        expect(await breakdown.verify()).toMatch(/^item:2, asked for 40\.0 times a second, had ended/);
      });

      test("fails when nobody asks for anything", async () => {
        const breakdown = await prepared("breakdown");
        await expect(breakdown.inject(never)).rejects.toThrow("nobody asks for any page");
      });
    });

    describe("flush", () => {
      test("is seen by what is gone, also when others have put it there again", async () => {
        await fill(300);
        const flush = await prepared("flush");
        expect(await flush.verify()).toBeUndefined();
        await flush.inject(never);
        await fill(20, 90);
        expect(await flush.verify()).toMatch(/^cache kept 303 keys, and now 23; 200 of 200 looked at/);
      });

      test("fails on a cache that keeps nothing", async () => {
        const flush = await prepared("flush");
        await expect(flush.inject(never)).rejects.toThrow("cache keeps nothing that could be forgotten");
      });
    });

    describe("penetration", () => {
      const during = async (counts: ToldShop["counts"]) => {
        shop.counts = counts;
        const penetration = await prepared("penetration", { value: "80/s", forS: 1 });
        await penetration.inject(never);
        const effect = await seenWithin(penetration, 1_500);
        await penetration.undo!(never);
        expect(await penetration.verifyUndone()).toBeUndefined();
        return { effect, account: await penetration.account!(never) };
      };

      test("is told with what came through to the databases", async () => {
        const { effect, account } = await during({ answers: true, loads: true });
        expect(effect).toMatch(/^\d+ requests for items that do not exist had come to the shops/);
        expect(account.figures["absentPassedRatio"]).toBeGreaterThan(0.9);
        expect(account.figures["absentReadsPerS"]).toBeGreaterThan(0);
      });

      test("a filter before the databases is no reason for it not to be seen: nothing passed, and that is told", async () => {
        const { effect, account } = await during({ answers: true, loads: false });
        expect(effect).toMatch(/and 0 on to the databases$/);
        expect(account.figures).toMatchObject({ absentPassedRatio: 0, absentReadsPerS: 0 });
      });

      test("is vacuous when no shop is asked", async () => {
        const { effect } = await during({ answers: false, loads: false });
        expect(effect).toBeUndefined();
      });
    });
  },
);
