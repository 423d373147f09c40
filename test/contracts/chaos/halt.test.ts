/** What `bench halt` finds in a journal, and what it does about it: on real processes that stand for a run and its guard. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../../base/clock.ts";
import { bootId } from "../../../chaos/boot-id.ts";
import type { FaultEntry } from "../../../chaos/fault-journal.ts";
import { DONE_LINE, faultLine, lineOf } from "../../../chaos/guard-line.ts";
import { haltRun } from "../../../chaos/halt.ts";
import { journalName, readJournal } from "../../../chaos/run-journal.ts";
import { isAlive, startTicksOf } from "../../../targets/launch/process-identity.ts";

let folder: string;
let path: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), "stagebench-halt-"));
  path = join(folder, journalName);
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

const halt = () => haltRun(path, { clock: systemClock, signal: new AbortController().signal, say() {} });

interface Who {
  readonly pid: number;
  readonly startTicks?: number | undefined;
}

/** Nobody has this start time. */
const dead: Who = { pid: process.pid, startTicks: 1 };

async function living(...words: readonly string[]): Promise<Who> {
  const [program = "sleep", ...rest] = words.length === 0 ? ["sleep", "60"] : words;
  const child = spawn(program, rest, { stdio: "ignore" });
  children.push(child);
  await once(child, "spawn");
  return { pid: child.pid ?? 0, startTicks: startTicksOf(child.pid ?? 0) };
}

function write(
  { run = dead, keeper = dead, boot = bootId() }: { run?: Who; keeper?: Who; boot?: string },
  ...lines: readonly string[]
): void {
  writeFileSync(path, `${JSON.stringify({ keeper, run, bootId: boot })}\n${lines.join("")}`);
}

/** A fault that is a file. */
function fileFault(id: string, { isOwn = true } = {}): FaultEntry & { readonly file: string } {
  const file = join(folder, `stagebench-fault-${id}`);
  writeFileSync(file, "");
  return { id, mends: [{ mend: "leftover", path: file }], forMs: 1_000, isOwn, file };
}

function commandFault(id: string, command: string): FaultEntry {
  return { id, mends: [{ mend: "command", command, folder, limitMs: 5_000 }], forMs: 1_000, isOwn: false };
}

async function node(): Promise<Who & { readonly line: string }> {
  const who = await living();
  const { pid, startTicks } = who;
  return { ...who, line: lineOf({ ward: "process", name: "db", pid, startTicks, politely: "SIGTERM" }) };
}

test("a folder without a journal, or with one that does not say who keeps it, is nothing to it", async () => {
  expect(await halt()).toBeUndefined();
  writeFileSync(path, lineOf({ ward: "folder", path: folder }));
  expect(await halt()).toBeUndefined();
  expect(existsSync(folder)).toBe(true);
});

test("of a dead run whose guard is dead, too, faults are taken back and all it made is swept; then it is over", async () => {
  const [fault, db] = [fileFault("a"), await node()];
  const data = join(folder, "data");
  mkdirSync(data);
  write({}, db.line, lineOf({ ward: "folder", path: data }), faultLine(fault));
  expect(await halt()).toEqual({ folder, was: "dead", mended: ["a"], ended: 1, problems: [] });
  expect([existsSync(fault.file), existsSync(data), isAlive({ ...db, startTicks: db.startTicks })]).toEqual([
    ...[false, false, false],
  ]);
  expect(readJournal(path)).toMatchObject({ isOver: true, open: [] });
  expect(await halt()).toEqual({ folder, was: "over", mended: [], ended: 0, problems: [] });
});

test("of what was mended before nothing is done again", async () => {
  const [mended, byGuard] = [fileFault("mended"), fileFault("by-guard")];
  const note = `${JSON.stringify({ mendedByGuard: "by-guard", because: "its time was over" })}\n`;
  write({}, faultLine(mended), lineOf({ ward: "mended", id: "mended" }), faultLine(byGuard), note);
  expect(await halt()).toMatchObject({ mended: [], problems: [] });
  expect([existsSync(mended.file), existsSync(byGuard.file)]).toEqual([true, true]);
});

test("a fault of ours in something that is gone is gone: its port may be somebody else's by now", async () => {
  const fault = fileFault("a");
  write(
    {},
    lineOf({ ward: "process", name: "db", ...dead, startTicks: 1, politely: "SIGTERM" }),
    faultLine(fault),
  );
  expect(await halt()).toMatchObject({ was: "dead", mended: ["a"], problems: [] });
  expect(existsSync(fault.file)).toBe(true);
});

test("a node that was down when the guard swept it is no news, the first time as little as the second", async () => {
  const killed = { id: "kill:db@5", mends: [], forMs: 1_000, isOwn: true };
  write({}, faultLine(killed), `${JSON.stringify({ swept: { isClean: true } })}\n`);
  expect(await halt()).toEqual({ folder, was: "over", mended: [], ended: 0, problems: [] });
  expect(readJournal(path)?.open).toEqual([]);
});

