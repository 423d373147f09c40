/** What is costly to make and the same for every run is made once: folders in a cache, complete or not there at all. */
import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { chmod, mkdir, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve, sep } from "node:path";
import { Failure, sentenceOf } from "../../base/failure.ts";
import type { Wards } from "./launcher.ts";

const BUILDING = ".building-";
/** A build takes seconds; what has been building for an hour was given up. */
const ABANDONED_MS = 3_600_000;

/** `$BENCH_CACHE`, else for root /var/cache/stagebench, else stagebench in the user's cache folder. */
export function cachePath(
  env: Readonly<Record<string, string | undefined>> = process.env,
  uid: number | undefined = process.getuid?.(),
  home: string = homedir(),
): string {
  if (env["BENCH_CACHE"]) return resolve(env["BENCH_CACHE"]);
  if (uid === 0) return "/var/cache/stagebench";
  return join(env["XDG_CACHE_HOME"] || join(home, ".cache"), "stagebench");
}

export class CacheFolder {
  readonly path: string;
  readonly #wards: Wards;

  private constructor(path: string, wards: Wards) {
    this.path = path;
    this.#wards = wards;
  }

  /**
   * Opens the cache, making its folder when there is none.
   * @throws {Failure} `environment` when it cannot be made
   */
  static async open(wards: Wards, path: string = cachePath()): Promise<CacheFolder> {
    try {
      const isNew = (await mkdir(path, { recursive: true })) !== undefined;
      // Whatever the umask: the unprivileged user runs programs from here.
      if (isNew) await chmod(path, 0o755);
    } catch (error) {
      throw new Failure("environment", `the cache folder ${path} cannot be made: ${sentenceOf(error)}`, {
        hint: "set BENCH_CACHE to a folder that can be written",
        cause: error,
      });
    }
    return new CacheFolder(path, wards);
  }

  /**
   * The folder called `name`, built when it is not there. Two runs may build it at once: both succeed, one is kept.
   * It is others' too: read it, copy it, never change it.
   */
  async entry(name: string, build: (folder: string) => Promise<void>): Promise<string> {
    const path = join(this.path, name);
    if (existsSync(path)) {
      await touch(path);
      return path;
    }
    const draft = join(this.path, `${BUILDING}${name}-${randomBytes(4).toString("hex")}`);
    this.#wards.folder(draft);
    try {
      await mkdir(draft);
      await chmod(draft, 0o755);
      await build(draft);
      await rename(draft, path);
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      const code = (error as NodeJS.ErrnoException).code;
      const wasFirst = code === "ENOTEMPTY" || code === "EEXIST";
      if (!(wasFirst && existsSync(path))) throw outOfSpace(error, this.path) ?? error;
    }
    return path;
  }

  /**
   * Removes entries that were last used before `usedBeforeMs` (since 1970) and are not to be kept, and drafts whose
   * builder is gone. An entry with a running program in it stays.
   * @returns names of what was removed
   */
  async prune(keep: (name: string) => boolean, usedBeforeMs: number, nowMs: number): Promise<string[]> {
    const removed: string[] = [];
    const busy = foldersOfPrograms();
    for (const name of await readdir(this.path)) {
      const path = join(this.path, name);
      const usedMs = (await stat(path).catch(() => undefined))?.mtimeMs;
      if (usedMs === undefined) continue;
      const isStale = name.startsWith(BUILDING)
        ? usedMs < nowMs - ABANDONED_MS
        : !keep(name) && usedMs < usedBeforeMs;
      if (!isStale || busy.some((program) => program.startsWith(path + sep))) continue;
      await rm(path, { recursive: true, force: true });
      removed.push(name);
    }
    return removed;
  }
}

/** The time of last use is the folder's modification time; somebody else's cache may not let us set it. */
async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EPERM" && error.code !== "EACCES" && error.code !== "EROFS") throw error;
  });
}

function outOfSpace(error: unknown, path: string): Failure | undefined {
  if ((error as NodeJS.ErrnoException).code !== "ENOSPC") return undefined;
  return new Failure("environment", `no space left for the cache in ${path}`, {
    hint: "free some, or set BENCH_CACHE to a folder on another disk",
    cause: error,
  });
}

/** Paths of all running programs we may see; none where there is no /proc. */
function foldersOfPrograms(): string[] {
  if (!existsSync("/proc/self/exe")) return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readlinkSync(`/proc/${pid}/exe`)];
      } catch {
        return []; // Ended meanwhile, a kernel thread, or somebody else's.
      }
    });
}
