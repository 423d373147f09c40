import { describe, expect, test } from "vitest";
import { NotDone } from "../../../../targets/shop/data/not-done.ts";
import { EngineSearch, foundIn } from "../../../../targets/shop/search/engine-search.ts";
import { Refused } from "../../../../targets/shop/search/groonga.ts";

/** An engine that answers when it is told to, and a clock that stands still until it is moved. */
function scripted(answer: () => Promise<unknown>) {
  const world = { nowMs: 0, asked: [] as Record<string, string | number>[], outcomes: [] as string[] };
  const engine = {
    run(_command: string, parameters: Record<string, string | number> = {}) {
      world.asked.push(parameters);
      return answer();
    },
  };
  const search = new EngineSearch(
    engine,
    () => world.nowMs,
    (outcome) => world.outcomes.push(outcome),
  );
  return { world, search };
}

const twoTeapots = [
  [[2], [["_key", "Int32"]], [40, "calm silk teapot", 100], [41, "bright silk teapot", 200]],
];
const down = () => Promise.reject(new NotDone("unreachable", "search engine: no answer within 1000 ms"));

test("the second page begins at the twenty-first match", async () => {
  const { world, search } = scripted(async () => twoTeapots);
  const found = await search.search("silk teapot", 2);
  expect(world.asked[0]).toMatchObject({ query: '"silk" "teapot"', offset: 20, limit: 20 });
  expect(found.items[0]).toEqual({ id: 40, name: "calm silk teapot", price: 100 });
  expect(found.total).toBe(2);
});

test("no more matches are counted than a search in the database looks at", () => {
  expect(foundIn([[[5_000], []]])).toEqual({ items: [], total: 200 });
});

test("words without a letter or digit find nothing, and nobody is asked", async () => {
  const { world, search } = scripted(async () => twoTeapots);
  expect(await search.search("--", 1)).toEqual({ items: [], total: 0 });
  expect(world.asked).toEqual([]);
});

describe("an engine that does not answer", () => {
  test("is left alone for a second, and asked again after it", async () => {
    const { world, search } = scripted(down);
    for (const nowMs of [0, 999, 1_000]) {
      world.nowMs = nowMs;
      await expect(search.search("silk", 1)).rejects.toBeInstanceOf(NotDone);
    }
    expect(world.outcomes).toEqual(["failed", "resting", "failed"]);
    expect(world.asked).toHaveLength(2);
  });

  test("holds no more than 32 searches of a node; the next is turned away at once", async () => {
    const { world, search } = scripted(() => new Promise(() => {}));
    for (let at = 0; at < 32; at++) void search.search("silk", 1);
    await expect(search.search("silk", 1)).rejects.toMatchObject({ reason: "full" });
    expect(world.asked).toHaveLength(32);
  });

  test("gives its places back", async () => {
    const { world, search } = scripted(down);
    for (let at = 0; at < 40; at++) {
      world.nowMs += 1_000;
      await search.search("silk", 1).catch(() => {});
    }
    expect(world.outcomes).toEqual(Array(40).fill("failed"));
  });
});

test("an index that is being built means busy, and the engine is asked again at once", async () => {
  const { world, search } = scripted(() => Promise.reject(new Refused("select", -22, "no table")));
  for (let at = 0; at < 2; at++) await expect(search.search("silk", 1)).rejects.toBeInstanceOf(NotDone);
  expect(world.asked).toHaveLength(2);
});

test("an answer that is no answer is an error of its own, not busy", async () => {
  const { search } = scripted(() => Promise.reject(new Refused("select", -63, "syntax error")));
  await expect(search.search("silk", 1)).rejects.toBeInstanceOf(Refused);
});
