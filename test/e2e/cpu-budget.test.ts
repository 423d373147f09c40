/** Budgets on a host that allows them: counted from the spawn, held to once applied, gone afterwards. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { sleep } from "../../base/clock.ts";
import { openBudgets } from "../../targets/launch/cpu-budget.ts";
import { sweep } from "../../targets/launch/sweep.ts";
import { WardList } from "../../targets/launch/ward-list.ts";
import { keepBusy, mostS } from "../contracts/busy-cgroup.ts";

const spinners: ChildProcess[] = [];
afterEach(() => {
  for (const spinner of spinners.splice(0)) spinner.kill("SIGKILL");
});

const probe = openBudgets({ runId: `probe-${process.pid}`, wards: new WardList() });
probe.close();
const skipped = probe.because === undefined ? "" : ` (skipped: ${probe.because})`;

describe.skipIf(probe.mechanism === "none")(`a host that allows budgets${skipped}`, () => {
  test("counts from the spawn on, holds a group to its budget once applied, and leaves nothing", async () => {
    const wards = new WardList();
    const budgets = openBudgets({ runId: `test-${process.pid}`, wards });
    const group = budgets.group("spinner", 200);
    const spinner = spin();
    group.add(spinner.pid ?? 0);
    const other = budgets.group("idle", 300);

    while (group.usage().cpuS < 0.1) await sleep(20);
    expect(group.usage()).toMatchObject({ periods: 0, throttledPeriods: 0 });
    expect(group.pids()).toEqual([spinner.pid]);

    group.apply();
    group.apply();
    expect(budgets.because).toBeUndefined();
    const applied = { atMs: performance.now(), ...group.usage() };
    await sleep(600);
    const after = group.usage();
    const passedS = (performance.now() - applied.atMs) / 1_000;
    // Up to one period's quota on each core may be handed out ahead.
    expect(after.cpuS - applied.cpuS).toBeLessThan(0.2 * passedS * 1.1 + 0.01);
    expect(after.throttledPeriods).toBeGreaterThan(5);
    expect(other.usage()).toMatchObject({ throttledPeriods: 0 });

    const cgroups = wards.leftovers().cgroups;
    expect(cgroups.length).toBeGreaterThan(1);
    const report = await sweep({ processes: [], folders: [], cgroups }, { limitMs: 2_000 });
    expect(report).toMatchObject({ isClean: true, killed: 1, problems: [] });
    expect(cgroups.filter((path) => existsSync(path))).toEqual([]);
    // What it used is not forgotten with it.
    expect(group.usage().cpuS).toBeGreaterThanOrEqual(after.cpuS);
    budgets.close();
  });

  test("who has twice its budget is found out, however long it is waited for its debts to be paid", async () => {
    const wards = new WardList();
    const budgets = openBudgets({ runId: `double-${process.pid}`, wards });
    const group = budgets.group("double", 200);
    const member = spin("read -r never");
    group.add(member.pid ?? 0);
    group.apply();
    const [kept] = await keepBusy(new Map([[member.pid ?? 0, 200]]), 0.25);
    expect(kept?.cpuS).toBeLessThanOrEqual(mostS(kept!));
    const [double] = await keepBusy(new Map([[member.pid ?? 0, 100]]), 0.25);
    expect(double?.cpuS).toBeGreaterThan(mostS(double!));
    expect(double?.spanS).toBeGreaterThan(1.9);
    member.kill("SIGKILL");
    await sweep({ processes: [], folders: [], cgroups: wards.leftovers().cgroups }, { limitMs: 2_000 });
    budgets.close();
  });

  test("who starts in a room of its own is not held back, is counted, and is held to the budget with all its children afterwards", async () => {
    const wards = new WardList();
    const budgets = openBudgets({ runId: `room-${process.pid}`, wards });
    const group = budgets.group("late", 100);
    expect(group.startingRoom(), "while nothing is held back").toBeUndefined();
    group.apply();
    const room = group.startingRoom()!;
    // As every node it waits until it was put where it belongs: who forks before that leaves a child outside.
    const parent = spin("read -r go; (while :; do :; done) & while :; do :; done");
    room.add(parent.pid ?? 0);
    parent.stdin?.end("go\n");
    // Two that spin on a tenth of a core would need five seconds for this.
    await expect.poll(() => group.usage().cpuS, { timeout: 30_000 }).toBeGreaterThan(0.5);
    expect(group.usage()).toMatchObject({ throttledPeriods: 0 });
    expect(group.pids()).toContain(parent.pid);

    room.settle();
    room.settle();
    const before = group.usage();
    const inHome = readFileSync(join(group.folder!, "cgroup.procs"), "utf8").trim().split("\n");
    expect(inHome.map(Number)).toContain(parent.pid);
    expect(inHome).toHaveLength(2);
    await expect.poll(() => group.usage().throttledPeriods, { timeout: 30_000 }).toBeGreaterThan(5);
    expect(group.usage().cpuS).toBeGreaterThanOrEqual(before.cpuS);
    expect(budgets.because).toBeUndefined();

    const { cgroups } = wards.leftovers();
    const report = await sweep({ processes: [], folders: [], cgroups }, { limitMs: 2_000 });
    expect(report).toMatchObject({ isClean: true, problems: [] });
    expect(cgroups.filter((path) => existsSync(path))).toEqual([]);
    budgets.close();
  });

  test("whoever sweeps in the middle of a start finds those who are in its room", async () => {
    const wards = new WardList();
    const budgets = openBudgets({ runId: `swept-${process.pid}`, wards });
    const group = budgets.group("early", 100);
    group.apply();
    const spinner = spin();
    group.startingRoom()!.add(spinner.pid ?? 0);
    const { cgroups } = wards.leftovers();
    const report = await sweep({ processes: [], folders: [], cgroups }, { limitMs: 2_000 });
    expect(report).toMatchObject({ isClean: true, killed: 1, problems: [] });
    expect(cgroups.filter((path) => existsSync(path))).toEqual([]);
    budgets.close();
  });

  test("a budget the kernel refuses turns all of them off and says so", () => {
    const wards = new WardList();
    const budgets = openBudgets({ runId: `refused-${process.pid}`, wards });
    budgets.group("fine", 200).apply();
    // Above the most the kernel can count, 2^44 µs.
    budgets.group("absurd", 1e15).apply();
    expect(budgets.mechanism).toBe("none");
    expect(budgets.because).toContain("refused the budget of absurd");
    const limits = wards
      .leftovers()
      .cgroups.flatMap((path) =>
        ["cpu.cfs_quota_us", "cpu.max"]
          .filter((file) => existsSync(join(path, file)))
          .map((file) => readFileSync(join(path, file), "utf8")),
      );
    expect(limits.length).toBeGreaterThan(0);
    for (const limit of limits) expect(limit).toMatch(/^(-1|max)/);
    budgets.close();
    expect(wards.leftovers().cgroups.filter((path) => existsSync(path))).toEqual([]);
  });
});

function spin(script = "while :; do :; done"): ChildProcess {
  const stdio = ["pipe", "ignore", "ignore"] as const;
  const spinner = spawn("/bin/sh", ["-c", script], { detached: true, stdio: [...stdio] });
  spinners.push(spinner);
  return spinner;
}
