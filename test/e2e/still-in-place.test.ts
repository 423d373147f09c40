/** What is still in place, or may be, goes before all else: on runs that are made up, by the program as users call it. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bootId } from "../../chaos/boot-id.ts";
import { faultLine } from "../../chaos/guard-line.ts";
import { journalName } from "../../chaos/run-journal.ts";
import { disturbed, faultSeen } from "../fakes/disturbed.ts";
import { runFolder } from "../fakes/run-folder.ts";
import { Desk } from "./bench.ts";

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});
afterEach(() => desk[Symbol.dispose]());

describe("a run that left a fault", () => {
  const id = "20261101T100000Z-flash-sale-stage-08-0001";
  const leaked = faultSeen(3, 6, { status: "leaked", because: "so it was", manual: ["kill -CONT 17"] });

  test.each([
    { words: [], how: "is judged with 15" },
    { words: ["--advisory"], how: "is judged with 15 although that is to be advisory" },
  ])("$how", async ({ words }) => {
    const { timeline, faults = [], plan, load, overall } = disturbed({ seconds: 10, faults: [leaked] });
    const spoiling = { timeline, faults, plan, load, overall };
    runFolder(desk.path(".bench/runs"), id, { spoiling });
    const { code, stdout, stderr } = await desk.bench("judge", id, ...words);
    expect(code, stderr).toBe(15);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain("kill -CONT 17");
  });
});

describe("bench halt", () => {
  const runAt = (name: string): string => {
    const folder = desk.path(join(".bench/runs", name));
    mkdirSync(folder, { recursive: true });
    return folder;
  };

  test("does what it can, whatever else is in a bad way or misspelt, and tells it all", async () => {
    const unreadable = runAt("20261101T100000Z-a");
    mkdirSync(join(unreadable, journalName));
    const folder = runAt("20261101T110000Z-b");
    const fault = join(folder, "stagebench-fault-a");
    writeFileSync(fault, "");
    const nobody = { pid: process.pid, startTicks: 1 };
    const mends = [{ mend: "leftover", path: fault }] as const;
    writeFileSync(
      join(folder, journalName),
      [
        `${JSON.stringify({ keeper: nobody, run: nobody, bootId: bootId() })}\n`,
        faultLine({ id: "a", mends, forMs: 1_000, isOwn: false }),
      ].join(""),
    );
    const { code, stdout, stderr } = await desk.bench("halt", "20261101T110000Z-c");
    expect(code, stderr).toBe(15);
    expect(existsSync(fault)).toBe(false);
    expect(stdout).toMatch(/-b had died, and so had its guard; taken back: a\n/);
    expect(stderr).toMatch(/could not be told: EISDIR/);
    expect(stderr).toContain('did you mean "20261101T110000Z-b"');
  });

  test("exits with 2 when nothing is left, and a word names no run", async () => {
    const { code, stdout, stderr } = await desk.bench("halt", "latest");
    expect(code, stdout).toBe(2);
    expect(stderr).toContain("there is no run");
  });
});
