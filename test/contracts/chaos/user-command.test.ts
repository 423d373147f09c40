/** A command of the user's own: how it ends, what it said last, and that nothing of it outlives its limit. */
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runUserCommand } from "../../../chaos/user-command.ts";
import { isAlive, startTicksOf } from "../../../targets/launch/process-identity.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), "stagebench-command-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const never = new AbortController().signal;
const run = (command: string, limitMs = 10_000) => runUserCommand({ command, folder, limitMs }, never);

test.each([
  { command: "echo one; echo two; echo", end: { exitCode: 0, lastLine: "two", how: "exited with 0" } },
  { command: "echo no >&2; exit 3", end: { exitCode: 3, lastLine: "no", how: "exited with 3" } },
  { command: "true", end: { exitCode: 0, lastLine: "", how: "exited with 0" } },
  { command: "nonsense-xyz", end: { exitCode: 127, lastLine: expect.stringContaining("nonsense-xyz") } },
  { command: "kill -9 $$", end: { lastLine: "", how: "was ended by SIGKILL" } },
])("$command", async ({ command, end }) => expect(await run(command)).toMatchObject(end));

test("it runs where it is told to", async () => {
  expect(await run("pwd")).toMatchObject({ lastLine: folder });
});

test("what takes too long ends, with all that it started", async () => {
  const end = await run("sleep 60 & echo $! > child; wait", 300);
  expect(end).toMatchObject({ how: "was not done within 0.3 s" });
  expect(end.exitCode).toBeUndefined();
  const pid = Number(readFileSync(join(folder, "child"), "utf8"));
  await expect.poll(() => isAlive({ pid, startTicks: startTicksOf(pid) })).toBe(false);
});

test("what it leaves in the background does not keep us waiting", async () => {
  expect(await run("sleep 5 & echo $! > child; echo done")).toMatchObject({ exitCode: 0, lastLine: "done" });
  process.kill(Number(readFileSync(join(folder, "child"), "utf8")), "SIGKILL");
});

test("a signal ends it", async () => {
  const stop = new AbortController();
  const running = runUserCommand({ command: "sleep 60", limitMs: 60_000 }, stop.signal);
  stop.abort(new Error("enough"));
  await expect(running).rejects.toThrow("enough");
  await expect(runUserCommand({ command: "true", limitMs: 1 }, stop.signal)).rejects.toThrow("enough");
});
