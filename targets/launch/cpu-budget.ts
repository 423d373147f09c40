/** Every node as a small machine: CPU budgets by cgroup where the host allows, and usage counted in any case. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { sentenceOf } from "../../base/failure.ts";
import { cgroupMounts } from "../../metrics/cgroup-mounts.ts";
import type { BudgetReport } from "../running-target.ts";
import { type CgroupCpu, type GroupFolders, openCgroupV1, openCgroupV2 } from "./cgroup-cpu.ts";
import { contentOf, liftCpuLimit, pidsInCgroup } from "./cgroup-folder.ts";
import type { Wards } from "./launcher.ts";
import { type ProcessRow, processTable, treeOf } from "./process-table.ts";
import { type StartingRoom, StartingRooms } from "./starting-rooms.ts";

export interface Budgets {
  /** "none" when this host does not allow budgets, or as soon as applying one was refused: ask again after applying. */
  readonly mechanism: BudgetReport["mechanism"];
  /** Why there are none, when there are none. */
  readonly because: string | undefined;
  /**
   * The group of one machine, made at first asking; the same group for the same name.
   * @throws {Error} when it was asked for with another budget before
   */
  group(name: string, millicores: number): BudgetGroup;
  /** Removes the cgroups, which must be empty; those that are not are left to the sweep. Idempotent. */
  close(): void;
}

export interface BudgetGroup {
  /** Puts a process, and with it all children it will have, into the group. To be called right after its spawn. */
  add(pid: number): void;
  /** Starts holding the group to its budget; idempotent. Never throws: see `Budgets.mechanism`. */
  apply(): void;
  /**
   * Where a node of it that is started again is put until it is ready: a budget is made for serving, and starting on a
   * fortieth of a core takes minutes that tell nothing of the target. Absent while nothing is held to a budget.
   */
  startingRoom(): StartingRoom | undefined;
  /** CPU seconds since the group was made, all members together, dead ones included; never decreases. */
  usage(): GroupUsage;
  /** Live members, children included. */
  pids(): readonly number[];
  /** Its folder in the cpu controller; absent where nothing is limited. */
  readonly folder?: string;
}

export interface GroupUsage {
  readonly cpuS: number;
  /** Scheduler periods since the budget was applied, and those in which the group wanted more than it had. */
  readonly periods: number;
  readonly throttledPeriods: number;
}

export interface BudgetOptions {
  readonly runId: string;
  readonly wards: Wards;
  /** Texts of /proc/self/mountinfo and /proc/self/cgroup; this machine's own by default. */
  readonly host?: { readonly mountinfo: string; readonly ownCgroups: string };
}

/** Short, so that a node held back waits milliseconds, not tenths of a second. Source: scale model of the design. */
const PERIOD_US = 20_000;
/** The kernel takes no quota below a millisecond. Source: kernel documentation, "CFS Bandwidth Control". */
const LEAST_QUOTA_US = 1_000;

/** Quota and period in µs; the period grows where the quota would be too small for the kernel. */
export function quotaOf(millicores: number): { quotaUs: number; periodUs: number } {
  if (!(millicores >= 1)) throw new RangeError(`a budget of ${millicores} millicores is none`);
  const periodUs = Math.max(PERIOD_US, Math.ceil((LEAST_QUOTA_US * 1_000) / millicores));
  return { quotaUs: Math.round((periodUs * millicores) / 1_000), periodUs };
}

/** Tries cgroup v1, then v2, wherever the controller is; else counts without limiting. Never throws for the host. */
export function openBudgets({ runId, wards, host = thisHost() }: BudgetOptions): Budgets {
  if (!/^[\w.-]+$/.test(runId)) throw new Error(`run id "${runId}" cannot name a folder`);
  const mounts = cgroupMounts(host.mountinfo, host.ownCgroups);
  const problems: string[] = [];
  for (const open of [openCgroupV1, openCgroupV2]) {
    try {
      return new CgroupBudgets(open(mounts, { runId, wards }));
    } catch (error) {
      problems.push(sentenceOf(error));
    }
  }
  return new CountedOnly(
    mounts.length === 0 ? "this host has no cgroups" : `no cgroup could be used: ${problems.join("; ")}`,
  );
}

const thisHost = () => ({
  mountinfo: contentOf("/proc/self/mountinfo") ?? "",
  ownCgroups: contentOf("/proc/self/cgroup") ?? "",
});

class CgroupBudgets implements Budgets {
  readonly #cgroups: CgroupCpu;
  readonly #groups = new Map<string, { millicores: number; group: BudgetGroup; folders: GroupFolders }>();
  #because: string | undefined;

  constructor(cgroups: CgroupCpu) {
    this.#cgroups = cgroups;
  }

  get mechanism(): BudgetReport["mechanism"] {
    return this.#because === undefined ? this.#cgroups.mechanism : "none";
  }

  get because(): string | undefined {
    return this.#because;
  }

