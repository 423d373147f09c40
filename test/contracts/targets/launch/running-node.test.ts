/** A node on real, short-lived processes: what was asked for is no death, and what comes back is the same node. */
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { BudgetGroup } from "../../../../targets/launch/cpu-budget.ts";
import type { Member } from "../../../../targets/launch/members.ts";
import { NodeProcess } from "../../../../targets/launch/node-process.ts";
import { isAlive } from "../../../../targets/launch/process-identity.ts";
import { processTable } from "../../../../targets/launch/process-table.ts";
import { RunningNode } from "../../../../targets/launch/running-node.ts";
import { sweep } from "../../../../targets/launch/sweep.ts";
import { WardList } from "../../../../targets/launch/ward-list.ts";
import type { BesideProgram, NodeDeath } from "../../../../targets/running-target.ts";

const never = new AbortController().signal;
let folder: string;
let wards: WardList;
let deaths: NodeDeath[];

beforeEach(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), "stagebench-node-"));
  wards = new WardList();
  deaths = [];
  room = undefined;
});
afterEach(async () => {
  await sweep({ ...wards.leftovers(), folders: [folder] }, { limitMs: 2_000, isPolite: false });
  rmSync(folder, { recursive: true, force: true });
});

const member: Member = {
  ...{ name: "db-2", node: "db", component: "postgres", tier: "db", zone: "a", cpuMillicores: 100 },
  ...{ machine: "box", settings: {}, calls: [], holds: ["trade"], shard: { index: 1, count: 2 } },
  replicaOf: undefined,
};
/** What was done with the room of a start: `12 in`, `settled`. */
let room: string[] | undefined;
const group: BudgetGroup = {
  ...{ add() {}, apply() {}, pids: () => [] },
  startingRoom() {
    const seen = room;
    return seen && { add: (pid) => void seen.push(`${pid} in`), settle: () => void seen.push("settled") };
  },
  usage: () => ({ cpuS: 0, periods: 0, throttledPeriods: 0 }),
};

/** A node whose program is `script`, ready as soon as `probe` says so. */
function nodeOf(script = "exec sleep 60", probe: () => Promise<void> = async () => {}): RunningNode {
  const program = {
    name: "db-2",
    command: "/bin/sh",
    args: ["-c", script],
    cwd: folder,
    politely: "SIGTERM",
  } as const;
  const begin = (where: Pick<BudgetGroup, "add"> = group) =>
    NodeProcess.start(program, join(folder, "db-2.log"), wards, (pid) => where.add(pid));
  const readiness = { does: "sing", limitMs: 0, probe };
  const started = {
    member,
    process: begin(),
    address: "127.0.0.1:20001",
    group,
    readiness,
    dataFolder: folder,
    begin,
    beside: (other: BesideProgram) =>
      NodeProcess.start({ ...program, ...other }, join(folder, `${other.name}.log`), wards),
  };
  return new RunningNode(started, (death) => deaths.push(death));
}

const isThere = (pid: number) =>
  wards.leftovers().processes.some((ward) => ward.pid === pid && isAlive(ward));

describe("killed", () => {
  test("it is gone with all its children, says so, and is not reported as dead; twice is as good as once", async () => {
    const node = nodeOf("sleep 61 & wait");
    expect(node.isRunning).toBe(true);
    await node.kill();
    await node.kill();
    expect(node.isRunning).toBe(false);
    expect(processTable().filter(({ sessionId, isZombie }) => sessionId === node.pid && !isZombie)).toEqual(
      [],
    );
    expect(deaths).toEqual([]);
  });

  test("one that would say goodbye is not asked to", async () => {
    const node = nodeOf("trap 'echo goodbye' TERM; while :; do sleep 0.05; done");
    await node.kill();
    expect(deaths).toEqual([]);
    expect(isThere(node.pid)).toBe(false);
  });
});

describe("a program beside it", () => {
  const standby = { name: "db-2-standby", command: "/bin/sh", args: ["-c", "exec sleep 60"] };

  test("takes its place once it is down: the same node by another process, killed, watched and restarted as it was", async () => {
    const node = nodeOf();
    const before = node.pid;
    const beside = node.startBeside(standby);
    expect(isThere(beside.pid)).toBe(true);
    expect(() => beside.takeOver()).toThrow("db-2 runs, and nobody can take its place");
    await node.kill();
    beside.takeOver();
    expect(node).toMatchObject({ name: "db-2", pid: beside.pid, isRunning: true });
    await node.restart(never);
    expect([isThere(before), isThere(beside.pid), isThere(node.pid)]).toEqual([false, false, true]);
    expect(deaths).toEqual([]);
  });

  test("dies as the node when it has taken its place, and by itself before that", async () => {
    const node = nodeOf();
    node.startBeside(standby).kill();
    const beside = node.startBeside(standby);
    await node.kill();
    beside.takeOver();
    beside.kill();
    await expect.poll(() => deaths.map(({ node: name }) => name)).toEqual(["db-2"]);
    expect(node.isRunning).toBe(false);
  });
});

