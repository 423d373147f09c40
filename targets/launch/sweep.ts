/** Kills and removes exactly what a run created, whatever state it is in; doing it twice is doing it once. */
import { rm } from "node:fs/promises";
import { dirname, isAbsolute, resolve, sep } from "node:path";
import { sleep } from "../../base/clock.ts";
import { sentenceOf } from "../../base/failure.ts";
import { isOurCgroup, liftCpuLimit, pidsInCgroup, removeCgroup } from "./cgroup-folder.ts";
import type { WardedContainers, WardedProcess } from "./launcher.ts";
import { removeClockSegments } from "./own-clock.ts";
import { unmountDisks } from "./own-disk.ts";
import { isAlive } from "./process-identity.ts";
import { type ProcessRow, processRow, processTable, treeOf } from "./process-table.ts";
import { removeSegments } from "./shared-memory.ts";

export interface Leftovers {
  readonly processes: readonly WardedProcess[];
  readonly folders: readonly string[];
  /** Folders in a cgroup file system; a parent before its children, as they were made. */
  readonly cgroups: readonly string[];
  /** Removed after the processes, of which one may be making them, and before the folders that are mounted in them. */
  readonly containers?: readonly WardedContainers[];
}

export interface SweepReport {
  /** Nothing of what was given is there any more. */
  readonly isClean: boolean;
  /** Processes that ended during the sweep, children included, and containers. */
  readonly ended: number;
  /** How many of them needed SIGKILL. */
  readonly killed: number;
  /** One sentence for everything that is still there, with what a person can do. */
  readonly problems: readonly string[];
  readonly tookMs: number;
}

export interface SweepOptions {
  /** Everything is done, or given up, by then. Processes get half of it, 1.5 s at most, to end politely. */
  readonly limitMs: number;
  /** Whether processes may say goodbye, which is usual; else they are killed at once. */
  readonly isPolite?: boolean;
}

const LONGEST_POLITE_MS = 1_500;
/** Looking at /proc costs about a millisecond per hundred processes, so this often is cheap. */
const LOOK_EVERY_MS = 15;

/**
 * Ends the processes (politely, then by SIGKILL), then removes cgroups and folders. Touches a process only after
 * checking that its start time is the one recorded. Never throws for what it finds: the report has it.
 */
export async function sweep(
  leftovers: Leftovers,
  { limitMs, isPolite = true }: SweepOptions,
): Promise<SweepReport> {
  const startedMs = performance.now();
  const passedMs = () => performance.now() - startedMs;
  const problems: string[] = [];
  const cgroups = leftovers.cgroups.filter((path) => isOurCgroup(path) || refused(problems, path));
  const folders = leftovers.folders.filter((path) => isOurFolder(path) || refused(problems, path));
  const hunt = new Hunt(leftovers.processes, cgroups);

  // A node under a budget of a tenth of a core would take ten times as long to say goodbye.
  for (const path of cgroups) liftCpuLimit(path);

  hunt.look();
  if (isPolite) hunt.signalWards();
  const politeMs = isPolite ? Math.min(limitMs / 2, LONGEST_POLITE_MS) : 0;
  // Whoever outlives the ward that should have told it to go was not told, and need not be waited for.
  while (hunt.look() > 0 && hunt.hasWards() && passedMs() < politeMs) await sleep(LOOK_EVERY_MS);

  // Killing can race with forking, so it goes on until a look finds nobody.
  while (hunt.look() > 0 && passedMs() < limitMs) {
    hunt.kill();
    await sleep(LOOK_EVERY_MS);
  }
  problems.push(
    ...hunt.survivors().map(({ pid, name }) => `${name} (pid ${pid}) survived SIGKILL; kill -9 ${pid}`),
  );

  // A process that has the number of one of them now may be anybody's.
  const isDead = (pid: number) => processRow(pid)?.isZombie ?? true;
  await removeClockSegments(leftovers.processes.map(({ pid }) => pid).filter(isDead));

  const removed = await withoutContainers(leftovers.containers ?? [], problems);

  for (const path of cgroups.toReversed()) {
    let problem = removeCgroup(path);
    while (problem !== undefined && passedMs() < limitMs) {
      await sleep(LOOK_EVERY_MS); // The kernel lets go of a dead member a moment after it is dead.
      problem = removeCgroup(path);
    }
    if (problem !== undefined) problems.push(`cgroup ${path} is still there: ${problem}; rmdir ${path}`);
  }

  await Promise.all(
    folders.map(async (path) => {
      try {
        await removeSegments(path);
        await unmountDisks(path);
        await rm(path, { recursive: true, force: true, maxRetries: 3, retryDelay: 20 });
      } catch (error) {
        problems.push(`folder ${path} is still there: ${sentenceOf(error)}; rm -r ${path}`);
      }
    }),
  );

  return {
    isClean: problems.length === 0,
    ended: hunt.ended() + removed,
    killed: hunt.killed(),
    problems,
    tookMs: passedMs(),
  };
}

