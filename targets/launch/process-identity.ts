/** Whether a pid still is who it was: pids are given out again, start times are not. */
import type { WardedProcess } from "./launcher.ts";
import { processRow } from "./process-table.ts";

/** Field 22 of /proc/<pid>/stat: start in clock ticks since boot. Undefined when it has ended, or without /proc. */
export function startTicksOf(pid: number): number | undefined {
  return processRow(pid)?.startTicks;
}

/**
 * Whether that very process still runs; one that ended and waits to be collected does not.
 * Where there is /proc, a ward without `startTicks` had ended before it could be looked at. Where there is none, the
 * pid alone has to do.
 */
export function isAlive({ pid, startTicks }: Pick<WardedProcess, "pid" | "startTicks">): boolean {
  if (!hasIdentities) return isTaken(pid);
  if (startTicks === undefined) return false;
  const row = processRow(pid);
  return row !== undefined && !row.isZombie && row.startTicks === startTicks;
}

const hasIdentities = processRow(process.pid) !== undefined;

function isTaken(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