  group(name: string, millicores: number): BudgetGroup {
    const known = this.#groups.get(name);
    if (known !== undefined) return sameBudget(name, millicores, known);
    const quota = quotaOf(millicores);
    const folders = this.#cgroups.make(name);
    const counted = new TreeCount();
    const rooms = new StartingRooms({
      home: folders,
      make: (number) => this.#cgroups.make(`starting-${number}.${name}`),
      enter: (wanted, pid) => this.#enter(wanted, pid),
    });
    let last: GroupUsage = { cpuS: 0, periods: 0, throttledPeriods: 0 };
    let isApplied = false;
    const group: BudgetGroup = {
      add: (pid) => {
        counted.add(pid);
        this.#enter(folders, pid);
      },
      startingRoom: () => {
        const room = isApplied && this.#because === undefined ? rooms.open() : undefined;
        if (room === undefined) return undefined;
        const add = (pid: number) => {
          counted.add(pid);
          room.add(pid);
        };
        return { ...room, add };
      },
      apply: () => {
        if (isApplied || this.#because !== undefined) return;
        try {
          this.#cgroups.limit(folders, quota.quotaUs, quota.periodUs);
          isApplied = true;
        } catch (error) {
          this.#giveUp(`the kernel refused the budget of ${name}, ${millicores} m: ${sentenceOf(error)}`);
        }
      },
      usage: () => {
        const now = this.#cgroups.read(folders);
        if (now === undefined) return last;
        const startingS = rooms.folders.reduce((sum, room) => sum + (this.#cgroups.read(room)?.cpuS ?? 0), 0);
        const cpuS = now.cpuS === undefined ? counted.cpuS() : now.cpuS + startingS;
        last = { ...now, cpuS: Math.max(last.cpuS, cpuS) };
        return last;
      },
      pids: () => [folders, ...rooms.folders].flatMap(({ cpu }) => pidsInCgroup(cpu)),
      folder: folders.cpu,
    };
    this.#groups.set(name, { millicores, group, folders });
    return group;
  }

  close(): void {
    this.#cgroups.close();
  }

  /** Whether it is there now. */
  #enter(folders: GroupFolders, pid: number): boolean {
    for (const folder of new Set([folders.cpu, folders.usage ?? folders.cpu])) {
      try {
        writeFileSync(join(folder, "cgroup.procs"), String(pid));
      } catch (error) {
        // ESRCH: it has ended already, which its launcher notices by itself.
        if ((error as NodeJS.ErrnoException).code !== "ESRCH")
          this.#giveUp(`process ${pid} could not be put into ${folder}: ${sentenceOf(error)}`);
        return false;
      }
    }
    return true;
  }

  /** A stage of which only some nodes are held back would be a model of nothing: all budgets or none. */
  #giveUp(because: string): void {
    this.#because ??= because;
    for (const { folders } of this.#groups.values()) liftCpuLimit(folders.cpu);
  }
}

/** No limits; usage is summed over the trees of the processes added. */
class CountedOnly implements Budgets {
  readonly mechanism = "none";
  readonly because: string;
  readonly #groups = new Map<string, { millicores: number; group: BudgetGroup }>();

  constructor(because: string) {
    this.because = because;
  }

  group(name: string, millicores: number): BudgetGroup {
    const known = this.#groups.get(name);
    if (known !== undefined) return sameBudget(name, millicores, known);
    quotaOf(millicores);
    const counted = new TreeCount();
    const group: BudgetGroup = {
      add: (pid) => counted.add(pid),
      apply() {},
      startingRoom: () => undefined,
      usage: () => ({ cpuS: counted.cpuS(), periods: 0, throttledPeriods: 0 }),
      pids: () => counted.pids(),
    };
    this.#groups.set(name, { millicores, group });
    return group;
  }

  close(): void {}
}

function sameBudget(
  name: string,
  millicores: number,
  known: { millicores: number; group: BudgetGroup },
): BudgetGroup {
  if (known.millicores === millicores) return known.group;
  throw new Error(`machine ${name} has ${known.millicores} m and was asked for with ${millicores} m`);
}

/** CPU of process trees by /proc. What a process used is remembered when it is gone, as of the last look. */
class TreeCount {
  /** The most CPU seconds seen of each tree, by the pid it grew from: a node that was restarted has had several. */
  readonly #mostS = new Map<number, number>();

  add(pid: number): void {
    this.#mostS.set(pid, 0);
  }

  cpuS(): number {
    let sumS = 0;
    for (const [root, mostS] of this.#mostS) {
      const nowS = rowsOf([root]).reduce((sum, { cpuS }) => sum + cpuS, 0);
      this.#mostS.set(root, Math.max(mostS, nowS));
      sumS += Math.max(mostS, nowS);
    }
    return sumS;
  }

  pids(): readonly number[] {
    return rowsOf(this.#mostS.keys())
      .filter(({ isZombie }) => !isZombie)
      .map(({ pid }) => pid);
  }
}

function rowsOf(roots: Iterable<number>): readonly ProcessRow[] {
  const table = recentTable();
  const tree = treeOf(roots, table);
  return table.filter(({ pid }) => tree.has(pid));
}

/** Asking for every node's usage in turn is one question, to be answered from one look. */
const LOOK_AGAIN_AFTER_MS = 50;
let looked: { atMs: number; table: readonly ProcessRow[] } | undefined;

function recentTable(): readonly ProcessRow[] {
  const nowMs = performance.now();
  if (looked === undefined || nowMs - looked.atMs > LOOK_AGAIN_AFTER_MS) {
    looked = { atMs: nowMs, table: processTable() };
  }
  return looked.table;
}
