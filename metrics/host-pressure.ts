/** How hard pressed a host was between two instants: PSI and steal, where its kernel tells. */

export interface PressureReading {
  readonly atMs: number;
  /** Cumulative microseconds in which some task waited for a CPU. */
  readonly cpuSomeUs: number | undefined;
  /** Cumulative jiffies: stolen by the hypervisor, and in all. */
  readonly stealJiffies: number | undefined;
  readonly allJiffies: number | undefined;
  /** Cumulative jiffies in which a CPU had nothing to do; waiting for a disk is nothing. */
  readonly idleJiffies?: number;
  /** How long a core without work stays awake, in ms; undefined where nobody tells. */
  readonly haltPollMs?: number | undefined;
}

/** Ratios 0-1 of time; absent where the kernel does not tell. */
export interface HostPressure {
  /** Share of time in which some task waited for a CPU. */
  readonly cpuSomeRatio?: number;
  /** Share of all CPU time that the hypervisor took. */
  readonly stealRatio?: number;
  /** Share of all CPU time in which a CPU had something to do, whoever for. */
  readonly cpuBusyRatio?: number;
  /** How long a core without work stayed awake and looked for some, in ms, as it was set at the end. */
  readonly haltPollMs?: number;
}

/**
 * From the texts of /proc/pressure/cpu and /proc/stat, of which the beginning is enough; undefined: there is no such
 * file. Source: Linux, Documentation/accounting/psi.rst and proc(5).
 */
export function pressureOf(
  atMs: number,
  pressure: string | undefined,
  stat: string | undefined,
): PressureReading {
  const some = /^some .*total=(\d+)$/m.exec(pressure ?? "")?.[1];
  const jiffies = /^cpu\s+(.*)$/m
    .exec(stat ?? "")?.[1]
    ?.trim()
    .split(/\s+/)
    .map(Number);
  return {
    atMs,
    cpuSomeUs: some === undefined ? undefined : Number(some),
    // user nice system idle iowait irq softirq steal; guest time is inside user.
    stealJiffies: jiffies?.[7],
    allJiffies: jiffies?.slice(0, 8).reduce((sum, each) => sum + each, 0),
    ...(jiffies && { idleJiffies: (jiffies[3] ?? 0) + (jiffies[4] ?? 0) }),
  };
}

export function pressureBetween(from: PressureReading, to: PressureReading): HostPressure {
  const pressure: { -readonly [figure in keyof HostPressure]: HostPressure[figure] } = {
    ...(to.haltPollMs !== undefined && { haltPollMs: to.haltPollMs }),
  };
  const spanMs = to.atMs - from.atMs;
  if (from.cpuSomeUs !== undefined && to.cpuSomeUs !== undefined && spanMs > 0) {
    pressure.cpuSomeRatio = ratio((to.cpuSomeUs - from.cpuSomeUs) / 1000, spanMs);
  }
  const all = (to.allJiffies ?? 0) - (from.allJiffies ?? 0);
  if (from.stealJiffies !== undefined && to.stealJiffies !== undefined && all > 0) {
    pressure.stealRatio = ratio(to.stealJiffies - from.stealJiffies, all);
  }
  if (from.idleJiffies !== undefined && to.idleJiffies !== undefined && all > 0) {
    pressure.cpuBusyRatio = ratio(all - (to.idleJiffies - from.idleJiffies), all);
  }
  return pressure;
}

/** The kernel's counters are read one after another, and some may step back a little. */
const ratio = (part: number, whole: number): number => Math.min(1, Math.max(0, part / whole));
