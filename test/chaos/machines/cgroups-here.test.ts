/** Whether CPU budgets and memory limits are to be expected, by what the host says of itself. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { whyNoGroups } from "../../../chaos/machines/cgroups-here.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "stagebench-test-cgroups-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const v1 = (controllers: string) => `32 31 0:29 / ${root} rw,relatime - cgroup cgroup rw,${controllers}\n`;
const v2 = () => `41 31 0:38 / ${root} rw,relatime - cgroup2 cgroup2 rw\n`;

function v2Folder(path: string, controllers: string): void {
  mkdirSync(join(root, path), { recursive: true });
  writeFileSync(join(root, path, "cgroup.controllers"), `${controllers}\n`);
  writeFileSync(join(root, path, "cgroup.procs"), "");
}

test("a cpu controller of the first version that is ours will do", () => {
  expect(
    whyNoGroups("cpu", { mountinfo: v1("cpu,cpuacct"), ownCgroups: "2:cpu,cpuacct:/\n" }),
  ).toBeUndefined();
});

test("one of the second version will do, also further up", () => {
  v2Folder(".", "cpu memory");
  v2Folder("user", "memory");
  expect(whyNoGroups("cpu", { mountinfo: v2(), ownCgroups: "0::/user\n" })).toBeUndefined();
});

test.each([
  { why: "there are no cgroups", mountinfo: () => "", says: "this host has no cgroups" },
  {
    why: "only other controllers are there",
    mountinfo: () => v1("memory"),
    says: "no cgroup with a cpu controller is ours to divide",
  },
  {
    why: "the second version has none that hands the controller down",
    mountinfo: () => v2(),
    says: "no cgroup with a cpu controller is ours to divide",
  },
])("it is said when $why", ({ mountinfo, says }) => {
  v2Folder(".", "memory");
  expect(whyNoGroups("cpu", { mountinfo: mountinfo(), ownCgroups: "0::/\n2:memory:/\n" })).toBe(says);
});

test("memory is another controller, which may be ours where the cpu is not", () => {
  v2Folder(".", "cpu memory");
  v2Folder("user", "memory");
  const texts = { mountinfo: v1("memory"), ownCgroups: "2:memory:/\n" };
  expect(whyNoGroups("memory", texts)).toBeUndefined();
  expect(whyNoGroups("memory", { mountinfo: v2(), ownCgroups: "0::/user\n" })).toBeUndefined();
  expect(whyNoGroups("memory", { ...texts, mountinfo: v1("cpu") })).toBe(
    "no cgroup with a memory controller is ours to divide",
  );
});
