/** Budgets that are loosened for a while, by the files of the first version of cgroups. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { withMoreCpu } from "../../../controller/capacity/more-cpu.ts";
import { ScriptedNode } from "../../fakes/scripted-node.ts";

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), "stagebench-test-more-"))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

function machine(name: string): string {
  const folder = join(root, name);
  mkdirSync(folder);
  writeFileSync(join(folder, "cpu.cfs_period_us"), "20000");
  writeFileSync(join(folder, "cpu.cfs_quota_us"), "4000");
  return folder;
}
const quota = (folder: string) => Number(readFileSync(join(folder, "cpu.cfs_quota_us"), "utf8"));
const nodeOn = (name: string, cpuGroup: string) =>
  new ScriptedNode({ name, grip: { kind: "processes", processes: [], dataFolder: "", cpuGroup } });

test("each machine has more of it meanwhile, a shared one only once, and afterwards what it had", async () => {
  const [first, second] = [machine("first"), machine("second")];
  const nodes = [nodeOn("shop", first), nodeOn("db", first), nodeOn("cache", second)];
  const seen = await withMoreCpu(nodes, 1.5, async () => [quota(first), quota(second)]);
  expect(seen).toEqual({ result: [6000, 6000] });
  expect([quota(first), quota(second)]).toEqual([4000, 4000]);
});

test("it is taken back when the probe fails, and when a later machine has no limit to loosen", async () => {
  const first = machine("first");
  const why = new Error("the agents are gone");
  await expect(withMoreCpu([nodeOn("shop", first)], 1.5, () => Promise.reject(why))).rejects.toBe(why);
  expect(quota(first)).toBe(4000);
  const unlimited = nodeOn("db", join(root, "none"));
  let isProbed = false;
  const both = await withMoreCpu([nodeOn("shop", first), unlimited], 1.5, async () => (isProbed = true));
  expect(both).toEqual({ trouble: expect.stringContaining("no CPU budget") });
  expect(isProbed).toBe(false);
  expect(quota(first)).toBe(4000);
});

test("what cannot be put back is told beside what was seen, and the others are put back all the same", async () => {
  const [first, second] = [machine("first"), machine("second")];
  const nodes = [nodeOn("shop", first), nodeOn("cache", second)];
  const seen = await withMoreCpu(nodes, 1.5, async () => {
    rmSync(first, { recursive: true });
    writeFileSync(first, "no folder any more");
    return "carried";
  });
  expect(seen).toEqual({ result: "carried", left: expect.stringContaining("could not be put back") });
  expect(quota(second)).toBe(4000);
});
