/** One at a time: who has the lock is waited for while it lives, and no longer. */
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bootId } from "../../../chaos/boot-id.ts";
import { lockLimitMs, takeLock } from "../../../controller/observe/lock.ts";
import { startTicksOf } from "../../../targets/launch/process-identity.ts";
import { ManualClock } from "../../fakes/manual-clock.ts";

let home: string;
let path: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "stagebench-test-lock-"));
  path = join(home, "observe.lock");
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** This very process, which certainly lives. */
const startTicks = startTicksOf(process.pid);
const contentWith = (more: object) =>
  JSON.stringify({ pid: process.pid, startTicks, bootId: bootId(), ...more });

function taking() {
  const clock = new ManualClock();
  const said: string[] = [];
  const user = new AbortController();
  let isOver = false;
  const say = (line: string) => void said.push(line);
  const lock = takeLock(path, { clock, signal: user.signal, say }).finally(() => (isOver = true));
  lock.catch(() => {});
  const passing = async () => {
    for (; !isOver; clock.pass(1_000)) await new Promise(setImmediate);
    return await lock;
  };
  return { clock, said, user, passing, lock };
}

test("it is made where there was no folder, and nothing of it stays", async () => {
  path = join(home, "results", "observe.lock");
  const { lock, said } = taking();
  const held = await lock;
  expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({ pid: process.pid });
  await held[Symbol.asyncDispose]();
  expect([readdirSync(join(home, "results")), said]).toEqual([[], []]);
});

test("the second waits until the first gives it back, and says so once", async () => {
  const first = await taking().lock;
  const second = taking();
  for (let look = 0; look < 5; look++) {
    await new Promise(setImmediate);
    second.clock.pass(1_000);
  }
  expect(second.said).toEqual([`waiting for another bench observe (pid ${process.pid}), which is at work`]);
  await first[Symbol.asyncDispose]();
  await second.passing();
  expect(second.said).toHaveLength(1);
});

test("nobody waits for ever", async () => {
  await taking().lock;
  const { passing, clock } = taking();
  await expect(passing()).rejects.toMatchObject({
    kind: "environment",
    message: expect.stringContaining(`pid ${process.pid}`),
    hint: expect.stringContaining(path),
  });
  expect(clock.nowMs()).toBeGreaterThanOrEqual(lockLimitMs);
});

test("nobody waits after an interruption", async () => {
  await taking().lock;
  const { passing, user } = taking();
  user.abort(new Error("interrupted"));
  await expect(passing()).rejects.toThrow("interrupted");
});

test.each([
  { why: "has a number that was given out again", content: contentWith({ startTicks: 1 }) },
  { why: "ended with the machine", content: contentWith({ bootId: "b0 pid:[1] " }) },
])("that of a process which $why is no hindrance", async ({ content }) => {
  // Where there is no /proc nobody could tell.
  if (startTicks === undefined) return expect(bootId()).toBe("");
  const [, , machine = ""] = bootId().split(" ");
  writeFileSync(path, content.replace('pid:[1] "', `pid:[1] ${machine}"`));
  const { lock, said } = taking();
  await lock;
  expect(said).toEqual([]);
  expect(readFileSync(path, "utf8")).toBe(contentWith({}));
  expect(readdirSync(home)).toEqual(["observe.lock"]);
});

test("one that nobody wrote into is waited for at first, and not for ever", async () => {
  writeFileSync(path, "");
  const fresh = taking();
  await new Promise(setImmediate);
  expect(fresh.said).toHaveLength(1);
  utimesSync(path, new Date(0), new Date(0));
  await fresh.passing();
  expect(readFileSync(path, "utf8")).toBe(contentWith({}));
});

test("what was given back and taken by somebody else is left to it", async () => {
  const held = await taking().lock;
  writeFileSync(path, contentWith({ pid: 1 }));
  await held[Symbol.asyncDispose]();
  expect(existsSync(path)).toBe(true);
});
