/** Memory that is counted by itself, in the words of either version of cgroups. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { MemoryGroups } from "../../../targets/launch/memory-groups.ts";
import { WardList } from "../../../targets/launch/ward-list.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "stagebench-test-memory-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const v1 = () => ({
  mountinfo: `32 31 0:29 / ${root} rw,relatime - cgroup cgroup rw,memory\n`,
  ownCgroups: "4:memory:/\n",
});
const v2 = () => ({
  mountinfo: `41 31 0:38 / ${root} rw,relatime - cgroup2 cgroup2 rw\n`,
  ownCgroups: "0::/\n",
});

test("in the first version it is a hierarchy of its own; everything made is told to the wards", () => {
  const wards = new WardList();
  const groups = new MemoryGroups({ runId: "r1", wards, host: v1() });
  const group = groups.of("box", "/elsewhere");
  expect(group.folder).toBe(join(root, "stagebench-r1", "box"));
  group.add(4_711);
  expect(readFileSync(join(group.folder, "cgroup.procs"), "utf8")).toBe("4711");
  expect(groups.of("box", "/elsewhere")).toBe(group);
  expect(groups.of("other", undefined).folder).toBe(join(root, "stagebench-r1", "other"));
  expect(wards.leftovers().cgroups).toEqual(
    ["", "box", "other"].map((name) => join(root, "stagebench-r1", name)),
  );
});

test("in the second it is the group of the CPU, to which memory is handed down as well", () => {
  const cpu = join(root, "stagebench-r1", "box");
  mkdirSync(cpu, { recursive: true });
  writeFileSync(join(root, "cgroup.subtree_control"), "cpu memory\n");
  writeFileSync(join(root, "stagebench-r1", "cgroup.subtree_control"), "cpu\n");
  const groups = new MemoryGroups({ runId: "r1", wards: new WardList(), host: v2() });
  const group = groups.of("box", cpu);
  expect(group.folder).toBe(cpu);
  group.add(4_711);
  expect(existsSync(join(cpu, "cgroup.procs"))).toBe(false);
  expect(readFileSync(join(root, "cgroup.subtree_control"), "utf8")).toBe("cpu memory\n");
  expect(readFileSync(join(root, "stagebench-r1", "cgroup.subtree_control"), "utf8")).toBe("+memory");
});

test("what the host had not handed down is taken back at the end, and nothing else", () => {
  const cpu = join(root, "stagebench-r1", "box");
  mkdirSync(cpu, { recursive: true });
  const control = join(root, "cgroup.subtree_control");
  writeFileSync(control, "cpu\n");
  const groups = new MemoryGroups({ runId: "r1", wards: new WardList(), host: v2() });
  groups.of("box", cpu);
  expect(readFileSync(control, "utf8")).toBe("+memory");
  groups.close();
  expect(readFileSync(control, "utf8")).toBe("-memory");
  writeFileSync(control, "somebody else's");
  groups.close();
  expect(readFileSync(control, "utf8")).toBe("somebody else's");
});

test("without cgroups it is refused with whose memory it is", () => {
  const none = { mountinfo: "", ownCgroups: "" };
  const groups = new MemoryGroups({ runId: "r1", wards: new WardList(), host: none });
  expect(() => groups.of("box", undefined)).toThrow(
    "the memory of box cannot be limited here: its machine has no cgroup",
  );
});
