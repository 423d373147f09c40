import { expect, test } from "vitest";
import { Names, type NamesOptions, namesFrom, type Told } from "../../agents/senders/names.ts";
import type { Failure } from "../../base/failure.ts";
import { ManualClock } from "../fakes/manual-clock.ts";

const shop = "shop.bench";

/** A name server that answers with what is in `zone` at the moment, and counts the questions. */
function asked(options: Omit<NamesOptions, "ask" | "clock">, zone: Record<string, readonly Told[]>) {
  const clock = new ManualClock();
  const questions: string[] = [];
  const names = new Names({
    ...options,
    clock,
    ask: async (name) => {
      questions.push(name);
      const told = zone[name];
      if (told === undefined) throw Object.assign(new Error(`no ${name}`), { code: "ENOTFOUND" });
      return told;
    },
  });
  return { names, clock, questions };
}

const at = (...addresses: string[]): readonly Told[] => addresses.map((address) => ({ address, ttlS: 5 }));

test("each time another address comes first, and all others follow it", async () => {
  const { names } = asked({ lookups: "honour" }, { [shop]: at("a", "b", "c") });
  const turns = [];
  for (let turn = 0; turn < 4; turn++) turns.push((await names.addressesOf(shop)).join(""));
  expect(turns).toEqual(["abc", "bca", "cab", "abc"]);
});

test("an answer is used until its time is over, and then asked for again", async () => {
  const zone = { [shop]: at("a") };
  const { names, clock, questions } = asked({ lookups: "honour" }, zone);
  await names.addressesOf(shop);
  zone[shop] = at("b");
  clock.pass(4_999);
  expect(await names.addressesOf(shop)).toEqual(["a"]);
  clock.pass(1);
  expect(await names.addressesOf(shop)).toEqual(["b"]);
  expect(questions).toHaveLength(2);
});

test("of several times in one answer the shortest counts", async () => {
  const told = [
    { address: "a", ttlS: 60 },
    { address: "b", ttlS: 1 },
  ];
  const { names, clock, questions } = asked({ lookups: "honour" }, { [shop]: told });
  await names.addressesOf(shop);
  clock.pass(1_000);
  await names.addressesOf(shop);
  expect(questions).toHaveLength(2);
});

test("who ignores the time goes on with the first answer for ever", async () => {
  const zone = { [shop]: at("a") };
  const { names, clock, questions } = asked({ lookups: "ignore" }, zone);
  await names.addressesOf(shop);
  zone[shop] = at("b");
  clock.pass(3_600_000);
  expect(await names.addressesOf(shop)).toEqual(["a"]);
  expect(questions).toHaveLength(1);
});

test("who goes by place tries the near zone first, and the others behind it", async () => {
  const zone = { [shop]: at("a", "b", "c"), "near.shop.bench": at("c") };
  const { names } = asked({ lookups: "geo", near: "near.shop.bench" }, zone);
  expect(await names.addressesOf(shop)).toEqual(["c", "a", "b"]);
  expect(await names.addressesOf(shop)).toEqual(["c", "b", "a"]);
});

test("a near zone that has left the name server is no reason to stay away", async () => {
  const { names } = asked({ lookups: "geo", near: "near.shop.bench" }, { [shop]: at("a", "b") });
  expect(await names.addressesOf(shop)).toEqual(["a", "b"]);
});

test("those who want to know at the same moment share one question", async () => {
  const { names, questions } = asked({ lookups: "honour" }, { [shop]: at("a", "b") });
  const answers = await Promise.all([names.addressesOf(shop), names.addressesOf(shop)]);
  expect(answers.map(([first]) => first)).toEqual(["a", "b"]);
  expect(questions).toHaveLength(1);
});

test.each<{ why: string; told: readonly Told[] | undefined }>([
  { why: "nobody knows the name", told: undefined },
  { why: "the name has no address", told: [] },
])("an old answer is not used again when $why, and the next one asks anew", async ({ told }) => {
  const zone: Record<string, readonly Told[]> = { [shop]: at("a") };
  const { names, clock, questions } = asked({ lookups: "honour" }, zone);
  await names.addressesOf(shop);
  clock.pass(5_000);
  if (told === undefined) delete zone[shop];
  else zone[shop] = told;
  await expect(names.addressesOf(shop)).rejects.toThrow(shop);
  zone[shop] = at("b");
  expect(await names.addressesOf(shop)).toEqual(["b"]);
  expect(questions).toHaveLength(3);
});

test("a way of looking up that nobody knows is refused, with the nearest one", () => {
  const told = { server: "127.0.0.1:53", lookups: "honor", near: [] };
  expect(() => namesFrom(told, 0, new ManualClock())).toThrow(
    expect.objectContaining({ kind: "usage", message: expect.stringContaining("honour") }) as Failure,
  );
});
