/** Finding cgroups: hosts as they come. */
import { expect, test } from "vitest";
import { cgroupMounts } from "../../metrics/cgroup-mounts.ts";

const v1 = (point: string, controllers: string, root = "/") =>
  `36 32 0:32 ${root} ${point} rw,relatime shared:14 - cgroup cgroup rw,${controllers}`;
const v2 = (point: string, root = "/") =>
  `40 32 0:36 ${root} ${point} rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate`;

test.each([
  {
    why: "a pure v2 host gives one mount and the session's folder in it",
    mountinfo: v2("/sys/fs/cgroup"),
    own: "0::/user.slice/user-1000.slice/session-3.scope",
    mounts: [
      {
        version: 2,
        controllers: [],
        mountPoint: "/sys/fs/cgroup",
        ownFolder: "/sys/fs/cgroup/user.slice/user-1000.slice/session-3.scope",
      },
    ],
  },
  {
    why: "a hybrid host gives both, each with its own path",
    mountinfo: `${v1("/sys/fs/cgroup/cpu,cpuacct", "cpu,cpuacct")}\n${v2("/sys/fs/cgroup/unified")}`,
    own: "4:memory:/elsewhere\n2:cpu,cpuacct:/job\n0::/",
    mounts: [
      {
        version: 1,
        controllers: ["cpu", "cpuacct"],
        mountPoint: "/sys/fs/cgroup/cpu,cpuacct",
        ownFolder: "/sys/fs/cgroup/cpu,cpuacct/job",
      },
      {
        version: 2,
        controllers: [],
        mountPoint: "/sys/fs/cgroup/unified",
        ownFolder: "/sys/fs/cgroup/unified",
      },
    ],
  },
  {
    why: "a container sees only its own part of the hierarchy",
    mountinfo: v1("/sys/fs/cgroup/cpu", "cpu", "/docker/abc"),
    own: "2:cpu:/docker/abc/inner",
    mounts: [
      {
        version: 1,
        controllers: ["cpu"],
        mountPoint: "/sys/fs/cgroup/cpu",
        ownFolder: "/sys/fs/cgroup/cpu/inner",
      },
    ],
  },
  {
    why: "a process outside of what is mounted falls back to the mount point",
    mountinfo: v2("/sys/fs/cgroup"),
    own: "0::/../other",
    mounts: [{ version: 2, controllers: [], mountPoint: "/sys/fs/cgroup", ownFolder: "/sys/fs/cgroup" }],
  },
  {
    why: "blanks in a mount point are written in octal",
    mountinfo: v2("/mnt/my\\040groups"),
    own: "0::/",
    mounts: [{ version: 2, controllers: [], mountPoint: "/mnt/my groups", ownFolder: "/mnt/my groups" }],
  },
  {
    why: "a host without cgroups gives none",
    mountinfo: "22 1 8:1 / / rw - ext4 /dev/sda rw",
    own: "",
    mounts: [],
  },
])("$why", ({ mountinfo, own, mounts }) => {
  expect(cgroupMounts(mountinfo, own)).toEqual(mounts);
});
