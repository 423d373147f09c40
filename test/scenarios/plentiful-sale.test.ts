import { expect, test } from "vitest";
import { findScenario, scenarios } from "../../scenarios/catalog.ts";
import { plentifulSale } from "../../scenarios/plentiful-sale.ts";

test("a plentiful sale has more units than anybody will try for, whatever its shape", () => {
  for (const shape of [
    { ratePerS: 1, durationS: 1 },
    { ratePerS: 30, durationS: 30 },
    { ratePerS: 500, durationS: 600 },
  ])
    expect(plentifulSale.sale?.(shape).stock).toBeGreaterThan(1.5 * shape.ratePerS * shape.durationS);
});

test("it is there for claims, and is not offered to people", () => {
  expect(findScenario("plentiful-sale")).toBe(plentifulSale);
  expect(scenarios).not.toContain(plentifulSale);
});
