import { expect, test } from "vitest";
import { usageBetween } from "../../controller/usage-between.ts";
import { UsageWatch, usageEveryMs } from "../../controller/usage-watch.ts";
import type { NodeUsed } from "../../metrics/series/tell-gauges.ts";
import type { NodeHandle, NodeUsage } from "../../targets/running-target.ts";
import { ManualClock } from "../fakes/manual-clock.ts";

const shop = { name: "shop-1", tier: "app", cpuMillicores: 200 } as NodeHandle;
const usage = (cpuS: number, periods = 0, throttledPeriods = 0): NodeUsage => ({
  ...{ node: "shop-1", cpuS, periods, throttledPeriods },
});

test("what was used is a share of the budget, and of one core where there is none", () => {
  const span = { from: [usage(1, 100, 10)], to: [usage(1.5, 150, 35)], spanS: 5 };
  expect(usageBetween([shop], span, { mechanism: "cgroup-v1" }).get("shop-1")).toEqual({
    ...{ cpuUsedRatio: 0.5, throttledRatio: 0.5 },
  });
  expect(usageBetween([shop], span, { mechanism: "none" }).get("shop-1")?.cpuUsedRatio).toBe(0.1);
});

test.each([
  { what: "nobody has seen", span: { from: [], to: [], spanS: 5 } },
  { what: "began anew", span: { from: [usage(9)], to: [usage(1)], spanS: 5 } },
  { what: "was looked at twice at once", span: { from: [usage(1)], to: [usage(2)], spanS: 0 } },
])("a node that $what used nothing", ({ span }) => {
  expect(usageBetween([shop], span, { mechanism: "cgroup-v1" }).get("shop-1")).toEqual({
    ...{ cpuUsedRatio: 0, throttledRatio: 0 },
  });
});

function watching(readings: readonly (NodeUsage | "fails")[]) {
  const clock = new ManualClock();
  const told: [number, readonly NodeUsed[]][] = [];
  let next = 0;
  const watch = new UsageWatch({
    target: {
      nodes: [shop],
      usage: async () => {
        const reading = readings[Math.min(next++, readings.length - 1)]!;
        if (reading === "fails") throw new Error("no such file");
        return [reading];
      },
    },
    budgets: { mechanism: "cgroup-v1" },
    clock,
    told: (second, used) => told.push([second, used]),
  });
  const pass = async (ms: number) => {
    clock.pass(ms);
    await new Promise((done) => setImmediate(done));
  };
  return { watch, told, pass };
}

test("it is looked when the drive begins and every few seconds, and told of the time between", async () => {
  const { watch, told, pass } = watching([usage(1), usage(1.5), usage(2.5)]);
  watch.start(2_000);
  await pass(2_000);
  expect(told).toEqual([]);
  await pass(usageEveryMs);
  await pass(usageEveryMs);
  expect(told.map(([second, [node]]) => [second, node?.cpuUsedRatio])).toEqual([
    [4, 0.5],
    [9, 1],
  ]);
  expect(told[0]?.[1][0]).toMatchObject({ node: "shop-1", tier: "app" });
  watch.close();
  await pass(usageEveryMs);
  expect(told).toHaveLength(2);
});

test("a timer that rings late or a little early changes neither the second nor the time between", async () => {
  const clock = new ManualClock();
  const told: [number, number | undefined][] = [];
  let cpuS = 0;
  const watch = new UsageWatch({
    target: {
      nodes: [shop],
      usage: async () => {
        // What the look itself takes.
        clock.stall(3);
        return [usage((cpuS += 0.5))];
      },
    },
    budgets: { mechanism: "cgroup-v1" },
    clock,
    told: (second, [node]) => told.push([second, node?.cpuUsedRatio]),
  });
  watch.start(0);
  for (const ms of [0, usageEveryMs, usageEveryMs, usageEveryMs]) {
    clock.pass(ms);
    await new Promise((done) => setImmediate(done));
  }
  expect(told.map(([second]) => second)).toEqual([4, 9, 14]);
  for (const [, ratio] of told) expect(ratio).toBeCloseTo(0.5, 1);
  watch.close();
});

test("a look that fails is left out, and the next tells of all the time since", async () => {
  const { watch, told, pass } = watching([usage(1), "fails", usage(2)]);
  watch.start(0);
  await pass(0);
  await pass(usageEveryMs);
  await pass(usageEveryMs);
  expect(told.map(([second, [node]]) => [second, node?.cpuUsedRatio])).toEqual([[9, 0.5]]);
  watch.close();
});
