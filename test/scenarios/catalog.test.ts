import { expect, test } from "vitest";
import { findScenario, scenarios } from "../../scenarios/catalog.ts";

test("no two scenarios share a name, and each is found by it", () => {
  expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length);
  for (const scenario of scenarios) expect(findScenario(scenario.name)).toBe(scenario);
});

test("a slip of the finger is answered with the nearest name", () => {
  expect(() => findScenario("flash-slae")).toThrow(
    'unknown scenario "flash-slae"; did you mean "flash-sale"?',
  );
});
