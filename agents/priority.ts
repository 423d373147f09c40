/**
 * Asks the kernel to let an agent go first: the instrument must not wait in line behind what it measures.
 *
 * Measured with Linux 6.18 on two cores, beside four processes that kept both busy, 500 requests a second to nowhere,
 * eight pairs of runs: slip p99 was 4 to 30 ms without, 3.3 to 4.5 ms with it.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { setPriority } from "node:os";

/** About nine times the weight of the usual 0. Source: Linux, sched_prio_to_weight, 9548 against 1024. */
const nice = -10;

/** What the kernel offers for it. Each of these throws where we may not, or where it does not exist. */
export interface Scheduling {
  /** The threads of this process. */
  threads(): readonly number[];
  setThread(thread: number, nice: number): void;
  /** Number of the session that this process belongs to. */
  session(): number;
  /** Linux with autogroups weighs sessions against each other, and threads only within one. */
  setSession(nice: number): void;
}

/**
 * Raises all threads of this process; those they start later inherit it. A session that is ours alone is raised too:
 * an agent started by hand shares the terminal's, with everything else that runs there.
 * Returns whether the threads were raised; without the privilege everything stays as it was, and slip is measured anyway.
 */
export function goFirst(scheduling: Scheduling = linux, pid = process.pid): boolean {
  const isRaised = isGranted(() => {
    for (const thread of scheduling.threads()) scheduling.setThread(thread, nice);
  });
  if (isRaised) {
    isGranted(() => {
      if (scheduling.session() === pid) scheduling.setSession(nice);
    });
  }
  return isRaised;
}

function isGranted(ask: () => void): boolean {
  try {
    ask();
    return true;
  } catch {
    return false; // an agent works without it, only less punctually
  }
}

const linux: Scheduling = {
  threads: () => readdirSync("/proc/self/task").map(Number),
  setThread: (thread, to) => setPriority(thread, to),
  // The sixth field; the second is the name in brackets, which may hold anything.
  session() {
    const stat = readFileSync("/proc/self/stat", "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[3]);
  },
  setSession: (to) => writeFileSync("/proc/self/autogroup", String(to)),
};
