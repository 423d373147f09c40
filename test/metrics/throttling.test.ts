/** `cpu.stat` of both cgroup versions. */
import { expect, test } from "vitest";
import { throttledRatio, throttlingBetween, throttlingOf } from "../../metrics/throttling.ts";

const v1 = "nr_periods 120\nnr_throttled 30\nthrottled_time 450000000\n";
const v2 = `usage_usec 9000000
user_usec 8000000
system_usec 1000000
core_sched.force_idle_usec 0
nr_periods 120
nr_throttled 30
throttled_usec 450000
nr_bursts 0
burst_usec 0
`;

test.each([
  { version: "version 1, in nanoseconds", text: v1 },
  { version: "version 2, in microseconds", text: v2 },
])("$version, tells periods and time held back", ({ text }) => {
  expect(throttlingOf(text)).toEqual({ periods: 120, throttledPeriods: 30, throttledUs: 450_000 });
});

test.each([
  { why: "version 2 has usage alone where the controller is not handed down", text: "usage_usec 9000000\n" },
  { why: "the file was empty", text: "" },
  { why: "it is something else", text: "nr_periods many\nnr_throttled 3\nthrottled_usec 1\n" },
])("nothing is known when $why", ({ text }) => {
  expect(throttlingOf(text)).toBeUndefined();
});

test("between two readings only what came in between counts", () => {
  const later = { periods: 130, throttledPeriods: 34, throttledUs: 481_500 };
  const between = throttlingBetween(throttlingOf(v1)!, later);
  expect(between).toEqual({ throttledMs: 31.5, throttledPeriods: 4, periods: 10 });
  expect(throttledRatio(between)).toBe(0.4);
});

test("a cgroup without a limit was never held back, which is known", () => {
  const still = { periods: 0, throttledPeriods: 0, throttledUs: 0 };
  expect(throttledRatio(throttlingBetween(still, still))).toBe(0);
});
