import { describe, expect, test } from "vitest";
import { Random } from "../../base/random.ts";
import { MixTable, phaseAt } from "../../scenarios/mix.ts";

describe("a mix", () => {
  test("is drawn in proportion to its weights, which need not add up to 1", () => {
    const table = new MixTable({ home: 3, never: 0, detail: 6, pay: 1 });
    const chance = new Random(4, 4);
    const counts: Record<string, number> = { home: 0, detail: 0, pay: 0, never: 0 };
    for (let draw = 0; draw < 20_000; draw++) counts[table.draw(chance)]!++;
    expect(counts.never).toBe(0);
    for (const name of ["home", "detail", "pay"]) {
      const ratio = table.ratioOf(name);
      expect(Math.abs(counts[name]! / 20_000 - ratio)).toBeLessThan(
        4 * Math.sqrt((ratio * (1 - ratio)) / 20_000),
      );
    }
    expect(["home", "never", "detail", "pay", "unknown"].map((name) => table.ratioOf(name))).toEqual([
      0.3, 0, 0.6, 0.1, 0,
    ]);
  });

  test("takes one number of chance for each draw, whatever is drawn", () => {
    const table = new MixTable({ a: 1, b: 1 });
    const drawn = new Random(1, 1);
    const counted = new Random(1, 1);
    for (let draw = 0; draw < 5; draw++) {
      table.draw(drawn);
      counted.next();
    }
    expect(drawn.next()).toBe(counted.next());
  });

  test.each([{}, { a: 0 }, { a: 1, b: -1 }, { a: Number.NaN, b: 1 }])("cannot be %o", (mix) => {
    expect(() => new MixTable(mix)).toThrow(RangeError);
  });
});

test("an arrival belongs to the phase it is planned in; warm-up to the first, the very end to the last", () => {
  const phases = [
    { name: "one", fromS: 0, toS: 2, mix: { a: 1 } },
    { name: "two", fromS: 2, toS: 5, mix: { a: 1 } },
  ];
  expect([-3, 0, 1.999, 2, 4.9, 5, 6].map((atS) => phaseAt(phases, atS).name)).toEqual([
    "one",
    "one",
    "one",
    "two",
    "two",
    "two",
    "two",
  ]);
});
