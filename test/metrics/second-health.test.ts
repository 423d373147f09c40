/** The worst agent speaks for the second, and for what nobody knows nobody speaks. */
import { expect, test } from "vitest";
import { type SecondHealth, worse } from "../../metrics/second-health.ts";

const well: SecondHealth = {
  slipP99Ms: 1,
  eventLoopDelayP99Ms: 2,
  stalledMs: 3,
  gcPauseMs: 4,
  agentCpuRatio: 0.5,
};

test("of each figure the worse counts, whichever agent it is of", () => {
  const late = { ...well, slipP99Ms: 40, gcPauseMs: 1 };
  expect(worse(well, late)).toEqual({ ...well, slipP99Ms: 40 });
  expect(worse(late, well)).toEqual({ ...well, slipP99Ms: 40 });
});

test("what one agent knows is known, what none knows is absent", () => {
  const known = { ...well, stealRatio: 0, throttledMs: 12, throttledRatio: 0.1 };
  expect(worse(well, known)).toEqual(known);
  expect(worse(known, well)).toEqual(known);
  expect(worse(well, well)).toEqual(well);
});