describe("restarted", () => {
  test("it is the same node by another process, which the wards know", async () => {
    const node = nodeOf();
    const before = node.pid;
    await node.kill();
    await node.restart(never);
    expect(node).toMatchObject({ name: "db-2", address: "127.0.0.1:20001", zone: "a", isRunning: true });
    expect(node.pid).not.toBe(before);
    expect([isThere(before), isThere(node.pid)]).toEqual([false, true]);
    expect(deaths).toEqual([]);
  });

  test("without having been killed before, it is killed first", async () => {
    const node = nodeOf();
    const before = node.pid;
    await node.restart(never);
    expect([isThere(before), isThere(node.pid)]).toEqual([false, true]);
  });

  test("what is asked for at once is done in that order", async () => {
    const node = nodeOf();
    await Promise.all([node.kill(), node.restart(never), node.kill()]);
    expect(node.isRunning).toBe(false);
    expect(isThere(node.pid)).toBe(false);
  });

  test("when it does not become ready, the reason is told and nothing of it is left", async () => {
    let isWell = false;
    const node = nodeOf("exec sleep 60", async () => {
      if (!isWell) throw new Error("out of tune");
    });
    await expect(node.restart(never)).rejects.toMatchObject({
      kind: "target",
      message: "db-2 did not sing within 0 s",
      hint: expect.stringContaining("out of tune"),
    });
    expect([node.isRunning, isThere(node.pid)]).toEqual([false, false]);
    expect(deaths).toEqual([]);
    isWell = true;
    await node.restart(never);
    expect(node.isRunning).toBe(true);
  });

  test("it is not held back by its budget until it is ready, and is from then on", async () => {
    const node = nodeOf("exec sleep 60", async () => void room?.push("asked"));
    room = [];
    await node.restart(never);
    expect(room).toEqual([`${node.pid} in`, "asked", "settled"]);
  });

  test("when it does not become ready, its room is settled all the same", async () => {
    const node = nodeOf("exec sleep 60", () => Promise.reject(new Error("out of tune")));
    room = [];
    await expect(node.restart(never)).rejects.toThrow("db-2 did not sing");
    expect(room).toEqual([`${node.pid} in`, "settled"]);
  });

  test("CPU it used before is not forgotten", async () => {
    const node = nodeOf("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; exec sleep 60");
    while (node.cpuS(processTable()) < 0.05) await new Promise((resolve) => setImmediate(resolve));
    const before = node.cpuS(processTable());
    await node.restart(never);
    expect(node.cpuS(processTable())).toBeGreaterThanOrEqual(before);
  });
});

describe("a death nobody asked for", () => {
  test("is reported once, and one of what was restarted as well", async () => {
    const node = nodeOf();
    const died = () => new Promise<void>((resolve) => setImmediate(resolve));
    for (const count of [1, 2]) {
      const { pid } = node;
      process.kill(pid, "SIGKILL");
      while (node.isRunning) await died();
      await died();
      expect(deaths).toHaveLength(count);
      expect(deaths.at(-1)).toMatchObject({
        node: "db-2",
        because: `db-2 (pid ${pid}) was ended by SIGKILL`,
        atEpochMs: expect.any(Number),
      });
      await node.restart(never);
    }
    expect(deaths).toHaveLength(2);
  });

  test("is not reported while a fault may be the end of it, and is again when all of them are over", async () => {
    const node = nodeOf();
    const [one, other] = [node.expectEnd(), node.expectEnd()];
    const dies = async () => {
      process.kill(node.pid, "SIGKILL");
      while (node.isRunning) await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve));
      const { length } = deaths;
      await node.restart(never);
      return length;
    };
    expect(await dies()).toBe(0);
    one();
    one();
    expect(await dies(), "the other one is still on").toBe(0);
    other();
    expect(await dies()).toBe(1);
  });

  test("is nobody's business once it was left; it is not started again either", async () => {
    const node = nodeOf();
    node.leave();
    process.kill(node.pid, "SIGKILL");
    while (node.isRunning) await new Promise((resolve) => setImmediate(resolve));
    await expect(node.restart(never)).rejects.toMatchObject({
      kind: "target",
      message: "db-2 is not started again: its target is going down",
    });
    expect(deaths).toEqual([]);
  });
});
