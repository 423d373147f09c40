/** Waiting for connections that take long to make, against a pool whose every step a case decides; in simulated time. */
import type pg from "pg";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Connections, type Pool } from "../../../../targets/shop/data/connections.ts";
import { NotDone } from "../../../../targets/shop/data/not-done.ts";

/**
 * As pg's: what is being made counts, an idle one is handed over before another is made. It counts as idle until the next
 * tick, in which it is handed over (pg-pool 3.14).
 */
class ScriptedPool implements Pool {
  totalCount = 0;
  /** Of those being made, the end of each. */
  readonly making: { done(): void; fails(error: Error): void }[] = [];
  readonly #idle: pg.PoolClient[] = [];
  #made = 0;

  get idleCount(): number {
    return this.#idle.length;
  }

  connect(): Promise<pg.PoolClient> {
    if (this.#idle.length === 0) return this.#make();
    return new Promise((resolve) => {
      process.nextTick(() => resolve(this.#idle.pop() ?? this.#make()));
    });
  }

  #make(): Promise<pg.PoolClient> {
    this.totalCount++;
    return new Promise((resolve, reject) => {
      this.making.push({
        done: () => resolve(this.#client(++this.#made)),
        fails: (error) => {
          this.totalCount--;
          reject(error);
        },
      });
    });
  }

  #client(number: number): pg.PoolClient {
    const client = {
      number,
      release: (isBroken = false) => {
        if (isBroken) this.totalCount--;
        else this.#idle.push(client as unknown as pg.PoolClient);
      },
    };
    return client as unknown as pg.PoolClient;
  }
}

let pool: ScriptedPool;
let connections: Connections;
beforeEach(() => {
  vi.useFakeTimers();
  pool = new ScriptedPool();
  connections = new Connections(pool, { max: 3, waitMs: 1_000 });
});
afterEach(() => void vi.useRealTimers());

const get = () => {
  const got = connections.get("db:1/shop");
  // Looked at later; unheard until then it would be an error of nobody.
  got.catch(() => {});
  return got;
};
const settle = () => vi.advanceTimersByTimeAsync(0);

/** As many as there may be, all in use. */
async function allInUse(): Promise<readonly pg.PoolClient[]> {
  const held = [get(), get(), get()];
  for (let made = 0; made < held.length; made++) {
    pool.making[made]!.done();
    await settle();
  }
  return Promise.all(held);
}

test("one that is being made goes on being made when who asked has left, and serves the next", async () => {
  const first = get();
  await vi.advanceTimersByTimeAsync(1_000);
  await expect(first).rejects.toMatchObject({ name: "NotDone", reason: "unreachable" });
  await expect(first).rejects.toThrow("no connection to db:1/shop: none was made within 1000 ms");
  const second = get();
  expect(pool.making).toHaveLength(1);
  pool.making[0]!.done();
  expect(await second).toMatchObject({ number: 1 });
});

test("one that comes when nobody waits is kept for whoever asks next", async () => {
  get();
  await vi.advanceTimersByTimeAsync(1_000);
  pool.making[0]!.done();
  await settle();
  expect(pool.idleCount).toBe(1);
  expect(await get()).toMatchObject({ number: 1 });
  expect(pool.making).toHaveLength(1);
});

test("two are made at once, however many ask; the others as these are there", async () => {
  const asked = [get(), get(), get(), get()];
  expect(pool.making).toHaveLength(2);
  expect(connections.waiting).toBe(4);
  pool.making[0]!.done();
  expect(await asked[0]).toMatchObject({ number: 1 });
  await settle();
  expect(pool.making).toHaveLength(3);
  // Three are all there may be; the fourth gets what is given back, in the order of asking.
  pool.making[1]!.done();
  pool.making[2]!.done();
  await Promise.all([asked[1], asked[2]]);
  connections.giveBack((await asked[1])!, false);
  expect(await asked[3]).toMatchObject({ number: 2 });
  expect(pool.totalCount).toBe(3);
});

test("who waits in vain for one in use is told that all are", async () => {
  await allInUse();
  const late = get();
  await vi.advanceTimersByTimeAsync(1_000);
  await expect(late).rejects.toMatchObject({ reason: "full" });
  await expect(late).rejects.toThrow("none came free of 3 in use within 1000 ms");
});

test("who waits in vain while one is in use is behind a crowd, also when two are being made", async () => {
  const held = get();
  pool.making[0]!.done();
  await held;
  const late = [get(), get(), get()];
  expect(pool.making).toHaveLength(3);
  await vi.advanceTimersByTimeAsync(1_000);
  for (const each of late) await expect(each).rejects.toMatchObject({ reason: "full" });
  await expect(late[0]).rejects.toThrow("none came free of 1 in use within 1000 ms");
});

test("two who ask at once get the two that are idle, and none is made", async () => {
  const held = await allInUse();
  for (const each of held.slice(1)) connections.giveBack(each, false);
  const got = await Promise.all([get(), get()]);
  expect(new Set(got)).toEqual(new Set(held.slice(1)));
  expect(pool.making).toHaveLength(3);
});

test("of two who ask at once one gets the one that is idle, and for the other one is made", async () => {
  const kept = get();
  pool.making[0]!.done();
  connections.giveBack(await kept, false);
  const asked = [get(), get()];
  expect(await asked[0]).toMatchObject({ number: 1 });
  expect(pool.making).toHaveLength(2);
  pool.making[1]!.done();
  expect(await asked[1]).toMatchObject({ number: 2 });
});

test("a server that refuses says so at once, to one for each try", async () => {
  const asked = [get(), get(), get()];
  pool.making[0]!.fails(new Error("connect ECONNREFUSED"));
  await expect(asked[0]).rejects.toThrow(NotDone);
  await expect(asked[0]).rejects.toThrow("no connection to db:1/shop: connect ECONNREFUSED");
  await settle();
  expect(pool.making).toHaveLength(3);
  pool.making[1]!.done();
  pool.making[2]!.done();
  expect(await Promise.all(asked.slice(1))).toHaveLength(2);
});

test("a broken one is closed, and another is made for who waits", async () => {
  const [broken] = await allInUse();
  const next = get();
  connections.giveBack(broken!, true);
  expect(pool.making).toHaveLength(4);
  pool.making[3]!.done();
  expect(await next).toMatchObject({ number: 4 });
});
