import { expect, test } from "vitest";
import { evenly } from "../../../../targets/shop/sale/sale-parts.ts";

test.each([
  { units: 10, count: 4, parts: [3, 3, 2, 2] },
  { units: 3, count: 4, parts: [1, 1, 1, 0] },
  { units: 0, count: 2, parts: [0, 0] },
  { units: 7, count: 1, parts: [7] },
])("$units units in $count parts", ({ units, count, parts }) => {
  expect(evenly(units, count)).toEqual(parts);
});
