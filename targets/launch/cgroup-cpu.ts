/** A run's own corner of the cpu controller, v1 or v2: made, limited and read in that version's words. */
import { accessSync, constants, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { sentenceOf } from "../../base/failure.ts";
import type { CgroupMount } from "../../metrics/cgroup-mounts.ts";
import { CGROUP_PREFIX, contentOf, removeCgroup } from "./cgroup-folder.ts";
import type { Wards } from "./launcher.ts";

export interface CgroupCpu {
  readonly mechanism: "cgroup-v1" | "cgroup-v2";
  /** Makes the cgroup of one group, without a limit; returns its folders, to which processes must be added. */
  make(group: string): GroupFolders;
  /** @throws when the kernel refuses, for example because a cgroup above has less */
  limit(group: GroupFolders, quotaUs: number, periodUs: number): void;
  /** Undefined when the cgroup is gone; `cpuS` undefined when this host does not count it there. */
  read(group: GroupFolders): CpuRead | undefined;
  /** Removes the run's own folders, which must be empty by then; says why when it cannot. */
  close(): readonly string[];
}

export interface GroupFolders {
  readonly cpu: string;
  /** v1 may count usage in a hierarchy of its own; the same as `cpu` otherwise. */
  readonly usage: string | undefined;
}

export interface CpuRead {
  readonly cpuS: number | undefined;
  readonly periods: number;
  readonly throttledPeriods: number;
}

interface Corner {
  readonly runId: string;
  readonly wards: Wards;
}

/** @throws an `Error` that says why this host does not allow it */
export function openCgroupV1(mounts: readonly CgroupMount[], corner: Corner): CgroupCpu {
  const cpuHome = homeOf(mounts, "cpu");
  if (cpuHome === undefined) throw new Error("the cpu controller of cgroup v1 is not mounted");
  const usageHome = homeOf(mounts, "cpuacct");
  const cpu = makeFolder(cpuHome, corner);
  try {
    writeFileSync(join(cpu, "cpu.cfs_quota_us"), "-1");
  } catch (error) {
    removeCgroup(cpu);
    throw error;
  }
  const usage =
    usageHome === undefined ? undefined : usageHome === cpuHome ? cpu : tryMake(usageHome, corner);

  return {
    mechanism: "cgroup-v1",
    make(group) {
      const folders = { cpu: join(cpu, group), usage: usage === undefined ? undefined : join(usage, group) };
      for (const folder of new Set([folders.cpu, folders.usage ?? folders.cpu]))
        makeOne(folder, corner.wards);
      return folders;
    },
    limit({ cpu: folder }, quotaUs, periodUs) {
      writeFileSync(join(folder, "cpu.cfs_period_us"), String(periodUs));
      writeFileSync(join(folder, "cpu.cfs_quota_us"), String(quotaUs));
    },
    read({ cpu: folder, usage: usageFolder }) {
      const stat = contentOf(join(folder, "cpu.stat"));
      if (stat === undefined) return undefined;
      const usageNs = usageFolder === undefined ? undefined : contentOf(join(usageFolder, "cpuacct.usage"));
      return { cpuS: usageNs === undefined ? undefined : Number(usageNs) / 1e9, ...periodsOf(stat) };
    },
    close: () => [cpu, ...(usage === undefined || usage === cpu ? [] : [usage])].flatMap(removalProblem),
  };
}

/** The folder of a v1 controller in which we are; undefined where it is not mounted. */
export function homeOf(mounts: readonly CgroupMount[], controller: string): string | undefined {
  const mount = mounts.find(({ version, controllers }) => version === 1 && controllers.includes(controller));
  if (mount === undefined) return undefined;
  return existsSync(mount.ownFolder) ? mount.ownFolder : mount.mountPoint;
}

/**
 * Climbs from the folder we are in to the first one above that may be divided: in v2 a folder either holds processes or
 * hands controllers down to folders below it, never both, and moving a process needs leave of a common ancestor.
 * @throws an `Error` that says why this host does not allow it
 */
export function openCgroupV2(mounts: readonly CgroupMount[], corner: Corner): CgroupCpu {
  const mount = mounts.find(({ version }) => version === 2);
  if (mount === undefined) throw new Error("cgroup v2 is not mounted");
  const above = ancestry(mount.ownFolder, mount.mountPoint);
  const problems: string[] = [];
  // Those which hand the controller down already come first: nothing of the host's own then has to be changed.
  for (const mayEnable of [false, true]) {
    for (const home of above) {
      const opened = tryOpenV2(home, mayEnable, corner);
      if (typeof opened !== "string") return opened;
      if (mayEnable) problems.push(`${home} ${opened}`);
    }
  }
  throw new Error(problems.join("; "));
}

function tryOpenV2(home: string, mayEnable: boolean, corner: Corner): CgroupCpu | string {
  if (!hasWord(join(home, "cgroup.controllers"), "cpu")) return "has no cpu controller";
  const control = join(home, "cgroup.subtree_control");
  const wasHandedDown = hasWord(control, "cpu");
  let folder: string | undefined;
  const undo = () => {
    if (folder !== undefined) removeCgroup(folder);
    // Refused by the kernel as long as a second run of ours needs it, which is just as well.
    if (!wasHandedDown) tryWrite(control, "-cpu");
  };
  try {
    accessSync(join(home, "cgroup.procs"), constants.W_OK);
    if (!wasHandedDown) {
      if (!mayEnable) return "does not hand the cpu controller down";
      writeFileSync(control, "+cpu");
    }
    folder = makeFolder(home, corner);
    writeFileSync(join(folder, "cgroup.subtree_control"), "+cpu");
  } catch (error) {
    undo();
    return `cannot be divided (${sentenceOf(error)})`;
  }
  return {
    mechanism: "cgroup-v2",
    make(group) {
      const path = join(folder, group);
      makeOne(path, corner.wards);
      return { cpu: path, usage: path };
    },
    limit: ({ cpu }, quotaUs, periodUs) => writeFileSync(join(cpu, "cpu.max"), `${quotaUs} ${periodUs}`),
    read({ cpu }) {
      const stat = contentOf(join(cpu, "cpu.stat"));
      if (stat === undefined) return undefined;
      const usageUs = figureOf(stat, "usage_usec");
      return { cpuS: usageUs === undefined ? undefined : usageUs / 1e6, ...periodsOf(stat) };
    },
    close() {
      const problems = removalProblem(folder);
      undo();
      return problems;
    },
  };
}

/** `cpu.stat` of either version: lines of a name and a figure. */
export function periodsOf(stat: string): { periods: number; throttledPeriods: number } {
  return {
    periods: figureOf(stat, "nr_periods") ?? 0,
    throttledPeriods: figureOf(stat, "nr_throttled") ?? 0,
  };
}

function figureOf(stat: string, name: string): number | undefined {
  const line = stat.split("\n").find((candidate) => candidate.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length + 1));
}

/** `own`, its parent, ... up to and including `top`. */
function ancestry(own: string, top: string): readonly string[] {
  const folders = [own];
  for (let folder = own; folder !== top && folder.startsWith(top) && folder !== "/"; ) {
    folder = dirname(folder);
    folders.push(folder);
  }
  return folders;
}

const hasWord = (path: string, word: string) => (contentOf(path) ?? "").trim().split(/\s+/).includes(word);

/** The run's own folder there, told to the wards. */
export function makeFolder(home: string, { runId, wards }: Corner): string {
  const folder = join(home, `${CGROUP_PREFIX}${runId}`);
  makeOne(folder, wards);
  return folder;
}

export function makeOne(folder: string, wards: Wards): void {
  wards.cgroup(folder);
  mkdirSync(folder);
}

/** Usage can be counted elsewhere, so failing to have this one is no reason to go without budgets. */
function tryMake(home: string, corner: Corner): string | undefined {
  try {
    return makeFolder(home, corner);
  } catch {
    return undefined;
  }
}

function tryWrite(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch {
    // See the callers: nothing depends on it.
  }
}

function removalProblem(folder: string): string[] {
  const problem = removeCgroup(folder);
  return problem === undefined ? [] : [`${folder}: ${problem}`];
}
