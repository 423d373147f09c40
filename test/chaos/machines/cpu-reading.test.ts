/** When a machine counts as held back: more often than before, or with less CPU where it always was. */
import { describe, expect, test } from "vitest";
import {
  type CpuReading,
  type CpuSpan,
  cpuBetween,
  heldBackWords,
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

  test("without a period in which there was anything to do it was not held back", () => {
    const same = reading(1_000, { 10: 5 }, [100, 10]);
    expect(cpuBetween(same, same)).toEqual({
      ...{ spanS: 0, usedMillicores: 0, throttledPeriods: 0, heldBackRatio: 0 },
    });
  });
});
