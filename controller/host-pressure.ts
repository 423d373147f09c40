/** How hard pressed the host was between two instants: PSI and steal, where the kernel tells. */
import { readFileSync } from "node:fs";

export interface PressureReading {
  readonly atMs: number;
  /** Cumulative microseconds in which some task waited for a CPU (/proc/pressure/cpu). */
  readonly cpuSomeUs: number | undefined;
  /** Cumulative jiffies: stolen by the hypervisor, and in all (/proc/stat). */
  readonly stealJiffies: number | undefined;
  readonly allJiffies: number | undefined;
}

export interface HostPressure {
  readonly cpuSomeRatio?: number;
  readonly stealRatio?: number;
}

export function readPressure(nowMs: number): PressureReading {
  const some = /^some .*total=(\d+)/m.exec(textOf("/proc/pressure/cpu"));
  const jiffies = /^cpu\s+(.*)$/m.exec(textOf("/proc/stat"))?.[1]?.trim().split(/\s+/).map(Number);
  return {
    atMs: nowMs,
    cpuSomeUs: some?.[1] === undefined ? undefined : Number(some[1]),
    // user nice system idle iowait irq softirq steal; guest time is inside user.
    stealJiffies: jiffies?.[7],
    allJiffies: jiffies?.slice(0, 8).reduce((sum, each) => sum + each, 0),
  };
}

export function pressureBetween(from: PressureReading, to: PressureReading): HostPressure {
  const pressure: { cpuSomeRatio?: number; stealRatio?: number } = {};
  const spanMs = to.atMs - from.atMs;
  if (from.cpuSomeUs !== undefined && to.cpuSomeUs !== undefined && spanMs > 0) {
    pressure.cpuSomeRatio = Math.min(1, (to.cpuSomeUs - from.cpuSomeUs) / 1000 / spanMs);
  }
  const all = (to.allJiffies ?? 0) - (from.allJiffies ?? 0);
  if (from.stealJiffies !== undefined && to.stealJiffies !== undefined && all > 0) {
    pressure.stealRatio = (to.stealJiffies - from.stealJiffies) / all;
  }
  return pressure;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
