/** Budgets: their arithmetic, and hosts that allow none. One that does is in test/e2e. */
import { describe, expect, test } from "vitest";
import { periodsOf } from "../../../targets/launch/cgroup-cpu.ts";
import { openBudgets, quotaOf } from "../../../targets/launch/cpu-budget.ts";
import { WardList } from "../../../targets/launch/ward-list.ts";

test.each([
  { millicores: 100, quotaUs: 2_000, periodUs: 20_000 },
  { millicores: 200, quotaUs: 4_000, periodUs: 20_000 },
  { millicores: 1_500, quotaUs: 30_000, periodUs: 20_000 },
  { millicores: 50, quotaUs: 1_000, periodUs: 20_000 },
  { millicores: 10, quotaUs: 1_000, periodUs: 100_000 },
])("$millicores m is $quotaUs µs of every $periodUs µs", ({ millicores, ...quota }) => {
  expect(quotaOf(millicores)).toEqual(quota);
});

test.each([0, -5, Number.NaN])("a budget of %s is a bug", (millicores) => {
  expect(() => quotaOf(millicores)).toThrow(RangeError);
});

test("cpu.stat is read the same in both versions", () => {
  expect(periodsOf("usage_usec 12\nnr_periods 600\nnr_throttled 15\nthrottled_usec 1")).toEqual({
    periods: 600,
    throttledPeriods: 15,
  });
  expect(periodsOf("usage_usec 12\n")).toEqual({ periods: 0, throttledPeriods: 0 });
});

describe("a host without cgroups", () => {
  const open = () =>
    openBudgets({ runId: "r1", wards: new WardList(), host: { mountinfo: "", ownCgroups: "" } });

  test("has no budgets and says why", () => {
    const budgets = open();
    budgets.group("db-1", 200).apply();
    expect(budgets).toMatchObject({ mechanism: "none", because: "this host has no cgroups" });
    budgets.close();
  });

  test("still counts what its processes use, and who they are", () => {
    const group = open().group("this", 1_000);
    group.add(process.pid);
    expect(group.usage()).toMatchObject({ periods: 0, throttledPeriods: 0 });
    expect(group.usage().cpuS).toBeGreaterThan(0);
    expect(group.pids()).toContain(process.pid);
  });

  test("a machine is one group, and cannot have two budgets", () => {
    const budgets = open();
    expect(budgets.group("machine-1", 500)).toBe(budgets.group("machine-1", 500));
    expect(() => budgets.group("machine-1", 400)).toThrow("machine-1 has 500 m");
  });
});

test("a controller that is mounted but not ours to use is a reason, not an error", () => {
  const host = {
    mountinfo: "36 32 0:32 / /nowhere/cpu rw - cgroup cgroup rw,cpu",
    ownCgroups: "2:cpu:/",
  };
  const budgets = openBudgets({ runId: "r1", wards: new WardList(), host });
  expect(budgets.mechanism).toBe("none");
  expect(budgets.because).toContain("/nowhere/cpu/stagebench-r1");
});