test("a run that ended properly with a fault left in somebody else's system: it is taken back now", async () => {
  const fault = fileFault("a", { isOwn: false });
  write({}, faultLine(fault), DONE_LINE);
  expect(await halt()).toMatchObject({ was: "over", mended: ["a"], problems: [] });
  expect(existsSync(fault.file)).toBe(false);
  expect(await halt()).toMatchObject({ mended: [] });
});

test("what cannot be taken back is said with what a person can do, and tried again the next time", async () => {
  write({}, faultLine(commandFault("drain", "test -f allowed")));
  const problems = [expect.stringMatching(/^drain could not be taken back: .*; cd \/.* && test -f allowed$/)];
  expect(await halt()).toMatchObject({ was: "dead", mended: [], problems });
  expect(await halt()).toMatchObject({ was: "over", mended: [], problems });
  writeFileSync(join(folder, "allowed"), "");
  expect(await halt()).toMatchObject({ was: "over", mended: ["drain"], problems: [] });
});

test("of another start of the machine, what was here is gone and left alone; what was elsewhere is taken back", async () => {
  const [own, foreign, db] = [fileFault("own"), fileFault("foreign", { isOwn: false }), await node()];
  write({ boot: "another" }, db.line, faultLine(own), faultLine(foreign));
  expect(await halt()).toMatchObject({ was: "void", mended: ["foreign"], ended: 0, problems: [] });
  expect([
    existsSync(own.file),
    existsSync(foreign.file),
    isAlive({ ...db, startTicks: db.startTicks }),
  ]).toEqual([...[true, false, true]]);
});

describe("when the journal takes nothing any more", () => {
  const notNoted = expect.stringMatching(/^what was cleared up could not be noted in \/.*EISDIR.*bench halt/);

  test.each([
    { was: "dead", keeper: {}, lines: [] },
    { was: "over", keeper: {}, lines: [DONE_LINE] },
    { was: "void", keeper: { boot: "another" }, lines: [] },
  ] as const)("what a person can do is told all the same: $was", async ({ was, keeper, lines }) => {
    const spoil = commandFault("spoil", `mv ${path} ${path}.full && mkdir ${path}`);
    write(keeper, faultLine(commandFault("drain", "false")), faultLine(spoil), ...lines);
    const problems = [expect.stringMatching(/^drain could not be taken back: .* && false$/), notNoted];
    expect(await halt()).toEqual({ folder, was, mended: ["spoil"], ended: 0, problems });
  });
});

describe("of this start of the machine, but another numbering of processes, as in a container", () => {
  const [boot] = bootId().split(" ");
  const elsewhere = { boot: `${boot} pid:[1]` };
  const problem = expect.stringMatching(
    /cannot be seen from here; bench halt there, or, .* rm \/.*\.ndjson$/,
  );

  test("what is in somebody else's system is taken back, and the rest is said to be out of sight", async () => {
    const [own, foreign, db] = [fileFault("own"), fileFault("foreign", { isOwn: false }), await node()];
    const run = await living();
    write({ run, ...elsewhere }, db.line, faultLine(own), faultLine(foreign));
    expect(await halt()).toEqual({
      ...{ folder, was: "elsewhere", mended: ["foreign"], ended: 0, problems: [problem] },
    });
    expect([existsSync(own.file), existsSync(foreign.file)]).toEqual([true, false]);
    // It may live, and put it there once more.
    expect(readJournal(path)?.open.map(({ id }) => id)).toEqual(["own", "foreign"]);
    writeFileSync(foreign.file, "");
    expect(await halt()).toMatchObject({ was: "elsewhere", mended: ["foreign"] });
    expect(existsSync(foreign.file)).toBe(false);
    for (const who of [db, run]) expect(isAlive({ ...who, startTicks: who.startTicks })).toBe(true);
  });

  test("so is a run of another machine, which may live", async () => {
    const fault = fileFault("foreign", { isOwn: false });
    write({ boot: "another pid:[1] another" }, faultLine(fault));
    expect(await halt()).toMatchObject({ was: "elsewhere", mended: ["foreign"], problems: [problem] });
    expect(readJournal(path)?.open).toMatchObject([{ id: "foreign" }]);
  });

  test("a run that means to disturb may be at it", async () => {
    writeFileSync(join(folder, "plan.json"), JSON.stringify({ chaos: { faults: [{}] } }));
    write(elsewhere);
    expect(await halt()).toMatchObject({ was: "elsewhere", problems: [problem] });
  });

  test("one without faults leaves none, wherever it is", async () => {
    write(elsewhere);
    expect(await halt()).toMatchObject({ was: "elsewhere", mended: [], problems: [] });
  });

  test("one that is over is over there as well", async () => {
    const fault = fileFault("foreign", { isOwn: false });
    write(elsewhere, faultLine(fault), DONE_LINE);
    expect(await halt()).toMatchObject({ was: "over", mended: ["foreign"], problems: [] });
    expect(readJournal(path)?.open).toEqual([]);
  });
});

