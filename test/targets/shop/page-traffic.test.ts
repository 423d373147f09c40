import { beforeEach, expect, test } from "vitest";
import { PageCache } from "../../../targets/shop/cache/page-cache.ts";
import { PageTraffic } from "../../../targets/shop/cache/page-traffic.ts";

let nowMs = 0;
let counted: string[] = [];
let traffic: PageTraffic;
beforeEach(() => {
  nowMs = 0;
  counted = [];
  traffic = new PageTraffic(
    {
      begun: (kind, isBeside) => void counted.push(`${kind}${isBeside ? " beside" : ""}`),
      ended: (kind, result) => void counted.push(`${kind} ${result}`),
    },
    () => nowMs,
  );
});

const ask = (key: string, times: number) => {
  for (let time = 0; time < times; time++) traffic.asked(key);
};
const load = (key: string, page: Promise<string | null>) =>
  traffic.load(
    key,
    () => page,
    (loaded) => loaded === null,
  );

test("the pages that were asked for most come first; those asked for as often, by name", () => {
  ask("item:2", 1);
  ask("home", 3);
  ask("item:1", 1);
  expect(traffic.hottest(3)).toEqual([
    { key: "home", asked: 3, loads: 0 },
    { key: "item:1", asked: 1, loads: 0 },
    { key: "item:2", asked: 1, loads: 0 },
  ]);
  expect(traffic.hottest(1)).toHaveLength(1);
});

test("what was hot two spans ago is hot no more", () => {
  ask("item:1", 9);
  nowMs = 2_000;
  ask("item:2", 1);
  expect(traffic.hottest(9).map(({ key, asked }) => [key, asked])).toEqual([
    ["item:1", 9],
    ["item:2", 1],
  ]);
  expect(traffic.lookedBackMs).toBe(2_000);
  nowMs = 4_000;
  expect(traffic.hottest(9).map(({ key }) => key)).toEqual(["item:2"]);
  nowMs = 60_000;
  expect(traffic.hottest(9)).toEqual([]);
});

test("loads are counted by kind and by what they find; one beside another is told apart", async () => {
  await Promise.all([load("item:7", Promise.resolve("page")), load("item:7", Promise.resolve("page"))]);
  await load("item:9", Promise.resolve(null));
  await expect(load("home", Promise.reject(new Error("down")))).rejects.toThrow("down");
  expect(counted).toEqual([
    ...["item", "item beside", "item found", "item found"],
    ...["item", "item absent", "home", "home failed"],
  ]);
  expect(traffic.of("item:7")).toEqual({ key: "item:7", asked: 0, loads: 2 });
});

test("after a load that failed the next one is beside nothing", async () => {
  await load("home", Promise.reject(new Error("down"))).catch(() => {});
  counted = [];
  await load("home", Promise.resolve("page"));
  expect(counted).toEqual(["home", "home found"]);
});

test("absent ids without number do not fill the memory: the page that was long not loaded is forgotten", async () => {
  await load("home", Promise.resolve("page"));
  for (let id = 0; id < 20_000; id++) await load(`item:${id}`, Promise.resolve(null));
  expect(traffic.of("home").loads).toBe(0);
  expect(traffic.of("item:19999").loads).toBe(1);
});

test("the cache tells of every page that is asked for, and of those it does not have", async () => {
  const cache = new PageCache({ remembersAbsent: true, absentTtlMs: 100, observe: () => {}, traffic });
  expect(await cache.read("item:1", async () => "page")).toBe("page");
  expect(await cache.read("item:2", async () => null)).toBeNull();
  expect(counted).toEqual(["item", "item found", "item", "item absent"]);
  expect(traffic.of("item:1")).toEqual({ key: "item:1", asked: 1, loads: 1 });
});
