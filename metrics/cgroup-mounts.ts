/** Where the cgroup file systems are mounted, and which folder in each is ours, read off /proc/self/{mountinfo,cgroup}. */

export interface CgroupMount {
  readonly version: 1 | 2;
  /** Controllers of a v1 mount, `cpu` and `cpuacct` among them; empty for v2, where each folder has its own list. */
  readonly controllers: readonly string[];
  readonly mountPoint: string;
  /** The folder this process is in; the mount point when that lies outside of what is mounted. */
  readonly ownFolder: string;
}

/**
 * Every cgroup mount, in the order of mounting. A host may have both versions (hybrid): what counts is where the
 * controller is, not which version is there at all.
 */
export function cgroupMounts(mountinfo: string, ownCgroups: string): readonly CgroupMount[] {
  return mountinfo.split("\n").flatMap((line) => {
    const [before = "", after] = line.split(" - ");
    if (after === undefined) return [];
    const [, , , root = "/", escapedPoint = ""] = before.split(" ");
    const [fileSystem, , superOptions = ""] = after.split(" ");
    if (fileSystem !== "cgroup" && fileSystem !== "cgroup2") return [];
    const mountPoint = escapedPoint.replace(/\\(\d{3})/g, (_, octal) =>
      String.fromCharCode(Number.parseInt(octal, 8)),
    );
    const version = fileSystem === "cgroup2" ? 2 : 1;
    const controllers =
      version === 2 ? [] : superOptions.split(",").filter((word) => !notControllers.has(word));
    const own = ownPath(ownCgroups, version, controllers);
    return [{ version, controllers, mountPoint, ownFolder: folderOf(mountPoint, root, own) } as const];
  });
}

const notControllers = new Set(["rw", "ro", "xattr", "clone_children", "noprefix"]);

/** Lines are `hierarchy:controllers:path`; that of v2 is `0::path`. */
function ownPath(ownCgroups: string, version: 1 | 2, controllers: readonly string[]): string {
  for (const line of ownCgroups.split("\n")) {
    const [hierarchy, names = "", ...path] = line.split(":");
    const isIt =
      version === 2
        ? hierarchy === "0" && names === ""
        : names.split(",").some((name) => controllers.includes(name));
    if (isIt) return path.join(":");
  }
  return "/";
}

/** A mount may show only a part of the hierarchy, `root` and what is below it. */
function folderOf(mountPoint: string, root: string, own: string): string {
  const base = root === "/" ? "" : root;
  if (own.includes("/..") || !`${own}/`.startsWith(`${base}/`)) return mountPoint;
  const below = own.slice(base.length);
  return below === "" || below === "/" ? mountPoint : mountPoint + below;
}
