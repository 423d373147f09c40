/** How long the threads of a process have stood ready and waited for a core, by the kernel's own account. */
import { readdirSync } from "node:fs";
import { contentOf } from "../../targets/launch/cgroup-folder.ts";

/** Seconds since it started, of the threads that are there; undefined where the kernel does not count. */
export function runDelayS(pid: number): number | undefined {
  let threads: readonly string[];
  try {
    threads = readdirSync(`/proc/${pid}/task`);
  } catch {
    return undefined; // It has ended, or there is no /proc.
  }
  const delays = threads.flatMap(
    (thread) => delayIn(contentOf(`/proc/${pid}/task/${thread}/schedstat`)) ?? [],
  );
  return delays.length === 0 ? undefined : delays.reduce((sum, each) => sum + each, 0);
}

/** The second number of schedstat, in nanoseconds. Source: Documentation/scheduler/sched-stats.rst of Linux. */
export function delayIn(text: string | undefined): number | undefined {
  const [, waitedNs] = /^\d+ (\d+) \d+\s*$/.exec(text ?? "") ?? [];
  return waitedNs === undefined ? undefined : Number(waitedNs) / 1e9;
}
