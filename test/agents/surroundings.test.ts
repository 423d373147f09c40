/** What an agent knows of its cgroup and its host, on machines as they come. */
import { describe, expect, test } from "vitest";
import { cpuStatPaths } from "../../agents/own-cgroup.ts";
import { Surroundings } from "../../agents/surroundings.ts";
import { ScriptedKernel } from "../fakes/scripted-kernel.ts";

const v2Mount = "31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw";
const v1Mount = (controllers: string) =>
  `32 31 0:29 / /sys/fs/cgroup/${controllers} rw - cgroup cgroup rw,${controllers}`;

describe("the files that tell of throttling", () => {
  test.each([
    {
      host: "version 2: the own cgroup, and all above it whose limits hold below",
      mountinfo: v2Mount,
      own: "0::/kubepods/pod7/agent",
      paths: [
        "/sys/fs/cgroup/kubepods/pod7/agent/cpu.stat",
        "/sys/fs/cgroup/kubepods/pod7/cpu.stat",
        "/sys/fs/cgroup/kubepods/cpu.stat",
        "/sys/fs/cgroup/cpu.stat",
      ],
    },
    {
      host: "version 1: of the cpu controller, not of the others",
      mountinfo: [v1Mount("cpu,cpuacct"), v1Mount("memory"), v1Mount("cpuset")].join("\n"),
      own: "3:cpuset:/x\n2:memory:/y\n1:cpu,cpuacct:/job",
      paths: ["/sys/fs/cgroup/cpu,cpuacct/job/cpu.stat", "/sys/fs/cgroup/cpu,cpuacct/cpu.stat"],
    },
    { host: "none", mountinfo: "", own: "", paths: [] },
  ])("$host", ({ mountinfo, own, paths }) => {
    expect(cpuStatPaths(mountinfo, own)).toEqual(paths);
  });
});

const stat = "/sys/fs/cgroup/pod/agent/cpu.stat";
const statAbove = "/sys/fs/cgroup/pod/cpu.stat";
const held = (periods: number, throttled: number, us: number) =>
  `usage_usec 1\nnr_periods ${periods}\nnr_throttled ${throttled}\nthrottled_usec ${us}\n`;

const linux = () =>
  new ScriptedKernel({
    "/proc/self/mountinfo": v2Mount,
    "/proc/self/cgroup": "0::/pod/agent",
    "/proc/pressure/cpu": "some avg10=0.00 avg60=0.00 avg300=0.00 total=1000\n",
    "/proc/stat": "cpu  10 0 10 70 0 0 0 10 0 0\n",
    "/sys/fs/cgroup/cpu.stat": "usage_usec 7\n",
    [stat]: held(10, 1, 2_000),
    [statAbove]: held(10, 1, 2_000),
  });

test("each call tells of the time since the last one", () => {
  const kernel = linux();
  using surroundings = new Surroundings(0, kernel);
  kernel.write(stat, held(20, 3, 32_000));
  kernel.write("/proc/pressure/cpu", "some avg10=0.00 avg60=0.00 avg300=0.00 total=501000\n");
  kernel.write("/proc/stat", "cpu  60 0 10 80 0 0 0 50 0 0\n");
  expect(surroundings.take(1_000)).toEqual({
    throttling: { throttledMs: 30, throttledPeriods: 2, periods: 10 },
    pressure: { cpuSomeRatio: 0.5, stealRatio: 0.4, cpuBusyRatio: 0.9 },
  });
  expect(surroundings.take(2_000)).toEqual({
    throttling: { throttledMs: 0, throttledPeriods: 0, periods: 0 },
    pressure: { cpuSomeRatio: 0 },
  });
});

test("a limit further up holds an agent back as well", () => {
  const kernel = linux();
  using surroundings = new Surroundings(0, kernel);
  kernel.write(statAbove, held(20, 9, 400_000));
  expect(surroundings.take(1_000).throttling).toEqual({ throttledMs: 398, throttledPeriods: 8, periods: 10 });
});

test("on a machine without any of it nothing is known, rather than 0", () => {
  using surroundings = new Surroundings(0, new ScriptedKernel({}));
  expect(surroundings.take(1_000)).toEqual({ pressure: {} });
});

test("a cgroup that vanished is unknown from then on", () => {
  const kernel = linux();
  using surroundings = new Surroundings(0, kernel);
  kernel.write(stat, undefined);
  kernel.write(statAbove, undefined);
  expect(surroundings.take(1_000)).not.toHaveProperty("throttling");
});

test("what it opened it closes", () => {
  const kernel = linux();
  const surroundings = new Surroundings(0, kernel);
  expect(kernel.isOpen.size).toBe(5);
  surroundings[Symbol.dispose]();
  expect([...kernel.isOpen]).toEqual([]);
});
