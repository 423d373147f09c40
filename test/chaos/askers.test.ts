import { expect, test } from "vitest";
import { Random } from "../../base/random.ts";
import { Askers } from "../../chaos/askers.ts";
import { absentPerS, absentWishIn } from "../../chaos/cache/absent-rate.ts";
import { absentId } from "../../chaos/faults/penetration.ts";
import { ManualClock } from "../fakes/manual-clock.ts";

const SEED = 11;

function askers(ask: (url: string, path: string) => Promise<number>) {
  const clock = new ManualClock();
  const random = new Random(SEED);
  return {
    clock,
    askers: new Askers({
      ...{ urls: ["http://a", "http://b"], ratePerS: 100, clock, random, ask },
      path: () => "/item/7",
    }),
  };
}

test("asks as often as it says, of every way in in turn, and stops when it is told to", async () => {
  const asked: string[] = [];
  const { clock, askers: some } = askers(async (url, path) => {
    asked.push(`${url}${path}`);
    return 404;
  });
  some.start();
  some.start();
  expect(some.isAsking).toBe(true);
  for (let second = 0; second < 10; second++) {
    clock.pass(1_000);
    await new Promise(setImmediate);
  }
  await some.stop();
  const { due, sent, absent, spanS, latestMs } = some.seen;
  expect(spanS).toBe(10);
  // 1,000 by chance: within four standard deviations.
  expect(due, `seed ${SEED}`).toBeGreaterThan(870);
  expect(due, `seed ${SEED}`).toBeLessThan(1_130);
  expect([sent, absent]).toEqual([due, due]);
  expect(latestMs).toBeLessThanOrEqual(5);
  expect(asked.slice(0, 2)).toEqual(["http://a/item/7", "http://b/item/7"]);
  clock.pass(1_000);
  expect(some.seen).toMatchObject({ due, spanS: 10 });
  expect(some.isAsking).toBe(false);
});

test("what was not answered, or otherwise, is told apart; a late start is told", async () => {
  const answers = [404, 200, 503];
  const { clock, askers: some } = askers(async () => answers.shift() ?? Promise.reject(new Error("reset")));
  some.start();
  clock.stall(80);
  clock.pass(100);
  await new Promise(setImmediate);
  const { sent, fine, absent, other, failed, latestMs } = some.seen;
  expect([fine, absent, other, failed]).toEqual([1, 1, 2, sent - 3]);
  expect(latestMs).toBeGreaterThan(20);
  await some.stop();
});

test("what is due while too many are under way is held back, and said", async () => {
  const { clock, askers: some } = askers(() => new Promise(() => {}));
  some.start();
  clock.pass(10_000);
  const { due, sent, heldBack } = some.seen;
  expect(sent).toBe(256);
  expect(heldBack).toBe(due - 256);
  await some.stop();
});

test.each([
  { word: "30%", wish: { share: 0.3 }, perS: 45 },
  { word: "50/s", wish: { perS: 50 }, perS: 50 },
  { word: "50/s,200", wish: { perS: 50, different: 200 }, perS: 50 },
  { word: "250%", wish: { share: 2.5 }, perS: 375 },
])("$word is $perS a second of 150 planned", ({ word, wish, perS }) => {
  expect(absentWishIn(word)).toEqual(wish);
  expect(absentPerS(wish, 150)).toBe(perS);
});

test.each(["", "30", "0%", "30%,0", "30%,a", "-5/s", "30%,1,2"])("%j is no rate", (word) => {
  expect(absentWishIn(word)).toBeUndefined();
});

test("a share of a rate that nobody planned is no rate", () => {
  expect(absentPerS({ share: 0.3 }, undefined)).toBeUndefined();
});

test.each([
  { why: "hardly any is asked for twice", wish: {}, first: 100_001, last: 2_147_483_647 },
  { why: "only so many are asked for", wish: { different: 20 }, first: 100_001, last: 100_020 },
])("absent ids lie above the catalogue, and $why", ({ wish, first, last }) => {
  expect(absentId(100_000, wish, 0)).toBe(first);
  expect(absentId(100_000, wish, 1 - 2 ** -32)).toBeGreaterThan(last - 2);
  expect(absentId(100_000, wish, 1 - 2 ** -32)).toBeLessThanOrEqual(last);
});
