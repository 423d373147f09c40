import { describe, expect, test } from "vitest";
import { KeyHomes } from "../../../targets/shop/data/key-homes.ts";
import { NotDone } from "../../../targets/shop/data/not-done.ts";
import { shardOfKey } from "../../../targets/shop/data/shard.ts";

const log = { info: () => {}, error: () => {} };

/** A home in memory, which can fail. */
class Home {
  readonly address = "home";
  readonly shardOf = new Map<string, number>();
  asked = 0;
  fails: unknown;
  isFresh = false;

  answeredWithin(): boolean {
    return this.isFresh;
  }

  async run<R>(_: unknown, [key, shard]: readonly unknown[] = []): Promise<R[]> {
    this.asked += 1;
    if (this.fails !== undefined) throw this.fails;
    if (!this.shardOf.has(key as string)) this.shardOf.set(key as string, shard as number);
    return [{ shard: this.shardOf.get(key as string) }] as R[];
  }
}

const key = "t.1";

function withHomes() {
  const homes = [new Home(), new Home(), new Home()];
  const clock = { nowMs: 0 };
  const keys = new KeyHomes(homes, log, () => clock.nowMs);
  return { homes, clock, keys, home: homes[shardOfKey(key, 3)]! };
}

test("the first claim of a key stands: that shard may go on, the others may not", async () => {
  const { keys, homes } = withHomes();
  expect(await keys.claimOf(key, 2)?.()).toBe(true);
  expect(await keys.claimOf(key, 2)?.()).toBe(true);
  expect(await keys.claimOf(key, 0)?.()).toBe(false);
  expect(homes.map(({ asked }) => asked).toSorted()).toEqual([0, 0, 3]);
});

test("where there is one shard nothing has to be claimed", () => {
  expect(new KeyHomes([], log, () => 0).claimOf(key, 0)).toBeUndefined();
});

test("the homes of many keys are spread evenly", () => {
  const counts = [0, 0, 0];
  for (let n = 0; n < 30_000; n++) counts[shardOfKey(`a-tag-of-a-run.${n}`, 3)]! += 1;
  for (const count of counts) {
    expect(count).toBeGreaterThan(9_500);
    expect(count).toBeLessThan(10_500);
  }
});

describe("a home that fails", () => {
  test.each([
    { why: "it cannot be reached", fails: new NotDone("unreachable", "refused"), isFresh: true },
    { why: "its connection broke", fails: new Error("connection terminated"), isFresh: true },
    { why: "nobody there has answered for a while", fails: new NotDone("full", "full"), isFresh: false },
  ])("is passed by for a second when $why, and asked again after it", async ({ fails, isFresh }) => {
    const { keys, home, clock } = withHomes();
    Object.assign(home, { fails, isFresh });
    expect(await keys.claimOf(key, 1)?.()).toBe(true);
    clock.nowMs = 999;
    expect(await keys.claimOf(key, 2)?.()).toBe(true);
    expect(home.asked).toBe(1);
    home.fails = undefined;
    clock.nowMs = 1_000;
    expect(await keys.claimOf(key, 1)?.()).toBe(true);
    expect(await keys.claimOf(key, 2)?.()).toBe(false);
  });

  test.each([
    { why: "a crowd is before it", fails: new NotDone("full", "full") },
    { why: "it undid the claim", fails: new NotDone("undone", "statement timeout") },
  ])("sheds the order when $why: nothing was done", async ({ fails }) => {
    const { keys, home } = withHomes();
    Object.assign(home, { fails, isFresh: true });
    await expect(keys.claimOf(key, 1)?.()).rejects.toBe(fails);
  });
});
