/** Made-up runs of 40 s: a hundred pages and fifty carts a second, a fault from 10 to 14 s. */
import { expect, test } from "vitest";
import type { Settled } from "../../../metrics/timeline-second.ts";
import { blastRadiusOf } from "../../../verdict/recovery/blast-radius.ts";
import { disturbed } from "../../fakes/disturbed.ts";

const when = { calmS: 9, effectS: 10, clearS: 14, endS: 40 };
type Operations = Readonly<Record<string, Settled>>;
type During = (operation: string) => Settled | undefined;

const usual: Operations = { detail: { settled: 100, good: 100 }, cart_add: { settled: 50, good: 49 } };

function hitBy(during: During, more: Operations = {}, times = when) {
  const operations = { ...usual, ...more };
  const timeline = disturbed().timeline.map((second) => ({
    ...second,
    operations:
      second.atS < times.effectS || second.atS >= 14
        ? operations
        : Object.fromEntries(Object.entries(operations).map(([name, of]) => [name, during(name) ?? of])),
  }));
  return blastRadiusOf(timeline, times);
}

test("an operation that fails is hit, one that does not is not, and shares are of what is usually asked", () => {
  const seen = hitBy((name) => (name === "cart_add" ? { settled: 50, good: 10 } : undefined));
  expect(seen).toEqual({
    hitRatio: 0.5,
    hitShare: expect.closeTo(1 / 3, 10),
    operations: [
      { operation: "cart_add", isHit: true, beforeRatio: 0.98, duringRatio: 0.2 },
      { operation: "detail", isHit: false, beforeRatio: 1, duringRatio: 1 },
    ],
    unseen: [],
  });
});

test.each([
  { why: "it loses less than a twentieth", good: 96, isHit: false },
  { why: "it loses more than a twentieth", good: 94, isHit: true },
])("$isHit: $why", ({ good, isHit }) => {
  const seen = hitBy((name) => (name === "detail" ? { settled: 100, good } : undefined));
  expect(seen!.operations.find(({ operation }) => operation === "detail")!.isHit).toBe(isHit);
});

test("what chance makes of a few requests is no hit", () => {
  const rare = { pay: { settled: 6, good: 5 } };
  const seen = hitBy((name) => (name === "pay" ? { settled: 6, good: 4 } : undefined), rare);
  expect(seen!.operations.find(({ operation }) => operation === "pay")).toMatchObject({ isHit: false });
});

test("of too few requests nothing is said", () => {
  expect(hitBy(() => undefined, { pay: { settled: 1, good: 1 } })!.unseen).toEqual(["pay"]);
});

test("a fault of one instant is looked at for three seconds", () => {
  const instant = { ...when, clearS: 10 };
  const seen = hitBy(() => ({ settled: 50, good: 0 }), {}, instant);
  expect(seen).toMatchObject({ hitRatio: 1, hitShare: 1 });
});

test("where operations were not kept by the second nothing is said", () => {
  expect(blastRadiusOf(disturbed().timeline, when)).toBeUndefined();
});
