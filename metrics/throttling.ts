/** How much a cgroup held its processes back, read off its `cpu.stat`, version 1 or 2. */

/** Cumulative since the cgroup was made. */
export interface ThrottlingReading {
  /** Scheduler periods in which something wanted to run under a limit; stays 0 where there is no limit. */
  readonly periods: number;
  readonly throttledPeriods: number;
  /** Summed over CPUs, microseconds: two CPUs held back at once for 1 ms count 2 ms. */
  readonly throttledUs: number;
}

/** Between two readings. */
export interface Throttling {
  /** Summed over CPUs, milliseconds. */
  readonly throttledMs: number;
  readonly throttledPeriods: number;
  readonly periods: number;
}

/**
 * Version 1 tells nanoseconds as `throttled_time`, version 2 microseconds as `throttled_usec`. Undefined when the file
 * has none of it: that of version 2 does not where the cpu controller is not handed down.
 * Source: Linux, Documentation/scheduler/sched-bwc.rst and Documentation/admin-guide/cgroup-v2.rst.
 */
export function throttlingOf(cpuStat: string): ThrottlingReading | undefined {
  const periods = figureOf(cpuStat, "nr_periods");
  const throttledPeriods = figureOf(cpuStat, "nr_throttled");
  const ns = figureOf(cpuStat, "throttled_time");
  const throttledUs = figureOf(cpuStat, "throttled_usec") ?? (ns === undefined ? undefined : ns / 1000);
  if (periods === undefined || throttledPeriods === undefined || throttledUs === undefined) return undefined;
  return { periods, throttledPeriods, throttledUs };
}

export function throttlingBetween(from: ThrottlingReading, to: ThrottlingReading): Throttling {
  return {
    throttledMs: Math.max(0, to.throttledUs - from.throttledUs) / 1000,
    throttledPeriods: Math.max(0, to.throttledPeriods - from.throttledPeriods),
    periods: Math.max(0, to.periods - from.periods),
  };
}

/** Share of the periods with something to run in which it was held back; 0 when there was none. */
export function throttledRatio({ periods, throttledPeriods }: Throttling): number {
  return periods === 0 ? 0 : Math.min(1, throttledPeriods / periods);
}

function figureOf(cpuStat: string, name: string): number | undefined {
  const figure = new RegExp(`^${name} (\\d+)$`, "m").exec(cpuStat)?.[1];
  return figure === undefined ? undefined : Number(figure);
}
