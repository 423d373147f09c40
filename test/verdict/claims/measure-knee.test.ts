import { expect, test } from "vitest";
import type { CapacitySeen } from "../../../verdict/capacity/capacity-seen.ts";
import { measureKnee, saturatedBy } from "../../../verdict/claims/measure-knee.ts";

const node = (name: string, tier: string, cpuBudgetMillicores: number) => ({
  ...{ name, tier, cpuBudgetMillicores, cpuUsedRatio: 0.8, throttledRatio: 0.4 },
});

const found: CapacitySeen = {
  ...{ schemaVersion: 1, runId: "r", scenario: "browse", target: "stage-04", unusual: [], seed: 42 },
  ...{ startedAt: "2026-11-21T00:00:00Z", tookS: 71.4, objective: { p99Ms: 250, errorRatio: 0.001 } },
  ...{ status: "found", because: "kept at 250 /s, broken at 260 /s", probes: [], budgets: "cgroup-v1" },
  knee: {
    ...{
      ratePerS: 250,
      belowPerS: 260,
      offeredPerS: 251,
      completedPerS: 250,
      goodPerS: 249,
    },
    ...{ p99Ms: 180, nodes: [node("shop-1", "app", 200), node("db", "db", 300)] },
  },
  saturated: { tier: "app", nodes: ["shop-1"], sureness: "sure", because: "app used 97 % of its budget" },
  afterOverload: {
    ...{ overloadPerS: 375, afterPerS: 200, goodRatioUnder: 0.4, goodRatioAfter: 0.99 },
    ...{ pauseS: 0, watchedS: 6 },
  },
};

test.each([
  { figure: "knee-per-s", is: 250 },
  { figure: "knee-per-core", is: 500 },
  { figure: "goodput-at-knee", is: 249 },
  { figure: "good-ratio-overloaded", is: 0.4 },
] as const)("$figure is $is", ({ figure, is }) => {
  expect(measureKnee({ figure }, found)).toEqual({ value: is });
});

test("where nothing was bad, the knee is at least that", () => {
  const { belowPerS: _, ...knee } = found.knee!;
  expect(measureKnee({ figure: "knee-per-s" }, { ...found, knee })).toEqual({ value: 250, isLeast: true });
});

test("there is no figure without a knee, an overload or budgets, and each says why", () => {
  const { knee: _, saturated: __, afterOverload: ___, ...none } = found;
  const lost = { ...none, because: "not even 10 /s meets the objective" };
  expect(measureKnee({ figure: "knee-per-s" }, lost)).toEqual({
    missing: "there is no knee: not even 10 /s meets the objective",
  });
  expect(saturatedBy(lost)).toHaveProperty("missing");
  expect(measureKnee({ figure: "good-ratio-overloaded" }, { ...none, knee: found.knee! })).toHaveProperty(
    "missing",
  );
  const unseen = { ...none, knee: found.knee!, overloadUnseen: "the machine itself was full" };
  expect(measureKnee({ figure: "good-ratio-overloaded" }, unseen)).toEqual({
    missing: "the machine itself was full",
  });
  expect(measureKnee({ figure: "knee-per-core" }, { ...found, budgets: "none" })).toHaveProperty("missing");
});

test("the tier is as the search told it, and none where nothing was bad", () => {
  expect(saturatedBy(found)).toEqual(found.saturated);
  const { saturated: _, ...never } = found;
  expect(saturatedBy(never)).toHaveProperty("missing");
});
