/** A CPU limit that is cut and put back, in the words of either version. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cpuLimitOf } from "../../../chaos/machines/cpu-limit.ts";
import { performMend } from "../../../chaos/mend.ts";
import { ScriptedNode } from "../../fakes/scripted-node.ts";

const signal = new AbortController().signal;
let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "stagebench-test-limit-")), "shop");
  mkdirSync(folder);
});
afterEach(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

const v1 = { "cpu.cfs_period_us": "20000", "cpu.cfs_quota_us": "4000" };
const v2 = { "cpu.max": "4000 20000" };

function files(texts: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), `${text}\n`);
}
const now = (texts: object) =>
  Object.fromEntries(
    Object.keys(texts).map((name) => [name, readFileSync(join(folder, name), "utf8").trim()]),
  );
const node = () =>
  new ScriptedNode({
    name: "shop",
    grip: { kind: "processes", processes: [], dataFolder: "", cpuGroup: folder },
  });

test.each([
  { version: "first", before: v1, cut: { "cpu.cfs_period_us": "20000", "cpu.cfs_quota_us": "1000" } },
  { version: "second", before: v2, cut: { "cpu.max": "1000 20000" } },
])("of the $version version it is cut, and put back by its mends", async ({ before, cut }) => {
  files(before);
  const limit = await cpuLimitOf(node());
  expect(limit.millicores).toBe(200);
  await limit.cut(50);
  expect(now(before)).toEqual(cut);
  expect(await limit.remains()).toMatch(/still says 1000/);
  for (const mend of [...limit.mends, ...limit.mends]) await performMend(mend, signal);
  expect(now(before)).toEqual(before);
  expect(await limit.remains()).toBeUndefined();
});

// The kernel takes no quota below a millisecond.
test("the period grows where the kernel would not take the quota", async () => {
  files(v1);
  const limit = await cpuLimitOf(node());
  await limit.cut(10);
  expect(now(v1)).toEqual({ "cpu.cfs_period_us": "100000", "cpu.cfs_quota_us": "1000" });
});

test.each([
  { why: "there is no group", texts: {} },
  { why: "it is not limited, in the first version", texts: { ...v1, "cpu.cfs_quota_us": "-1" } },
  { why: "it is not limited, in the second version", texts: { "cpu.max": "max 100000" } },
])("it is refused when $why", async ({ texts }) => {
  files(texts);
  await expect((async () => cpuLimitOf(node()))()).rejects.toThrow(
    "shop has no CPU budget of which a share could be left",
  );
});

test("a group that has gone took its limit along", async () => {
  files(v1);
  const limit = await cpuLimitOf(node());
  await limit.cut(50);
  rmSync(folder, { recursive: true });
  expect(await limit.remains()).toBeUndefined();
  for (const mend of limit.mends) await performMend(mend, signal);
});
