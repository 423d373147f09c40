/** The guard's body, its input a plain stream: when it sweeps, when it does not, and what it writes down. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bootId } from "../../../chaos/boot-id.ts";
import {
  DONE_LINE,
  faultLine,
  guardLine,
  keeperShape,
  lineOf,
  READY_LINE,
  tell,
  wardsByLine,
} from "../../../chaos/guard-line.ts";
import { runGuard } from "../../../chaos/guard-process.ts";
import type { GuardedRun } from "../../../chaos/guarded-run.ts";
import { isAlive, startTicksOf } from "../../../targets/launch/process-identity.ts";
import { WardList } from "../../../targets/launch/ward-list.ts";

/** A run that has told who it is, and is nobody's parent. */
const run: GuardedRun = { pid: 4_711, startTicks: 99 };

let folder: string;
let journalPath: string;
beforeEach(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), "stagebench-guard-"));
  journalPath = join(folder, "run", "guard.ndjson");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const deafToFaults = { begins() {}, mended() {}, lives() {} };

test("what is told is what arrives", () => {
  const wards = new WardList();
  const told = wardsByLine((line) => {
    const parsed = guardLine(line);
    expect(parsed === undefined ? undefined : tell(wards, deafToFaults, parsed)).toBe(false);
  });
  told.folder("/tmp/stagebench-r1");
  told.process({ name: "db", pid: 77, startTicks: 12, politely: "SIGQUIT" });
  told.process({ name: "gone", pid: 78, startTicks: undefined, politely: "SIGTERM" });
  told.cgroup("/sys/fs/cgroup/cpu/stagebench-r1");
  told.containers({ runId: "r1", socket: "/run/docker.sock" });
  expect(wards.leftovers()).toStrictEqual({
    processes: [
      { name: "db", pid: 77, startTicks: 12, politely: "SIGQUIT" },
      { name: "gone", pid: 78, startTicks: undefined, politely: "SIGTERM" },
    ],
    folders: ["/tmp/stagebench-r1"],
    cgroups: ["/sys/fs/cgroup/cpu/stagebench-r1"],
    containers: [{ runId: "r1", socket: "/run/docker.sock" }],
  });
});

test.each(["", "{", '{"ward":"process","pid":1}', '{"ward":"moon"}', '{"ward":"folder"'])(
  "%j is no line",
  (line) => expect(guardLine(line)).toBeUndefined(),
);

test("told that all is well it leaves everything where it is, and its journal has every line", async () => {
  const data = madeFolder("data");
  const lines = [lineOf({ ward: "folder", path: data }), DONE_LINE];
  const { end, said } = await guarded(lines);
  expect(end).toEqual({ status: "released" });
  expect(existsSync(data)).toBe(true);
  const [keeper, ...rest] = readFileSync(journalPath, "utf8").split(/(?<=\n)/);
  expect(rest).toEqual(lines);
  expect(keeperShape.parse(JSON.parse(keeper ?? ""))).toMatchObject({
    keeper: { pid: process.pid, startTicks: startTicksOf(process.pid) },
    run,
    bootId: bootId(),
  });
  expect(said).toBe(`${READY_LINE}\n`);
});

test("an input that ends without a word is swept: process, folder, and a note of both", async () => {
  const data = madeFolder("data");
  const child = spawn("sleep", ["60"], { detached: true, stdio: "ignore" });
  await once(child, "spawn");
  const ward = {
    name: "db",
    pid: child.pid ?? 0,
    startTicks: startTicksOf(child.pid ?? 0),
    politely: "SIGTERM",
  } as const;
  const { end } = await guarded([
    lineOf({ ward: "folder", path: data }),
    lineOf({ ward: "process", ...ward }),
  ]);
  expect(end).toMatchObject({ status: "swept", report: { isClean: true, ended: 1 } });
  expect(existsSync(data)).toBe(false);
  expect(isAlive(ward)).toBe(false);
  expect(readFileSync(journalPath, "utf8")).toContain('"swept":{"isClean":true');
});

test("a line cut off by the death of its writer does not keep the others from being swept", async () => {
  const data = madeFolder("data");
  const { end } = await guarded([lineOf({ ward: "folder", path: data }), '{"ward":"proc']);
  expect(end).toMatchObject({ status: "swept", report: { isClean: true } });
  expect(existsSync(data)).toBe(false);
  expect(readFileSync(journalPath, "utf8").split("notUnderstood")).toHaveLength(2);
});

