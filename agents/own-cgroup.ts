/** Where the kernel tells how much this process is held back: the `cpu.stat` of its cgroup and of those above it. */
import { dirname, join } from "node:path";
import { type CgroupMount, cgroupMounts } from "../metrics/cgroup-mounts.ts";

/**
 * From the texts of /proc/self/mountinfo and /proc/self/cgroup, the own cgroup first. A limit holds for everything below
 * the cgroup that has it, so those above count as far as they can be seen. On a host with both versions the other's
 * files are named as well: they tell nothing of throttling.
 */
export function cpuStatPaths(mountinfo: string, ownCgroups: string): readonly string[] {
  return cgroupMounts(mountinfo, ownCgroups)
    .filter(({ version, controllers }) => version === 2 || controllers.includes("cpu"))
    .flatMap(foldersUpward)
    .map((folder) => join(folder, "cpu.stat"));
}

function foldersUpward({ ownFolder, mountPoint }: CgroupMount): readonly string[] {
  const folders = [ownFolder];
  for (let folder = ownFolder; folder !== mountPoint && folder.startsWith(`${mountPoint}/`); ) {
    folder = dirname(folder);
    folders.push(folder);
  }
  return folders;
}
