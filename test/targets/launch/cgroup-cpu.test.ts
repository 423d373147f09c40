/**
 * Which cgroup v2 folder is chosen, and the words written into it, in a folder of plain files: few machines have both
 * versions of the controller. The kernel's own part is in test/e2e.
 */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openCgroupV1, openCgroupV2 } from "../../../targets/launch/cgroup-cpu.ts";
import { WardList } from "../../../targets/launch/ward-list.ts";

let top: string;
let wards: WardList;
beforeEach(() => {
  top = mkdtempSync(join(realpathSync(tmpdir()), "cgroups-"));
  wards = new WardList();
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

const open = (own: string) =>
  openCgroupV2([{ version: 2, controllers: [], mountPoint: top, ownFolder: join(top, own) }], {
    runId: "r1",
    wards,
  });

test("the nearest folder above that hands the cpu controller down is divided, and nothing above it is changed", () => {
  cgroup("", { controllers: "cpu memory", handedDown: "cpu memory" });
  cgroup("user.slice", { controllers: "cpu memory", handedDown: "cpu" });
  cgroup("user.slice/session.scope", { controllers: "cpu", handedDown: "" });
  open("user.slice/session.scope");
  expect(wards.leftovers().cgroups).toEqual([join(top, "user.slice", "stagebench-r1")]);
  expect(read("user.slice/stagebench-r1/cgroup.subtree_control")).toBe("+cpu");
  expect(read("user.slice/cgroup.subtree_control")).toBe("cpu");
});

test("where none hands it down yet, the nearest that has it is told to", () => {
  cgroup("", { controllers: "cpu memory", handedDown: "memory" });
  cgroup("job", { controllers: "memory", handedDown: "" });
  open("job");
  expect(read("cgroup.subtree_control")).toBe("+cpu");
  expect(wards.leftovers().cgroups).toEqual([join(top, "stagebench-r1")]);
});

test("a group is limited and read in the words of v2", () => {
  cgroup("", { controllers: "cpu", handedDown: "cpu" });
  const cpu = open("");
  const group = cpu.make("db-1");
  cpu.limit(group, 4_000, 20_000);
  expect(read("stagebench-r1/db-1/cpu.max")).toBe("4000 20000");
  expect(cpu.read(group)).toBeUndefined();
  writeFileSync(join(group.cpu, "cpu.stat"), "usage_usec 1500000\nnr_periods 10\nnr_throttled 4\n");
  expect(cpu.read(group)).toEqual({ cpuS: 1.5, periods: 10, throttledPeriods: 4 });
});

test("a host that allows nothing says why, folder by folder", () => {
  cgroup("", { controllers: "memory", handedDown: "" });
  cgroup("job", { controllers: "memory", handedDown: "" });
  expect(() => open("job")).toThrow(
    `${join(top, "job")} has no cpu controller; ${top} has no cpu controller`,
  );
});

test("a version that is not mounted is not there", () => {
  expect(() => openCgroupV1([], { runId: "r1", wards })).toThrow("cgroup v1 is not mounted");
  expect(() => openCgroupV2([], { runId: "r1", wards })).toThrow("cgroup v2 is not mounted");
});

function cgroup(
  path: string,
  { controllers, handedDown }: { controllers: string; handedDown: string },
): void {
  mkdirSync(join(top, path), { recursive: true });
  writeFileSync(join(top, path, "cgroup.controllers"), controllers);
  writeFileSync(join(top, path, "cgroup.subtree_control"), handedDown);
  writeFileSync(join(top, path, "cgroup.procs"), "");
}

const read = (path: string) => readFileSync(join(top, path), "utf8");
