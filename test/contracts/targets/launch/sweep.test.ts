/** The sweep on real, short-lived processes: exactly ours, all of ours, and twice is once. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { WardedProcess } from "../../../../targets/launch/launcher.ts";
import { isAlive, startTicksOf } from "../../../../targets/launch/process-identity.ts";
import { processTable } from "../../../../targets/launch/process-table.ts";
import { type Leftovers, sweep } from "../../../../targets/launch/sweep.ts";

let folder: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), "stagebench-sweep-"));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

const nothing: Leftovers = { processes: [], folders: [], cgroups: [] };

describe("processes", () => {
  test("a polite one ends without being killed", async () => {
    const ward = await shell("exec sleep 60");
    const report = await sweep({ ...nothing, processes: [ward] }, { limitMs: 3_000 });
    expect(report).toMatchObject({ isClean: true, ended: 1, killed: 0 });
    expect(isAlive(ward)).toBe(false);
  });

  test("where no goodbye is wanted, even a polite one is killed", async () => {
    const ward = await shell("trap 'echo goodbye; exit 0' TERM; echo ready; while :; do sleep 0.05; done");
    const report = await sweep({ ...nothing, processes: [ward] }, { limitMs: 3_000, isPolite: false });
    expect(report).toMatchObject({ isClean: true });
    expect(report.killed).toBeGreaterThanOrEqual(1);
    expect(children.at(-1)?.signalCode).toBe("SIGKILL");
  });

  test("one that ignores its signal, and one that is stopped, are killed", async () => {
    const deaf = await shell("trap '' TERM; echo ready; while :; do sleep 0.05; done");
    const stopped = await shell("trap '' TERM; echo ready; kill -STOP $$; while :; do sleep 0.05; done");
    const report = await sweep({ ...nothing, processes: [deaf, stopped] }, { limitMs: 1_000 });
    expect(report).toMatchObject({ isClean: true });
    expect(report.killed).toBeGreaterThanOrEqual(2);
    expect([deaf, stopped].some(isAlive)).toBe(false);
  });

  test("children that went into sessions of their own are found through their parent", async () => {
    const ward = await shell("setsid sleep 61 & trap 'exit 0' TERM; echo ready; wait");
    const children = processTable().filter(({ parentPid }) => parentPid === ward.pid);
    expect(children).toHaveLength(1);
    const report = await sweep({ ...nothing, processes: [ward] }, { limitMs: 1_000 });
    expect(report).toMatchObject({ isClean: true, ended: 2 });
    expect(children.some(isAlive)).toBe(false);
  });

  test("workers of a master that was killed are found through their group", async () => {
    const ward = await shell("sleep 62 & echo ready; wait");
    const worker = processTable().find(({ parentPid }) => parentPid === ward.pid);
    const master = children.at(-1);
    master?.kill("SIGKILL");
    if (master !== undefined) await once(master, "exit");
    expect(worker !== undefined && isAlive(worker)).toBe(true);
    const report = await sweep({ ...nothing, processes: [ward] }, { limitMs: 1_000 });
    expect(report).toMatchObject({ isClean: true, ended: 1 });
    expect(worker !== undefined && isAlive(worker)).toBe(false);
  });

  test("a pid that belongs to somebody else by now is left alone", async () => {
    const stranger = await shell("exec sleep 63");
    const stale = { ...stranger, startTicks: (stranger.startTicks ?? 1) - 1 };
    const report = await sweep({ ...nothing, processes: [stale] }, { limitMs: 1_000 });
    expect(report).toMatchObject({ isClean: true, ended: 0, killed: 0 });
    expect(isAlive(stranger)).toBe(true);
  });

  test("of a ward whose start nobody knows, the group is left alone: its number may be another's by now", async () => {
    const { pid } = await shell("sleep 64 & echo ready; wait");
    const stranger = processTable().find(({ parentPid }) => parentPid === pid);
    const leader = children.at(-1);
    leader?.kill("SIGKILL");
    if (leader !== undefined) await once(leader, "exit");
    const unknown = { name: "gone at once", pid, startTicks: undefined, politely: "SIGTERM" } as const;
    const report = await sweep({ ...nothing, processes: [unknown] }, { limitMs: 1_000 });
    expect(report).toMatchObject({ isClean: true, ended: 0, killed: 0 });
    expect(stranger !== undefined && isAlive(stranger)).toBe(true);
    if (stranger !== undefined) process.kill(stranger.pid, "SIGKILL");
  });

  test("what has ended already takes no time, once or twice", async () => {
    const ward = await shell("exit 0");
    await once(children.at(-1) as ChildProcess, "close");
    for (const _ of [1, 2]) {
      const report = await sweep({ ...nothing, processes: [ward] }, { limitMs: 3_000 });
      expect(report).toMatchObject({ isClean: true, ended: 0 });
      expect(report.tookMs).toBeLessThan(500);
    }
  });
});

describe("folders and cgroups", () => {
  test("folders go with all that is in them, and need not be there", async () => {
    const given = join(folder, "given");
    mkdirSync(join(given, "deep"), { recursive: true });
    writeFileSync(join(given, "deep", "file"), "x");
    const folders = [given, join(folder, "never-was")];
    expect(await sweep({ ...nothing, folders }, { limitMs: 1_000 })).toMatchObject({ isClean: true });
    expect(existsSync(given)).toBe(false);
    expect(await sweep({ ...nothing, folders }, { limitMs: 1_000 })).toMatchObject({ isClean: true });
  });

  test("a link is removed, not what it points at", async () => {
    const precious = join(folder, "precious");
    mkdirSync(precious);
    symlinkSync(precious, join(folder, "link"));
    await sweep({ ...nothing, folders: [join(folder, "link")] }, { limitMs: 1_000 });
    expect(existsSync(precious)).toBe(true);
    expect(existsSync(join(folder, "link"))).toBe(false);
  });

  test.each([
    { why: "the top of the tree", given: { folders: ["/"] } },
    { why: "a folder at the top", given: { folders: ["/tmp"] } },
    { why: "a relative path", given: { folders: ["data"] } },
    { why: "a path with dots", given: { folders: ["/tmp/x/../.."] } },
    { why: "the folder we stand in", given: { folders: [process.cwd()] } },
    { why: "a cgroup that no run made", given: { cgroups: ["/sys/fs/cgroup/cpu"] } },
    { why: "a cgroup by way of ours", given: { cgroups: ["/sys/fs/cgroup/cpu/stagebench-x/.."] } },
  ])("$why is left alone and reported", async ({ given }) => {
    const report = await sweep({ ...nothing, ...given }, { limitMs: 100 });
    expect(report.isClean).toBe(false);
    expect(report.problems).toEqual([expect.stringContaining("was left alone")]);
  });
});

/** A shell in a session of its own, as nodes are; waits for its word when the script says one. */
async function shell(script: string): Promise<WardedProcess> {
  const child = spawn("/bin/sh", ["-c", script], { detached: true, stdio: ["ignore", "pipe", "ignore"] });
  children.push(child);
  await once(child, "spawn");
  const ward = {
    name: script,
    pid: child.pid ?? 0,
    startTicks: startTicksOf(child.pid ?? 0),
    politely: "SIGTERM",
  } as const;
  if (script.includes("echo ready")) await once(child.stdout, "data");
  return ward;
}