describe("a run that is over, and whose process is at another by now, as an exam with its control", () => {
  test("is over, and its process is left alone", async () => {
    const run = await living();
    write({ run }, faultLine(fileFault("a")), lineOf({ ward: "mended", id: "a" }), DONE_LINE);
    expect(await halt()).toEqual({ folder, was: "over", mended: [], ended: 0, problems: [] });
    expect(isAlive({ ...run, startTicks: run.startTicks })).toBe(true);
  });

  test("has what it left in somebody else's system taken back, and its process is left alone", async () => {
    const run = await living();
    const fault = fileFault("a", { isOwn: false });
    write({ run }, faultLine(fault), DONE_LINE);
    expect(await halt()).toMatchObject({ was: "over", mended: ["a"], problems: [] });
    expect(existsSync(fault.file)).toBe(false);
    expect(isAlive({ ...run, startTicks: run.startTicks })).toBe(true);
  });

  test("so is one that gets over while what it disturbs is taken back", async () => {
    const run = await living();
    write({ run }, faultLine(commandFault("slow", `echo '${DONE_LINE.trim()}' >> ${path}`)));
    expect(await halt()).toMatchObject({ was: "living", mended: ["slow"], problems: [] });
    expect(isAlive({ ...run, startTicks: run.startTicks })).toBe(true);
  });
});

test.each([
  { why: "a journal", spoil: () => mkdirSync(path), says: "EISDIR" },
  {
    why: "a plan",
    spoil: async () => {
      write({ run: await living() });
      writeFileSync(join(folder, "plan.json"), "{");
    },
    says: "plan.json is no plan",
  },
])("$why that cannot be read is a problem, and no end of it all", async ({ spoil, says }) => {
  await spoil();
  expect(await halt()).toEqual({
    ...{ folder, was: "unread", mended: [], ended: 0 },
    problems: [expect.stringMatching(new RegExp(`^what is left of /.* could not be told: .*${says}`))],
  });
});

test("a guard that lives is waited for, and does it", async () => {
  const fault = fileFault("a");
  const script = `sleep 0.3; rm ${fault.file}; echo '{"mendedByGuard":"a","because":"x"}' >> ${path}; echo '{"swept":{"isClean":true}}' >> ${path}`;
  write({ keeper: await living("sh", "-c", script) }, faultLine(fault));
  expect(await halt()).toEqual({ folder, was: "guarded", mended: ["a"], ended: 0, problems: [] });
});

test("a run that is process 1 has its faults taken back, and is for whoever started its container", async () => {
  const fault = fileFault("a");
  const first = { pid: 1, startTicks: startTicksOf(1) };
  const guard = await living();
  const db = await node();
  write({ run: first, keeper: guard }, db.line, faultLine(fault));
  // A hundred times as fast, for the guard is waited for.
  const clock = { ...systemClock, nowMs: () => systemClock.nowMs() * 100 };
  expect(await haltRun(path, { clock, signal: new AbortController().signal, say() {} })).toEqual({
    ...{ folder, was: "guarded", mended: ["a"], ended: 0 },
    problems: [expect.stringMatching(/^its run is process 1 here: stop the container/)],
  });
  expect(existsSync(fault.file)).toBe(false);
  expect(readJournal(path)?.open).toMatchObject([{ id: "a" }]);
  expect(isAlive({ ...guard, startTicks: guard.startTicks })).toBe(true);
});

test("a run that lives and disturbs is asked to end, with what it disturbs mended first", async () => {
  const fault = fileFault("a");
  const run = await living("sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.05; done");
  write({ run }, faultLine(fault));
  expect(await halt()).toEqual({ folder, was: "living", mended: ["a"], ended: 0, problems: [] });
  expect([existsSync(fault.file), isAlive({ ...run, startTicks: run.startTicks })]).toEqual([false, false]);
});

test("a run that stands still hears it, too", async () => {
  const run = await living();
  process.kill(run.pid, "SIGSTOP");
  write({ run }, faultLine(fileFault("a")));
  expect(await halt()).toMatchObject({ was: "living", problems: [] });
});

test.each([
  { why: "plans no fault", plan: {}, was: "undisturbed" },
  { why: "will disturb later", plan: { chaos: { faults: [{}] } }, was: "living" },
])("a run that lives and $why: $was", async ({ plan, was }) => {
  const run = await living();
  writeFileSync(join(folder, "plan.json"), JSON.stringify(plan));
  write({ run });
  expect(await halt()).toMatchObject({ was, problems: [] });
  expect(isAlive({ ...run, startTicks: run.startTicks })).toBe(was === "undisturbed");
});

test("a journal cut off in the middle of a line is read as far as it goes", () => {
  const fault = fileFault("a");
  write({}, faultLine(fault), '{"ward":"men');
  expect(readJournal(path)).toMatchObject({ isOver: false, open: [{ id: "a" }] });
  expect(readFileSync(path, "utf8").endsWith("men")).toBe(true);
});
