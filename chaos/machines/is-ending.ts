/** Whether a process has been killed, or has ended, although nobody may have heard of it yet. */
import { contentOf } from "../../targets/launch/cgroup-folder.ts";

/** PF_EXITING of the kernel. Source: include/linux/sched.h. */
const EXITING = 0x4;
/** Bit of SIGKILL in a set of signals, the first of which is bit 0. */
const KILLED = 1n << 8n;

/** Texts of /proc/<pid>/stat and /proc/<pid>/status. */
export interface ProcessTexts {
  readonly stat: string;
  readonly status: string;
}

/** False where the kernel tells nothing of processes. */
export function isEnding(pid: number): boolean {
  if (pid < 2 || contentOf("/proc/self/stat") === undefined) return false;
  const [stat, status] = [contentOf(`/proc/${pid}/stat`), contentOf(`/proc/${pid}/status`)];
  return stat === undefined || status === undefined || saysEnding({ stat, status });
}

/**
 * One that is held to a small budget takes a while to end after it was killed. Its name may have spaces and parentheses,
 * so that fields are counted from behind the last one: state, parent, group, session, terminal, its group, flags.
 */
export function saysEnding({ stat, status }: ProcessTexts): boolean {
  const [state = "", , , , , , flags = "0"] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (state === "Z" || state === "X" || (Number(flags) & EXITING) !== 0) return true;
  const pending = [...status.matchAll(/^(?:SigPnd|ShdPnd):\s*([0-9a-f]+)$/gm)];
  return pending.some(([, signals]) => (BigInt(`0x${signals}`) & KILLED) !== 0n);
}