/** How many there were; asked of an engine only where there is something to ask. */
async function withoutContainers(wards: readonly WardedContainers[], problems: string[]): Promise<number> {
  if (wards.length === 0) return 0;
  const { removeContainers } = await import("./compose/remove-containers.ts");
  const reports = await Promise.all(wards.map(removeContainers));
  problems.push(...reports.flatMap((report) => report.problems));
  return reports.reduce((sum, { containers }) => sum + containers, 0);
}

interface Quarry {
  readonly pid: number;
  readonly startTicks: number | undefined;
  readonly name: string;
  wasKilled: boolean;
}

/**
 * The processes to end: every ward, all its descendants, its process group and session, and whoever is in our cgroups.
 * Descendants must be known before their parent is killed, for afterwards nobody can tell whose they were: children of
 * PostgreSQL have sessions of their own, and workers of nginx outlive a killed master.
 */
class Hunt {
  readonly #wards: readonly WardedProcess[];
  readonly #cgroups: readonly string[];
  readonly #quarries = new Map<string, Quarry>();

  constructor(wards: readonly WardedProcess[], cgroups: readonly string[]) {
    this.#wards = wards;
    this.#cgroups = cgroups;
  }

  /** Adds whoever is new, and counts those still alive. */
  look(): number {
    const table = processTable();
    const rowOf = new Map(table.map((row) => [row.pid, row]));
    for (const ward of this.#wards) {
      const leader = rowOf.get(ward.pid);
      if (leader !== undefined && !isWard(leader, ward)) continue; // The pid is somebody else's now, and so is its group.
      if (leader !== undefined) {
        for (const pid of treeOf([ward.pid], table)) this.#add(rowOf.get(pid), ward.name);
      }
      // With its leader gone a group keeps its number reserved, so whoever is in it, and is younger, was begot by the ward.
      for (const row of table) {
        const isKin = row.groupId === ward.pid || row.sessionId === ward.pid;
        if (isKin && isNoOlder(row, ward)) this.#add(row, ward.name);
      }
    }
    for (const path of this.#cgroups) {
      for (const pid of pidsInCgroup(path)) this.#add(rowOf.get(pid) ?? processRow(pid), path);
    }
    return this.survivors().length;
  }

  /** The polite signal, to the wards themselves: a master tells its workers in its own way. */
  signalWards(): void {
    for (const ward of this.#wards) {
      if (!isAlive(ward)) continue;
      send(ward.pid, ward.politely);
      send(ward.pid, "SIGCONT"); // One that was stopped would never hear it.
    }
  }

  hasWards(): boolean {
    return this.#wards.some(isAlive);
  }

  kill(): void {
    for (const quarry of this.survivors()) {
      quarry.wasKilled = true;
      send(quarry.pid, "SIGKILL");
    }
  }

  survivors(): Quarry[] {
    return [...this.#quarries.values()].filter((quarry) => isAlive(quarry));
  }

  ended(): number {
    return this.#quarries.size - this.survivors().length;
  }

  killed(): number {
    return [...this.#quarries.values()].filter(({ wasKilled }) => wasKilled).length;
  }

  #add(row: ProcessRow | undefined, name: string): void {
    if (row === undefined || row.isZombie || row.pid === process.pid || row.pid <= 1) return;
    const key = `${row.pid} ${row.startTicks}`;
    if (this.#quarries.has(key)) return;
    this.#quarries.set(key, { pid: row.pid, startTicks: row.startTicks, name, wasKilled: false });
  }
}

const isWard = (row: ProcessRow, ward: WardedProcess) => row.startTicks === ward.startTicks;

/** Of a ward that had ended before it was looked at nobody knows when: its number may have been given out again since. */
function isNoOlder({ startTicks }: ProcessRow, ward: WardedProcess): boolean {
  if (startTicks === undefined) return true; // Without /proc nobody's start is known.
  return ward.startTicks !== undefined && startTicks >= ward.startTicks;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already, or not ours to signal: the next look tells which.
  }
}

/** Refuses what no run of ours can have created: relative paths, the top of the tree, and folders we stand in. */
function isOurFolder(path: string): boolean {
  if (!isAbsolute(path) || resolve(path) !== path) return false;
  if (dirname(path) === dirname(dirname(path))) return false;
  return !`${process.cwd()}${sep}`.startsWith(`${path}${sep}`);
}

function refused(problems: string[], path: string): false {
  problems.push(`${path} was left alone: it does not look like anything a run creates`);
  return false;
}
