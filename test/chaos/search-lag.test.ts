/** How late search is, on a shop that is told when it finds what. */
import { beforeEach, expect, test } from "vitest";
import { SearchLag } from "../../chaos/search-lag.ts";

let nowMs: number;
let name: string;
/** What search knows the item as. */
let indexed: string;
let words: number;

beforeEach(() => {
  [nowMs, name, indexed, words] = [1_000, "calm bamboo teapot", "calm bamboo teapot", 0];
});

const ask: typeof fetch = async (input, init) => {
  const { pathname, searchParams } = new URL(String(input));
  switch (pathname) {
    case "/item/9":
      return Response.json({ item: { id: 9, name } });
    case "/admin/item":
      ({ name } = JSON.parse(String(init?.body)));
      return Response.json({ status: "ok" });
    case "/search":
      return Response.json({ total: indexed.split(" ").includes(searchParams.get("q")!) ? 1 : 0 });
    default:
      return new Response(null, { status: 404 });
  }
};
const lagOf = (itemId = 9) =>
  SearchLag.of({ url: "http://shop", itemId, nowMs: () => nowMs, newWord: () => `zq${words++}`, ask });

test("a change is made, not found for a while, found, and followed by another", async () => {
  const lag = await lagOf();
  expect(await lag.look(), "nothing was changed yet").toBeUndefined();
  expect(name).toBe("calm bamboo teapot zq0");
  nowMs += 400;
  expect(await lag.look()).toEqual({ lagMs: 400, isFound: false });
  [indexed, nowMs] = [name, nowMs + 100];
  expect(await lag.look()).toEqual({ lagMs: 500, isFound: true });
  expect(await lag.look()).toBeUndefined();
  expect(name, "always from the name it had").toBe("calm bamboo teapot zq1");
});

test("what is forgotten is not looked for", async () => {
  const lag = await lagOf();
  await lag.look();
  lag.forget();
  [indexed, nowMs] = [name, nowMs + 9_000];
  expect(await lag.look()).toBeUndefined();
});

test("its mend gives the item its name again, whatever was changed", async () => {
  const lag = await lagOf();
  await lag.look();
  expect(lag.mend).toMatchObject({
    ...{ mend: "http", method: "POST", url: "http://shop/admin/item" },
    body: '{"itemId":9,"name":"calm bamboo teapot"}',
  });
});

test("a shop without the item cannot be looked at", async () => {
  await expect(lagOf(10)).rejects.toThrow("item 10 was answered with 404");
});
