/** Who runs on this machine and who begot whom: one look at /proc, or at `ps` where there is no /proc. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

export interface ProcessRow {
  readonly pid: number;
  readonly parentPid: number;
  /** Process group; a detached child of ours leads its own. */
  readonly groupId: number;
  /** Session; 0 where only `ps` is there to ask. */
  readonly sessionId: number;
  /** Ended, but not yet collected by its parent. */
  readonly isZombie: boolean;
  /** CPU seconds of itself and of the children it has collected. */
  readonly cpuS: number;
  /** Start in clock ticks since boot; undefined where there is no /proc. */
  readonly startTicks: number | undefined;
}

/** Clock ticks a second in /proc: Linux shows USER_HZ, which is 100 on every architecture Node runs on. Source: proc_pid_stat(5). */
const TICKS_PER_S = 100;

const hasProc = existsSync("/proc/self/stat");

/** Every process of this machine, as of now. */
export function processTable(): readonly ProcessRow[] {
  if (!hasProc) {
    return rowsOfPs(execFileSync("ps", ["-axo", "pid=,ppid=,pgid=,stat=,time="], { encoding: "utf8" }));
  }
  const rows: ProcessRow[] = [];
  for (const entry of readdirSync("/proc")) {
    const pid = Number(entry);
    const row = Number.isInteger(pid) ? processRow(pid) : undefined;
    if (row !== undefined) rows.push(row);
  }
  return rows;
}

/** One process; undefined when there is none, or no /proc. */
export function processRow(pid: number): ProcessRow | undefined {
  try {
    return rowOfStat(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return undefined; // It ended between being named and being looked at, which is all we wanted to know.
  }
}

/**
 * A line of /proc/<pid>/stat; undefined when it is none. The second field is the command in brackets and may itself
 * hold blanks and brackets, so counting begins after the last one.
 */
export function rowOfStat(line: string): ProcessRow | undefined {
  const close = line.lastIndexOf(")");
  if (close < 0) return undefined;
  const rest = line.slice(close + 2).split(" ");
  /** By the numbers of proc_pid_stat(5): the first word of `rest` is field 3. */
  const field = (number: number) => Number(rest[number - 3]);
  return {
    pid: Number.parseInt(line, 10),
    parentPid: field(4),
    groupId: field(5),
    sessionId: field(6),
    isZombie: rest[0] === "Z" || rest[0] === "X",
    cpuS: (field(14) + field(15) + field(16) + field(17)) / TICKS_PER_S,
    startTicks: field(22),
  };
}

/** Lines of `ps -axo pid=,ppid=,pgid=,stat=,time=`. */
export function rowsOfPs(text: string): readonly ProcessRow[] {
  return text
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter((words) => words.length >= 5)
    .map(([pid, parentPid, groupId, state, time]) => ({
      pid: Number(pid),
      parentPid: Number(parentPid),
      groupId: Number(groupId),
      sessionId: 0,
      isZombie: state?.startsWith("Z") ?? false,
      cpuS: secondsOfPsTime(time ?? ""),
      startTicks: undefined,
    }));
}

/** The processes of `roots` and everything descended from them, as far as the chain of parents is unbroken. */
export function treeOf(roots: Iterable<number>, table: readonly ProcessRow[]): ReadonlySet<number> {
  const childrenOf = new Map<number, number[]>();
  for (const { pid, parentPid } of table) {
    const siblings = childrenOf.get(parentPid);
    if (siblings === undefined) childrenOf.set(parentPid, [pid]);
    else siblings.push(pid);
  }
  const known = new Set(table.map(({ pid }) => pid));
  const tree = new Set<number>();
  const queue = [...roots].filter((pid) => known.has(pid));
  for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
    if (tree.has(pid)) continue;
    tree.add(pid);
    queue.push(...(childrenOf.get(pid) ?? []));
  }
  return tree;
}

/** `[[days-]hours:]minutes:seconds[.hundredths]` */
function secondsOfPsTime(time: string): number {
  const [clock = "", days = "0"] = time.split("-").reverse();
  return clock.split(":").reduce((sum, part) => sum * 60 + Number(part), 0) + Number(days) * 86_400;
}
