/** The memory of machines, each counted by itself so that it can be limited later: a run's corner of the memory controller. */
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Failure, sentenceOf } from "../../base/failure.ts";
import { cgroupMounts } from "../../metrics/cgroup-mounts.ts";
import { homeOf, makeFolder, makeOne } from "./cgroup-cpu.ts";
import { contentOf } from "./cgroup-folder.ts";
import type { Wards } from "./launcher.ts";

export interface MemoryGroup {
  readonly folder: string;
  /** Puts a process into it, before it has any memory of its own to speak of. @throws when the kernel refuses */
  add(pid: number): void;
}

export interface MemoryGroupsOptions {
  readonly runId: string;
  readonly wards: Wards;
  /** Texts of /proc/self/mountinfo and /proc/self/cgroup; this machine's own by default. */
  readonly host?: { readonly mountinfo: string; readonly ownCgroups: string };
}

export class MemoryGroups {
  readonly #options: MemoryGroupsOptions;
  readonly #groups = new Map<string, MemoryGroup>();
  #v1: string | undefined;
  /** Folders that were not ours and hand memory down since we asked for it. */
  readonly #changed = new Set<string>();

  constructor(options: MemoryGroupsOptions) {
    this.#options = options;
  }

  /**
   * The group of one machine, made at first asking, without a limit.
   * @param cpuFolder its folder in the cpu controller, which in v2 is the one for memory as well
   * @throws {Failure} `environment` where memory is not counted by cgroups, or they are not ours to make
   */
  of(machine: string, cpuFolder: string | undefined): MemoryGroup {
    const known = this.#groups.get(machine);
    if (known !== undefined) return known;
    try {
      const group = this.#inV1(machine) ?? this.#inV2(cpuFolder);
      this.#groups.set(machine, group);
      return group;
    } catch (error) {
      const why = `the memory of ${machine} cannot be limited here: ${sentenceOf(error)}`;
      throw new Failure("environment", why, { hint: "leave the fault memory out", cause: error });
    }
  }

  /** Once the groups are gone: what is not ours is as it was. Idempotent. */
  close(): void {
    for (const home of this.#changed) {
      try {
        writeFileSync(join(home, "cgroup.subtree_control"), "-memory");
      } catch {
        // Refused by the kernel as long as a second run of ours needs it, which is just as well.
      }
    }
    this.#changed.clear();
  }

  #inV1(machine: string): MemoryGroup | undefined {
    const { host, ...corner } = this.#options;
    const mountinfo = host?.mountinfo ?? contentOf("/proc/self/mountinfo") ?? "";
    const home = homeOf(
      cgroupMounts(mountinfo, host?.ownCgroups ?? contentOf("/proc/self/cgroup") ?? ""),
      "memory",
    );
    if (home === undefined) return undefined;
    this.#v1 ??= makeFolder(home, corner);
    const folder = join(this.#v1, machine);
    makeOne(folder, corner.wards);
    return { folder, add: (pid) => enter(folder, pid) };
  }

  /** The processes are in it already, by their CPU budget. */
  #inV2(cpuFolder: string | undefined): MemoryGroup {
    if (cpuFolder === undefined) throw new Error("its machine has no cgroup");
    const ofRun = dirname(cpuFolder);
    const home = dirname(ofRun);
    if (handDown(home)) this.#changed.add(home);
    handDown(ofRun);
    return { folder: cpuFolder, add() {} };
  }
}

/** From a folder to those below it; whether it was not so before. */
function handDown(folder: string): boolean {
  const control = join(folder, "cgroup.subtree_control");
  if ((contentOf(control) ?? "").trim().split(/\s+/).includes("memory")) return false;
  writeFileSync(control, "+memory");
  return true;
}

function enter(folder: string, pid: number): void {
  try {
    writeFileSync(join(folder, "cgroup.procs"), String(pid));
  } catch (error) {
    // It has ended already, which its launcher notices by itself.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
