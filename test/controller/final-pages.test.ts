/** Pages beside the database: what is old for a while is waited for, what stays old is told. */
import { expect, test } from "vitest";
import { finalPages, type Shown } from "../../controller/final-pages.ts";
import type { KeptItem } from "../../targets/running-target.ts";
import { ManualClock } from "../fakes/manual-clock.ts";

const kept: readonly KeptItem[] = [1, 2, 3].map((id) => ({ id, name: `item ${id}`, price: id * 100 }));
const entryUrls = ["http://a", "http://b"];

/** Pages that are right but for those whose price somebody has made up, until then. */
async function read(
  wrong: (itemId: number, entryUrl: string, nowMs: number) => Partial<Shown> | "silent" | undefined,
) {
  const clock = new ManualClock();
  const looks: number[] = [];
  const reading = finalPages(
    {
      books: { items: async (ids) => kept.filter(({ id }) => ids.includes(id)) },
      ...{ entryUrls, itemIds: [1, 2, 3], clock },
      show: async (entryUrl, itemId) => {
        looks.push(itemId);
        const made = wrong(itemId, entryUrl, clock.nowMs());
        if (made === "silent") throw new Error("no answer");
        return { ...kept[itemId - 1]!, ...made };
      },
    },
    new AbortController().signal,
  );
  let isOver = false;
  const over = reading.finally(() => (isOver = true));
  for (let second = 0; second < 200 && !isOver; second++) {
    for (let turns = 0; turns < 50 && !isOver; turns++) await Promise.resolve();
    if (!isOver) clock.pass(1_000);
  }
  return { seen: await over, looks };
}

test("pages that are right are looked at once, twice through each way in", async () => {
  const { seen, looks } = await read(() => undefined);
  expect(seen).toEqual({ checked: 3, differedAtFirst: 0, stale: 0, watchedS: 0, examples: [] });
  expect(looks).toHaveLength(3 * entryUrls.length * 2);
});

test("a page that comes right when its life is over was old, and is not stale", async () => {
  const { seen } = await read((id, _, nowMs) => (id === 2 && nowMs < 60_000 ? { price: 1 } : undefined));
  expect(seen).toMatchObject({ checked: 3, differedAtFirst: 1, stale: 0, examples: [] });
  expect(seen!.watchedS).toBeGreaterThan(60);
});

test.each([
  { what: "price", wrong: { price: 1 } },
  { what: "name", wrong: { name: "something else" } },
])("a page whose $what stays another, if only through one way in, is stale", async ({ wrong }) => {
  const { seen } = await read((id, url) => (id === 3 && url === "http://b" ? wrong : undefined));
  expect(seen).toMatchObject({ checked: 3, differedAtFirst: 1, stale: 1, examples: [3] });
});

test("what nobody answers is not counted, neither as right nor as wrong", async () => {
  const { seen } = await read((id) => (id === 1 ? "silent" : undefined));
  expect(seen).toMatchObject({ checked: 2, stale: 0 });
});

test("where nobody tells what the database has there is nothing to be seen", async () => {
  const books = { items: async () => undefined };
  const parts = { books, entryUrls, itemIds: [1], clock: new ManualClock() };
  expect(await finalPages(parts, new AbortController().signal)).toBeUndefined();
});
