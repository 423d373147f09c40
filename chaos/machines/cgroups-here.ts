/** Whether CPU budgets and memory limits of nodes can be expected on this machine, seen without making anything. */
import { accessSync, constants, existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { type CgroupMount, cgroupMounts } from "../../metrics/cgroup-mounts.ts";
import { contentOf } from "../../targets/launch/cgroup-folder.ts";

/** Texts of /proc/self/mountinfo and /proc/self/cgroup. */
export interface CgroupTexts {
  readonly mountinfo: string;
  readonly ownCgroups: string;
}

const thisHost = (): CgroupTexts => ({
  mountinfo: contentOf("/proc/self/mountinfo") ?? "",
  ownCgroups: contentOf("/proc/self/cgroup") ?? "",
});

/** Why there will be none, as the end of a sentence; undefined when they are to be expected. */
export function whyNoGroups(
  controller: "cpu" | "memory",
  { mountinfo, ownCgroups }: CgroupTexts = thisHost(),
): string | undefined {
  const mounts = cgroupMounts(mountinfo, ownCgroups);
  if (mounts.length === 0) return "this host has no cgroups";
  const isThere = mounts.some((mount) => isDivisible(mount, controller));
  return isThere ? undefined : `no cgroup with a ${controller} controller is ours to divide`;
}

function isDivisible(
  { version, controllers, ownFolder, mountPoint }: CgroupMount,
  controller: string,
): boolean {
  if (version === 1)
    return controllers.includes(controller) && isWritable(existsSync(ownFolder) ? ownFolder : mountPoint);
  for (let folder = ownFolder; ; folder = dirname(folder)) {
    const words = (contentOf(join(folder, "cgroup.controllers")) ?? "").trim().split(/\s+/);
    const has = words.includes(controller);
    if (has && isWritable(folder) && isWritable(join(folder, "cgroup.procs"))) return true;
    if (folder === mountPoint || !folder.startsWith(mountPoint) || folder === "/") return false;
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
