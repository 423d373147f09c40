/** When a machine counts as held back: more often than before, or with less CPU where it always was. */
import { describe, expect, test } from "vitest";
import {
  type CpuReading,
  type CpuSpan,
  cpuBetween,
  heldBackWords,
  waitingWords,
} from "../../../chaos/machines/cpu-reading.ts";

const span = (heldBackRatio: number, usedMillicores: number, throttledPeriods = 20): CpuSpan => ({
  spanS: 1,
  usedMillicores,
  throttledPeriods,
  heldBackRatio,
});

test.each([
  {
    why: "it had room before, and wants more than it gets now",
    before: span(0.1, 60, 2),
    since: span(0.9, 48),
    says: "held back in 90 % of the scheduler's periods, 10 % before; it uses 48 m",
  },
  {
    why: "it was saturated before, and gets less now",
    before: span(0.95, 190),
    since: span(1, 50),
    says: "held back in 100 % of the scheduler's periods, 95 % before; it uses 50 m, 190 m before",
  },
])("it is seen when $why", ({ before, since, says }) => {
  expect(heldBackWords(before, since)).toBe(says);
});

test.each([
  { why: "nothing changed, and it had room", before: span(0.1, 60, 2), since: span(0.12, 61, 3) },
  { why: "nothing changed, and it was saturated", before: span(0.95, 190), since: span(0.97, 188) },
  { why: "it has nothing to do", before: span(0, 2, 0), since: span(0, 2, 0) },
  { why: "it was held back for a moment only", before: span(0, 2, 0), since: span(1, 2, 4) },
  {
    why: "it uses less because there is less to do",
    before: span(0.7, 150),
    since: span(0.1, 40, 8),
  },
])("no effect is seen when $why", ({ before, since }) => {
  expect(heldBackWords(before, since)).toBeUndefined();
});

describe("on a host that has no core to spare, where budgets are never used up", () => {
  const waiting = (waitingRatio: number, usedMillicores: number, waitedS = 0.5): CpuSpan => ({
    ...span(0, usedMillicores, 0),
    ...{ waitedS, waitingRatio },
  });

  test.each([
    {
      why: "it hardly waited before, and does for most of its time now",
      before: waiting(0.05, 150, 0.01),
      since: waiting(0.7, 60),
      says: "kept waiting for a core for 70 % of the time it would run, 5 % before; it uses 60 m, 150 m before",
    },
    {
      why: "it waited for most of its time already, and gets less now",
      before: waiting(0.7, 150),
      since: waiting(0.8, 70),
      says: "kept waiting for a core for 80 % of the time it would run, 70 % before; it uses 70 m, 150 m before",
    },
  ])("a neighbour is seen when $why", ({ before, since, says }) => {
    expect(heldBackWords(before, since)).toBeUndefined();
    expect(waitingWords(before, since)).toBe(says);
  });

  test.each([
    { why: "it waits as it did", before: waiting(0.4, 150), since: waiting(0.5, 140) },
    {
      why: "it always waited, and gets as much as before",
      before: waiting(0.7, 150),
      since: waiting(0.75, 140),
    },
    { why: "it waited for a moment only", before: waiting(0, 2, 0), since: waiting(1, 2, 0.05) },
    { why: "it has less to do, and waits less", before: waiting(0.7, 150), since: waiting(0.3, 40) },
    { why: "the kernel does not count", before: span(0, 150, 0), since: span(0, 60, 0) },
  ])("no effect is seen when $why", ({ before, since }) => {
    expect(waitingWords(before, since)).toBeUndefined();
  });
});

describe("between two readings", () => {
  const reading = (
    atMs: number,
    cpuS: Readonly<Record<number, number>>,
    [periods, throttledPeriods]: readonly [number, number],
  ): CpuReading => ({
    atMs,
    cpuS: new Map(Object.entries(cpuS).map(([pid, seconds]) => [Number(pid), seconds])),
    ...{ periods, throttledPeriods },
  });

  test("CPU is that of processes which are there now, new ones from their start", () => {
    const from = reading(1_000, { 10: 5, 11: 7 }, [100, 10]);
    const to = reading(3_000, { 10: 5.2, 12: 0.1 }, [200, 60]);
    const { usedMillicores, ...rest } = cpuBetween(from, to);
    expect(usedMillicores).toBeCloseTo(150, 9);
    expect(rest).toEqual({ spanS: 2, throttledPeriods: 50, heldBackRatio: 0.5 });
  });

  test("waiting is that of the same processes, as a share of the time they ran or would have", () => {
    const counted = (atMs: number, cpuS: number, waitedS: number): CpuReading => ({
      ...reading(atMs, { 10: cpuS }, [0, 0]),
      waitedS: new Map([[10, waitedS]]),
    });
    const { waitedS, waitingRatio } = cpuBetween(counted(1_000, 5, 1), counted(2_000, 5.25, 1.75));
    expect([waitedS, waitingRatio]).toEqual([0.75, 0.75]);
  });

  test("without a period in which there was anything to do it was not held back", () => {
    const same = reading(1_000, { 10: 5 }, [100, 10]);
    expect(cpuBetween(same, same)).toEqual({
      ...{ spanS: 0, usedMillicores: 0, throttledPeriods: 0, heldBackRatio: 0 },
    });
  });
});
