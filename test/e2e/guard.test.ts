/** The guard as a process of its own: it outlives what it guards, and nothing outlives it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sleep } from "../../base/clock.ts";
import { startGuard } from "../../chaos/guard.ts";
import { readJournal } from "../../chaos/run-journal.ts";
import { isAlive, startTicksOf } from "../../targets/launch/process-identity.ts";
import { processTable, treeOf } from "../../targets/launch/process-table.ts";

let folder: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), "stagebench-guard-"));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

const program = (name: string) => fileURLToPath(new URL(`./programs/${name}.ts`, import.meta.url));
const guardCommand = () => [
  process.execPath,
  "--import",
  "tsx",
  program("guard"),
  join(folder, "guard.ndjson"),
];

test("told that all is well it leaves, and touches nothing", async () => {
  const guard = await startGuard({ folder, command: guardCommand() });
  const data = join(folder, "data");
  mkdirSync(data);
  guard.folder(data);
  const identity = { pid: guard.pid, startTicks: startTicksOf(guard.pid) };
  expect(isAlive(identity)).toBe(true);
  const deaths: string[] = [];
  guard.onDeath((because) => deaths.push(because));
  await guard.allIsWell();
  await guard.allIsWell();
  expect(isAlive(identity)).toBe(false);
  expect(existsSync(data)).toBe(true);
  expect(deaths).toEqual([]);
  expect(guard.leftovers()).toEqual({ processes: [], folders: [data], cgroups: [], containers: [] });
});

test("a fault is on the disk when it says so; when its time is over the guard mends it, and tells us", async () => {
  const guard = await startGuard({ folder, command: guardCommand() });
  const mended: string[] = [];
  guard.onMendedByKeeper((id, because) => mended.push(`${id}: ${because}`));
  const path = join(folder, "stagebench-fault-a");
  mkdirSync(path);
  const mends = [{ mend: "leftover", path }] as const;
  await guard.begin({ id: "a", mends, forMs: 60_000, isOwn: true });
  expect(readFileSync(join(folder, "guard.ndjson"), "utf8")).toContain('"ward":"fault","id":"a"');
  guard.mended("a");
  await guard.begin({ id: "b", mends, forMs: 300, isOwn: true });
  await expect.poll(() => mended, { timeout: 10_000 }).toEqual(["b: its time was over"]);
  expect(existsSync(path)).toBe(false);
  await guard.allIsWell();
});

test.skipIf(!existsSync("/dev/full"))(
  "what a full disk does not take is not begun, and the guard lives on without it",
  async () => {
    const command = [...guardCommand().slice(0, -1), "/dev/full"];
    const guard = await startGuard({ folder, command });
    const entry = { id: "a", mends: [], forMs: 60_000, isOwn: true };
    await expect(guard.begin(entry)).rejects.toMatchObject({
      kind: "environment",
      message: expect.stringMatching(/^the guard did not write a down \(ENOSPC/),
    });
    expect(isAlive({ pid: guard.pid, startTicks: startTicksOf(guard.pid) })).toBe(true);
    await guard.allIsWell();
  },
);

test("its journal says whom it guards, as the run itself told", async () => {
  const guard = await startGuard({ folder, command: guardCommand() });
  const run = { pid: process.pid, startTicks: startTicksOf(process.pid) };
  const { keeper } = readJournal(join(folder, "guard.ndjson")) ?? {};
  expect(keeper).toMatchObject({ run, keeper: { pid: guard.pid } });
  await guard.allIsWell();
});

test("what a guard that died could not write down is not begun", async () => {
  const guard = await startGuard({ folder, command: guardCommand() });
  process.kill(guard.pid, "SIGKILL");
  const entry = { id: "a", mends: [], forMs: 1_000, isOwn: true };
  await expect(guard.begin(entry)).rejects.toMatchObject({ kind: "environment" });
  await expect(guard.begin(entry)).rejects.toMatchObject({ message: expect.stringContaining("SIGKILL") });
});

test("its own death is told, once, whenever one asks; all is well then needs nobody", async () => {
  const guard = await startGuard({ folder, command: guardCommand() });
  const death = new Promise<string>((resolve) => guard.onDeath(resolve));
  process.kill(guard.pid, "SIGKILL");
  expect(await death).toBe("it was ended by SIGKILL");
  expect(await new Promise<string>((resolve) => guard.onDeath(resolve))).toBe("it was ended by SIGKILL");
  guard.folder(join(folder, "late"));
  await guard.allIsWell();
});

test.each([
  {
    why: "ends at once",
    command: [process.execPath, "-e", "console.error('no such word'); process.exit(2)"],
    how: "it exited with 2",
    hint: "no such word",
  },
  { why: "is not there", command: ["/nowhere/guard"], how: "ENOENT", hint: "/nowhere/guard said nothing" },
])("a guard that $why is a failure with its last words", async ({ command, how, hint }) => {
  await expect(startGuard({ folder, command })).rejects.toMatchObject({
    kind: "environment",
    message: expect.stringContaining(how),
    hint: expect.stringContaining(hint),
  });
});

test.each(["SIGKILL", "SIGTERM"] as const)(
  "a run that ends by %s without a word leaves, within 5 s, no process, no folder and no guard",
  async (signal) => {
    const run = spawn(
      process.execPath,
      ["--import", "tsx", program("guarded-run"), folder, JSON.stringify(guardCommand())],
      { detached: true, stdio: ["ignore", "pipe", "inherit"] },
    );
    children.push(run);
    const [line] = await once(run.stdout as NodeJS.ReadableStream, "data");
    const { guardPid, nodePid, data } = JSON.parse(String(line));
    const tree = () => {
      const table = processTable();
      const pids = treeOf([nodePid], table);
      return table.filter(({ pid }) => pids.has(pid));
    };
    while (tree().length < 3) await sleep(20); // The shell, its sleep, and the one in a session of its own.
    const everyone = [...tree(), { pid: guardPid, startTicks: startTicksOf(guardPid) }];
    expect(existsSync(data)).toBe(true);
    // What a terminal sends to everybody is not for the guard.
    process.kill(guardPid, "SIGINT");
    process.kill(guardPid, "SIGTERM");
    process.kill(guardPid, "SIGHUP");

    const startedMs = performance.now();
    process.kill(run.pid ?? 0, signal);
    while (everyone.some(isAlive) && performance.now() - startedMs < 5_000) await sleep(20);
    expect(everyone.filter(isAlive)).toEqual([]);
    expect(existsSync(data)).toBe(false);
    expect(readFileSync(join(folder, "guard.ndjson"), "utf8")).toContain('"swept":{"isClean":true');
  },
);