test("a connection that breaks is an input that ends", async () => {
  const data = madeFolder("data");
  const input = new PassThrough();
  const guard = runGuard({ input, journalPath, run, output: new PassThrough() });
  input.write(lineOf({ ward: "folder", path: data }));
  setImmediate(() => input.destroy(new Error("ECONNRESET")));
  expect(await guard).toMatchObject({ status: "swept", report: { isClean: true } });
  expect(existsSync(data)).toBe(false);
});

test("without a place for its journal it guards all the same", async () => {
  const data = madeFolder("data");
  journalPath = join("/dev/null", "guard.ndjson");
  const { end } = await guarded([lineOf({ ward: "folder", path: data })]);
  expect(end).toMatchObject({ status: "swept", report: { isClean: true } });
  expect(existsSync(data)).toBe(false);
});

describe("faults", () => {
  const faultAt = (path: string, isOwn = true) =>
    faultLine({ id: "a", mends: [{ mend: "leftover", path }], forMs: 60_000, isOwn });

  test("are said to be noted when they are on the disk", async () => {
    const input = new PassThrough();
    const output = new PassThrough();
    let said = "";
    output.setEncoding("utf8").on("data", (text: string) => (said += text));
    const ending = runGuard({ input, journalPath, run, output });
    const line = faultAt(join(folder, "stagebench-fault-a"));
    input.write(line);
    await expect.poll(() => said).toContain('{"noted":"a"}');
    expect(readFileSync(journalPath, "utf8")).toContain(line);
    input.end(DONE_LINE);
    expect(await ending).toEqual({ status: "released" });
  });

  test.each([
    { why: "is full", path: "/dev/full" },
    { why: "is not there", path: "/dev/null/guard.ndjson" },
  ])("are refused when the disk of the journal $why, and nothing is mended of them", async ({ path }) => {
    journalPath = path;
    const fault = madeFolder("stagebench-fault-a");
    const data = madeFolder("data");
    const { end, said } = await guarded([lineOf({ ward: "folder", path: data }), faultAt(fault)]);
    const lines = said.trimEnd().split("\n");
    expect(lines).toEqual([READY_LINE, expect.stringMatching(/^\{"notNoted":"a","because":"E/)]);
    expect([existsSync(fault), existsSync(data)]).toEqual([true, false]);
    expect(end).toMatchObject({ status: "swept", report: { isClean: true } });
  });

  test("are mended when the input ends, before what was made is swept", async () => {
    const path = madeFolder("stagebench-fault-a");
    const { end, said } = await guarded([
      lineOf({ ward: "folder", path: madeFolder("data") }),
      faultAt(path),
    ]);
    expect(end).toMatchObject({ status: "swept", report: { isClean: true } });
    expect(existsSync(path)).toBe(false);
    expect(said).toContain('{"mendedByGuard":"a","because":"the run ended without a word"}');
    const journal = readFileSync(journalPath, "utf8");
    expect(journal.indexOf("mendedByGuard")).toBeLessThan(journal.indexOf('"swept"'));
  });

  test("that were mended are not mended again", async () => {
    const path = madeFolder("stagebench-fault-a");
    await guarded([faultAt(path), lineOf({ ward: "mended", id: "a" })]);
    expect(existsSync(path)).toBe(true);
  });

  test.each([
    { isOwn: true, whose: "in something of ours, which is gone, are gone", isClean: true },
    { isOwn: false, whose: "in somebody else's system that cannot be mended are told", isClean: false },
  ])("$whose", async ({ isOwn, isClean }) => {
    const { end } = await guarded([faultAt(join(folder, "somebody-elses"), isOwn)]);
    expect(end).toMatchObject({ status: "swept", report: { isClean } });
  });

  test("that are on when all is said to be well do not keep the guard", async () => {
    const { end } = await guarded([faultAt(join(folder, "stagebench-fault-a")), DONE_LINE]);
    expect(end).toEqual({ status: "released" });
  });
});

async function guarded(lines: readonly string[]) {
  const input = new PassThrough();
  const output = new PassThrough();
  const ending = runGuard({ input, journalPath, run, output });
  for (const line of lines) input.write(line);
  input.end();
  const end = await ending;
  output.end();
  return { end, said: await text(output) };
}

function madeFolder(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
}
