import { expect, test } from "vitest";
import * as scenario from "../../scenarios/operations/search-words.ts";
import * as shop from "../../targets/shop/seed/vocabulary.ts";

test("people search for what the shop's items are named with; the two know each other only by this test", () => {
  expect(scenario.materials).toEqual(shop.materials);
  expect(scenario.things).toEqual(shop.things);
});
