/** When the keeper of the journal mends by himself: a fault whose time is over, a run that is silent, and all at the end. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { FaultEntry } from "../../../chaos/fault-journal.ts";
import { FaultKeeper, LEASE_MS, mendEntry, ownLimitMs } from "../../../chaos/fault-keeper.ts";
import type { Mend } from "../../../chaos/mend.ts";
import { ManualClock } from "../../fakes/manual-clock.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stagebench-keeper-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A fault that is a file, and one that no mend of ours touches. */
function fileFault(id: string): FaultEntry & { readonly path: string } {
  const path = join(folder, `stagebench-fault-${id}`);
  writeFileSync(path, "");
  return { id, mends: [{ mend: "leftover", path }], forMs: 20_000, isOwn: true, path };
}
const impossible = (id: string, isOwn: boolean): FaultEntry => ({
  ...{ id, isOwn, forMs: 20_000 },
  mends: [{ mend: "leftover", path: join(folder, "somebody-elses") }],
});

class Desk {
  readonly clock = new ManualClock();
  readonly told: string[] = [];
  readonly keeper = new FaultKeeper({
    clock: this.clock,
    onMended: (id, because) => this.told.push(`${id}: ${because}`),
    onProblem: (id) => this.told.push(`${id} not mended`),
  });

  /** And lets what rings do its work. */
  async pass(ms: number, isHeardOf = false): Promise<void> {
    for (let passed = 0; passed < ms; passed += 1_000) {
      this.clock.pass(Math.min(1_000, ms - passed));
      if (isHeardOf) this.keeper.lives();
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe("a fault that is on", () => {
  test("is mended when its time is over, although the run lives", async () => {
    const desk = new Desk();
    const fault = fileFault("late");
    desk.keeper.begins(fault);
    await desk.pass(19_000, true);
    expect(existsSync(fault.path)).toBe(true);
    await desk.pass(1_000, true);
    await expect.poll(() => desk.told).toEqual(["late: its time was over"]);
    expect(existsSync(fault.path)).toBe(false);
  });

  test(`is mended when nothing was heard of the run for ${LEASE_MS} ms, and not before`, async () => {
    const desk = new Desk();
    const fault = fileFault("silent");
    desk.keeper.begins(fault);
    await desk.pass(3_000, true);
    await desk.pass(LEASE_MS - 1_000);
    expect(existsSync(fault.path)).toBe(true);
    await desk.pass(1_000);
    await expect.poll(() => desk.told).toEqual(["silent: nothing was heard of the run for 5 s"]);
    expect(existsSync(fault.path)).toBe(false);
  });

  test("is left alone once it was said to be mended, and nobody is waited for any more", async () => {
    const desk = new Desk();
    const fault = fileFault("mended");
    desk.keeper.begins(fault);
    desk.keeper.mended("mended");
    expect(desk.clock.timers).toBe(0);
    await desk.pass(60_000);
    expect(existsSync(fault.path)).toBe(true);
    expect(desk.told).toEqual([]);
  });

  test("of which nobody has written how to mend it is not said to be mended", async () => {
    const desk = new Desk();
    desk.keeper.begins({ id: "kill", mends: [], forMs: 1_000, isOwn: true });
    await desk.pass(10_000);
    expect(await desk.keeper.mendAll("the end", 1_000)).toEqual([]);
    expect(desk.told).toEqual([]);
  });
});

describe("one that could not be mended", () => {
  test("is tried again until it can be, and told once", async () => {
    const desk = new Desk();
    const path = join(folder, "stagebench-fault-in-the-way");
    writeFileSync(path, "");
    const entry = impossible("stuck", true);
    desk.keeper.begins(entry);
    await desk.pass(LEASE_MS);
    await expect.poll(() => desk.told).toEqual(["stuck not mended"]);
    for (let again = 0; again < 3; again++) {
      await expect.poll(() => desk.clock.timers).toBe(1);
      await desk.pass(1_000);
    }
    expect(desk.told).toEqual(["stuck not mended"]);
    // What it stumbles over is gone.
    Object.assign(entry, { mends: [{ mend: "leftover", path }] });
    await expect.poll(() => desk.clock.timers).toBe(1);
    await desk.pass(1_000);
    await expect.poll(() => desk.told.at(-1)).toBe("stuck: nothing was heard of the run for 5 s");
    expect([existsSync(path), desk.clock.timers]).toEqual([false, 0]);
  });

  test.each(["mended", "close"] as const)("is not tried any more after %s", async (how) => {
    const desk = new Desk();
    desk.keeper.begins(impossible("stuck", true));
    await desk.pass(LEASE_MS);
    await expect.poll(() => desk.clock.timers).toBe(1);
    desk.keeper[how]("stuck");
    expect(desk.clock.timers).toBe(0);
  });
});

test("a run that says nothing while no fault is on is let be silent", async () => {
  const desk = new Desk();
  desk.keeper.lives();
  expect(desk.clock.timers).toBe(0);
});

test("closed, it waits for nothing, and still mends all when asked to", async () => {
  const desk = new Desk();
  const fault = fileFault("closed");
  desk.keeper.begins(fault);
  desk.keeper.close();
  expect(desk.clock.timers).toBe(0);
  expect(await desk.keeper.mendAll("the run ended", 1_000)).toEqual([]);
  expect(existsSync(fault.path)).toBe(false);
});

test("at the end one that cannot be mended is told, and does not keep the others on", async () => {
  const desk = new Desk();
  const fault = fileFault("good");
  for (const entry of [impossible("bad", false), fault]) desk.keeper.begins(entry);
  const left = await desk.keeper.mendAll("the run ended", 1_000);
  expect(left).toMatchObject([{ id: "bad", isOwn: false, problems: [expect.stringContaining("rm -r")] }]);
  expect(existsSync(fault.path)).toBe(false);
  expect(desk.told).toEqual(["bad not mended", "good: the run ended"]);
});

test("only those that are asked for are mended", async () => {
  const desk = new Desk();
  const [own, foreign] = [fileFault("own"), { ...fileFault("foreign"), isOwn: false }];
  for (const entry of [own, foreign]) desk.keeper.begins(entry);
  await desk.keeper.mendAll("the run ended", 1_000, ({ isOwn }) => isOwn);
  expect([existsSync(own.path), existsSync(foreign.path)]).toEqual([false, true]);
});

describe("a fault with several mends", () => {
  const command = (text: string, limitMs: number): Mend => ({ mend: "command", command: text, limitMs });

  test("has them all tried, whatever becomes of the first", async () => {
    const { path } = fileFault("second");
    const mends = [command("echo no such cluster >&2; exit 3", 5_000), { mend: "leftover" as const, path }];
    const { problems } = await mendEntry({ id: "both", mends }, 5_000);
    expect(problems).toEqual([
      "both could not be taken back: `echo no such cluster >&2; exit 3` exited with 3: no such cluster; echo no such cluster >&2; exit 3",
    ]);
    expect(existsSync(path)).toBe(false);
  });

  test("says when one was not done in time", async () => {
    const { problems } = await mendEntry({ id: "slow", mends: [command("sleep 30", 20_000)] }, 50);
    expect(problems).toEqual([expect.stringMatching(/^slow could not be taken back: .*; sleep 30$/)]);
  });

  test("may take as long as the longest of them says it may", () => {
    expect(ownLimitMs({ mends: [command("a", 3_000), command("b", 7_000)] })).toBe(7_000);
    expect(ownLimitMs(fileFault("none"))).toBe(0);
  });
});
