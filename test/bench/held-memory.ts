/** What a set of processes holds in memory, pages that several of them share counted once. */
import { readdirSync, readFileSync } from "node:fs";
import { processTable, treeOf } from "../../targets/launch/process-table.ts";

/**
 * Bytes held by `roots` and all that descended from them: the sum of proportional set sizes (proc_pid_smaps_rollup(5)).
 * Adding up resident sizes would count the shared buffers of a database once for each of its connections.
 * @throws where the kernel does not tell, or not us
 */
export function heldBytes(roots: readonly number[]): number {
  if (!readdirSync("/proc/self").includes("smaps_rollup"))
    throw new Error("this kernel does not say what a process holds");
  let kilobytes = 0;
  for (const pid of treeOf(roots, processTable())) kilobytes += proportionalKilobytes(pid);
  return kilobytes * 1024;
}

/** 0 for one that has ended meanwhile. */
function proportionalKilobytes(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ESRCH") return 0;
    throw error;
  }
}
