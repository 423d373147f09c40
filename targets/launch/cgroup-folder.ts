/** One cgroup as a folder of small files, v1 or v2 alike: who is in it, lifting its limit, removing it. */
import { existsSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sentenceOf } from "../../base/failure.ts";

/** Every cgroup of ours lies in a folder that begins so; nothing else is ever emptied or removed. */
export const CGROUP_PREFIX = "stagebench-";

/** Whether the path is below (or is) a cgroup made by a run. */
export function isOurCgroup(path: string): boolean {
  const parts = path.split("/");
  return (
    path.startsWith("/") && !parts.includes("..") && parts.some((part) => part.startsWith(CGROUP_PREFIX))
  );
}

/** Pids in the cgroup and in those below it; none when there is no such cgroup. */
export function pidsInCgroup(path: string): readonly number[] {
  const own = contentOf(join(path, "cgroup.procs")) ?? "";
  return [
    ...own.split("\n").filter(Boolean).map(Number),
    ...foldersIn(path).flatMap((below) => pidsInCgroup(below)),
  ];
}

/** Takes away quota and freeze, here and below, so that what is inside can end at full speed. */
export function liftCpuLimit(path: string): void {
  for (const [file, unlimited] of [
    ["cpu.cfs_quota_us", "-1"],
    ["cpu.max", "max"],
    ["cgroup.freeze", "0"],
  ] as const) {
    const whole = join(path, file);
    if (!existsSync(whole)) continue;
    try {
      writeFileSync(whole, unlimited);
    } catch {
      // Being slow to end is no reason not to try.
    }
  }
  for (const below of foldersIn(path)) liftCpuLimit(below);
}

/** Removes the cgroup and those below it; says why when it cannot. One that is not there counts as removed. */
export function removeCgroup(path: string): string | undefined {
  for (const below of foldersIn(path)) {
    const problem = removeCgroup(below);
    if (problem !== undefined) return problem;
  }
  try {
    rmdirSync(path);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? undefined : sentenceOf(error);
  }
}

/** Text of a file; undefined when it cannot be read. */
export function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function foldersIn(path: string): readonly string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(path, entry.name));
  } catch {
    return [];
  }
}
