import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeEnding, lastLinesOf, NodeProcess } from "../../../../targets/launch/node-process.ts";
import { isAlive } from "../../../../targets/launch/process-identity.ts";
import { WardList } from "../../../../targets/launch/ward-list.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "stagebench-test-node-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const shell = (script: string) => ({
  name: "node-1",
  command: "/bin/sh",
  args: ["-c", script],
  cwd: root,
  politely: "SIGTERM" as const,
});

test("a process is told to the wards with its identity, and its output is in its log", async () => {
  const wards = new WardList();
  const adopted: number[] = [];
  const script = "echo hello; echo trouble >&2; exit 3";
  const log = join(root, "node-1.log");
  const process = NodeProcess.start(shell(script), log, wards, (pid) => adopted.push(pid));
  expect(wards.leftovers().processes).toEqual([process.ward]);
  expect(adopted).toEqual([process.pid]);
  const ending = await process.ended;
  expect(describeEnding(ending)).toBe("exited with code 3");
  expect(process.lastLines()).toEqual(["hello", "trouble"]);
  expect(isAlive(process.ward)).toBe(false);
});

test("a program does nothing before its pid is known, so that no child of it is born uncounted", async () => {
  const log = join(root, "node-1.log");
  let saidBefore: readonly string[] = ["never asked"];
  const process = NodeProcess.start(shell("echo started"), log, new WardList(), () => {
    // Time enough for a program that is not held back.
    execFileSync("/bin/sleep", ["0.05"]);
    saidBefore = lastLinesOf(log, 1);
  });
  await process.ended;
  expect(saidBefore).toEqual([]);
  expect(process.lastLines()).toEqual(["started"]);
});

test("a process leads a session of its own, so that a Ctrl-C at our terminal does not reach it", async () => {
  const process = NodeProcess.start(shell("read line"), join(root, "node-1.log"), new WardList());
  // Standard input is empty: the shell is gone at once, or still there as the leader of its session.
  const stat = await readFile(`/proc/${process.pid}/stat`, "utf8").catch(() => undefined);
  if (stat !== undefined) expect(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[3]).toBe(`${process.pid}`);
  await process.ended;
});

test("a signal ends it, and how it ended is known", async () => {
  const process = NodeProcess.start(shell("exec sleep 60"), join(root, "node-1.log"), new WardList());
  process.signal("SIGKILL");
  expect(describeEnding(await process.ended)).toBe("was ended by SIGKILL");
  expect(() => process.signal("SIGKILL")).not.toThrow();
});

test("its standard input may be a file", async () => {
  await writeFile(join(root, "conf"), "port 1234\n");
  const program = { ...shell("cat"), stdinPath: join(root, "conf") };
  const process = NodeProcess.start(program, join(root, "node-1.log"), new WardList());
  await process.ended;
  expect(process.lastLines()).toEqual(["port 1234"]);
});

test("a program that is not there is an environment failure, and nothing is warded", () => {
  const wards = new WardList();
  const program = { ...shell(""), command: "/no/such/program" };
  expect(() => NodeProcess.start(program, join(root, "node-1.log"), wards)).toThrow(
    expect.objectContaining({ kind: "environment", message: expect.stringContaining("/no/such/program") }),
  );
  expect(wards.leftovers().processes).toEqual([]);
});

test("of a long log only the last lines are read", async () => {
  const log = join(root, "long.log");
  await writeFile(log, `${Array.from({ length: 10_000 }, (_, line) => `line ${line}`).join("\n")}\n`);
  expect(lastLinesOf(log, 2)).toEqual(["line 9998", "line 9999"]);
});

test("a log that is not there has no last lines", () => {
  expect(lastLinesOf(join(root, "none.log"), 2)).toEqual([]);
});
