import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CacheFolder, cachePath } from "../../../targets/launch/cache-folder.ts";
import { WardList } from "../../../targets/launch/ward-list.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "stagebench-test-cache-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe("where the cache is", () => {
  test.each([
    { who: "somebody who says so", env: { BENCH_CACHE: "/big/disk" }, uid: 0, path: "/big/disk" },
    { who: "root", env: {}, uid: 0, path: "/var/cache/stagebench" },
    { who: "a user", env: {}, uid: 1000, path: "/home/ada/.cache/stagebench" },
    { who: "a user with XDG folders", env: { XDG_CACHE_HOME: "/x" }, uid: 1000, path: "/x/stagebench" },
  ])("for $who: $path", ({ env, uid, path }) => {
    expect(cachePath(env, uid, "/home/ada")).toBe(path);
  });
});

test("an entry is built once", async () => {
  const cache = await CacheFolder.open(new WardList(), root);
  let built = 0;
  const build = async (folder: string) => {
    built += 1;
    await writeFile(join(folder, "data"), "42");
  };
  const path = await cache.entry("answer", build);
  expect(await cache.entry("answer", build)).toBe(path);
  expect(built).toBe(1);
  expect(await readFile(join(path, "data"), "utf8")).toBe("42");
});

test("a build that fails leaves nothing, and the next one starts afresh", async () => {
  const cache = await CacheFolder.open(new WardList(), root);
  const fails = cache.entry("answer", async (folder) => {
    await writeFile(join(folder, "half"), "4");
    throw new Error("out of luck");
  });
  await expect(fails).rejects.toThrow("out of luck");
  expect(await readdir(root)).toEqual([]);
  await cache.entry("answer", (folder) => writeFile(join(folder, "data"), "42"));
  expect(await readdir(root)).toEqual(["answer"]);
});

test("two that build the same entry at once both succeed, and one entry stays", async () => {
  const cache = await CacheFolder.open(new WardList(), root);
  const other = await CacheFolder.open(new WardList(), root);
  const build = (folder: string) => writeFile(join(folder, "data"), "42");
  const paths = await Promise.all([cache.entry("answer", build), other.entry("answer", build)]);
  expect(paths[0]).toBe(paths[1]);
  expect(await readdir(root)).toEqual(["answer"]);
});

test("a draft is told to the wards before it is there, so that a death in the middle leaves nothing", async () => {
  const wards = new WardList();
  const cache = await CacheFolder.open(wards, root);
  let warded: readonly string[] = [];
  let draft = "";
  await cache.entry("answer", async (folder) => {
    warded = wards.leftovers().folders;
    draft = folder;
  });
  expect(warded).toEqual([draft]);
});

test("a cache that cannot be made is an environment failure that names the variable", async () => {
  await writeFile(join(root, "file"), "");
  await expect(CacheFolder.open(new WardList(), join(root, "file", "cache"))).rejects.toMatchObject({
    kind: "environment",
    hint: expect.stringContaining("BENCH_CACHE"),
  });
});

test("only entries that are neither current nor lately used are pruned, and drafts nobody works on", async () => {
  const cache = await CacheFolder.open(new WardList(), root);
  const nowMs = Date.UTC(2026, 0, 30);
  const dayMs = 86_400_000;
  const aged = { "current-old": 90, "other-old": 15, "other-new": 13, ".building-x": 1, ".building-y": 0 };
  for (const [name, days] of Object.entries(aged)) {
    await cache.entry(name, async () => {});
    const usedAt = new Date(nowMs - days * dayMs);
    await utimes(join(root, name), usedAt, usedAt);
  }
  const removed = await cache.prune((name) => name.startsWith("current-"), nowMs - 14 * dayMs, nowMs);
  expect(removed.sort()).toEqual([".building-x", "other-old"]);
});

test("using an entry makes it young again", async () => {
  const cache = await CacheFolder.open(new WardList(), root);
  const path = await cache.entry("answer", async () => {});
  await utimes(path, new Date(0), new Date(0));
  await cache.entry("answer", async () => {});
  expect((await stat(path)).mtimeMs).toBeGreaterThan(Date.UTC(2020, 0, 1));
});
