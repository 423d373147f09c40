/** A memory limit that is lowered and put back, in the words of either version; files stand for the kernel's. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { memoryLimitOf } from "../../../chaos/machines/memory-limit.ts";
import { readMemory } from "../../../chaos/machines/memory-reading.ts";
import { performMend } from "../../../chaos/mend.ts";

const signal = new AbortController().signal;
let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "stagebench-test-limit-")), "shop");
  mkdirSync(folder);
});
afterEach(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

const unlimited = "9223372036854771712";
const v1 = {
  "memory.limit_in_bytes": unlimited,
  "memory.usage_in_bytes": "50000000",
  "memory.failcnt": "3",
  "memory.stat": "inactive_file 1\ntotal_inactive_file 8000000",
  "memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 1",
};
const v2 = {
  "memory.max": "max",
  "memory.current": "50000000",
  "memory.stat": "anon 1\ninactive_file 8000000",
  "memory.events": "low 0\nhigh 0\nmax 3\noom 1\noom_kill 1\noom_group_kill 0",
};

function files(texts: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), `${text}\n`);
}
const textOf = (name: string) => readFileSync(join(folder, name), "utf8").trim();

const nobody = () => {
  throw new Error("nobody was to take memory");
};

test.each([
  { version: "first", before: v1, file: "memory.limit_in_bytes" },
  { version: "second", before: v2, file: "memory.max" },
] as const)("of the $version version it is lowered, and put back by its mends", async ({ before, file }) => {
  files(before);
  const limit = memoryLimitOf({ folder, id: "memory:shop@2", startEater: nobody });
  expect(limit.remains()).toBeUndefined();
  await limit.leave(30_000_000.4, 1_000);
  expect(textOf(file)).toBe("30000000");
  expect(limit.remains()).toMatch(/still says 30000000 instead of/);
  for (const mend of [...limit.mends, ...limit.mends]) await performMend(mend, signal);
  expect(textOf(file)).toBe(before[file as keyof typeof before]);
  expect(limit.remains()).toBeUndefined();
});

test("a limit that the kernel refuses goes as low as it may, and somebody takes the rest away", async () => {
  files(v1);
  const refused: number[] = [];
  const eaten: [number, number][] = [];
  const log: string[] = [];
  const limit = memoryLimitOf({
    folder,
    id: "memory:shop@2",
    async writeLimit(path, text) {
      // Two pages of 1 MiB more than what is counted are needed.
      if (Number(text) < 50_000_000 + 2 * 1_048_576) {
        refused.push(Number(text));
        throw Object.assign(new Error("EBUSY: resource busy"), { code: "EBUSY" });
      }
      writeFileSync(path, text);
    },
    startEater(bytes, limitMs) {
      eaten.push([bytes, limitMs]);
      return { pid: 4_711, startTicks: undefined, go: () => log.push("go"), end: () => log.push("end") };
    },
  });
  await limit.leave(30_000_000, 9_000);
  expect(refused).toEqual([30_000_000, 51_048_576]);
  expect(textOf("memory.limit_in_bytes")).toBe("52097152");
  expect(eaten).toEqual([[22_097_152, 9_000]]);
  expect(log).toEqual(["go"]);
  const group = join(folder, "stagebench-fault-memory-shop-2");
  expect(textOf("stagebench-fault-memory-shop-2/cgroup.procs")).toBe("4711");
  writeFileSync(join(folder, "memory.limit_in_bytes"), unlimited);
  expect(limit.remains()).toBe(`${group}, with a process that takes memory, is still there`);
  await limit.leave(30_000_000, 9_000);
  expect(eaten, "a second time nobody is added").toHaveLength(1);
});

test("what the kernel refuses for another reason is not worked around", async () => {
  files(v2);
  const limit = memoryLimitOf({
    folder,
    id: "memory:shop@2",
    startEater: nobody,
    writeLimit: () => Promise.reject(Object.assign(new Error("EACCES"), { code: "EACCES" })),
  });
  await expect(limit.leave(1, 1)).rejects.toThrow("EACCES");
});

test("a folder without a memory controller is refused", () => {
  expect(() => memoryLimitOf({ folder, id: "m" })).toThrow("is no cgroup whose memory can be limited");
  expect(readMemory(folder)).toBeUndefined();
});

test("a group that has gone took its limit along", async () => {
  files(v2);
  const limit = memoryLimitOf({ folder, id: "m", startEater: nobody });
  await limit.leave(30_000_000, 1_000);
  rmSync(folder, { recursive: true });
  expect(existsSync(folder)).toBe(false);
  expect(limit.remains()).toBeUndefined();
});

test.each([
  { version: "first", texts: v1 },
  { version: "second", texts: v2 },
])("the $version version is read alike", ({ texts }) => {
  files(texts);
  expect(readMemory(folder)).toEqual({
    ...{ countedBytes: 50_000_000, usedBytes: 42_000_000 },
    ...{ limitHits: 3, kills: 1 },
  });
});
