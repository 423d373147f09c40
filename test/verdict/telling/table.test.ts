/** Columns and wrapped lines. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { table, wrapped } from "../../../verdict/telling/table.ts";

test("words are to the left, figures to the right", () => {
  expect(
    table(
      [
        ["node", "tier", "used"],
        ["shop-1", "db", "61 %"],
        ["a", "app", "100 %"],
      ],
      2,
    ),
  ).toEqual(["node    tier   used", "shop-1  db     61 %", "a       app   100 %"]);
});

test("the points of figures are one under another, and every line is as long", () => {
  expect(
    table([
      ["node", "used"],
      ["a", "65.7"],
      ["b", "3.40"],
      ["c", "1,240"],
      ["d", "0"],
      ["e", "-"],
    ]),
  ).toEqual([
    "node      used",
    "a        65.7 ",
    "b         3.40",
    "c     1,240   ",
    "d         0   ",
    "e            -",
  ]);
});

test("a wrapped sentence goes on under its beginning", () => {
  expect(wrapped("REFUTED  ", "37 units were sold", 20)).toEqual(["REFUTED  37 units", "         were sold"]);
});

test("no word is lost, and no line is too wide unless one word is", () => {
  const word = fc.stringMatching(/^[a-z]{1,12}$/);
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), fc.integer({ min: 16, max: 60 }), (words, width) => {
      const lines = wrapped("  - ", words.join(" "), width);
      expect(
        lines
          .join(" ")
          .split(/\s+/)
          .filter((each) => each !== "" && each !== "-"),
      ).toEqual(words);
      expect(lines.every((line) => line.length <= width)).toBe(true);
    }),
    { seed: 20_260_731 },
  );
});
