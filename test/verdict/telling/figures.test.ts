/** Figures as people read them. */
import { expect, test } from "vitest";
import {
  count,
  counted,
  figure,
  ms,
  percent,
  perS,
  seconds,
  some,
} from "../../../verdict/telling/figures.ts";

test.each([
  [0, "0"],
  [999, "999"],
  [1_000, "1,000"],
  [1_234_567, "1,234,567"],
  [-12_000, "-12,000"],
])("count %d is %s", (value, words) => expect(count(value)).toBe(words));

test.each([
  [0, "0"],
  [0.043, "0.04"],
  [9.994, "9.99"],
  [9.996, "10.0"],
  [41.24, "41.2"],
  [99.96, "100"],
  [1_240.4, "1,240"],
  [Number.NaN, "-"],
])("figure %d is %s", (value, words) => expect(figure(value)).toBe(words));

test.each([
  [0, "0 %"],
  [0.000_01, "< 0.01 %"],
  [0.0021, "0.21 %"],
  [0.87, "87.0 %"],
  [0.999_99, "99.99 %"],
  [1, "100 %"],
  [1.25, "125.0 %"],
])("ratio %d is %s", (ratio, words) => expect(percent(ratio)).toBe(words));

test("units are beside the figures", () => {
  expect([ms(41.2), perS(398), seconds(30), seconds(2.54)]).toEqual(["41.2 ms", "398 /s", "30 s", "2.5 s"]);
});

test("nouns follow their number", () => {
  expect([counted(1, "unit"), counted(27, "unit"), counted(2, "reply", "replies")]).toEqual([
    "1 unit",
    "27 units",
    "2 replies",
  ]);
});

test("examples say how many more there are", () => {
  expect(some([12, 99], 2)).toBe("12, 99");
  expect(some([1, 2, 3, 4], 4)).toBe("1, 2, 3 and 1 more");
  expect(some([1, 2, 3, 4], 1_204)).toBe("1, 2, 3 and 1,201 more");
});
