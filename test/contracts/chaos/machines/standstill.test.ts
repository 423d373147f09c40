/** Processes that stand still, and go on. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Ground, PlannedFault } from "../../../../chaos/fault.ts";
import { freeze } from "../../../../chaos/faults/freeze.ts";
import { startBusyProcess } from "../../../../chaos/machines/busy-process.ts";
import { standstillOf } from "../../../../chaos/machines/standstill.ts";
import { manualOf } from "../../../../chaos/mend.ts";
import { isAlive, startTicksOf } from "../../../../targets/launch/process-identity.ts";
import { processRow } from "../../../../targets/launch/process-table.ts";
import { ScriptedNode } from "../../../fakes/scripted-node.ts";

const signal = new AbortController().signal;
const hasProc = processRow(process.pid) !== undefined;

describe.runIf(hasProc)("a node of processes", () => {
  let children: ChildProcess[];
  beforeEach(() => {
    children = [1, 2].map(() => spawn("sleep", ["60"], { stdio: "ignore" }));
  });
  afterEach(async () => {
    const ends = children.map((child) =>
      child.exitCode === null && child.signalCode === null ? once(child, "exit") : undefined,
    );
    for (const child of children) child.kill("SIGKILL");
    await Promise.all(ends);
  });
  const node = (those = () => children) =>
    new ScriptedNode({
      name: "shop",
      get grip() {
        const processes = those().map(({ pid = 0 }) => ({ pid, startTicks: startTicksOf(pid) }));
        return { kind: "processes", dataFolder: "", processes } as const;
      },
    });

  test("stands still when all of it does, and goes on", async () => {
    const standstill = standstillOf(node());
    expect(await standstill.seen()).toBeUndefined();
    await standstill.begin();
    await expect.poll(() => standstill.seen()).toBe("2 of 2 processes of shop stand still");
    expect(await standstill.remains()).toMatch(/^shop: pid \d+ is still stopped$/);
    await standstill.end(signal);
    await standstill.end(signal);
    await expect.poll(() => standstill.remains()).toBeUndefined();
    expect(await standstill.seen()).toBeUndefined();
  });

  test("of which one runs does not stand still", async () => {
    const standstill = standstillOf(node());
    await standstill.begin();
    children[1]?.kill("SIGCONT");
    await expect.poll(() => standstill.seen()).toBeUndefined();
    await standstill.end(signal);
  });

  test.each(["before", "after"])(
    "of which one was born %s the others were stopped stands still with it, and goes on with it",
    async (when) => {
      let born = children.slice(0, 1);
      const standstill = standstillOf(node(() => born));
      if (when === "before") born = children;
      await standstill.begin();
      born = children;
      await expect.poll(() => standstill.seen()).toBe("2 of 2 processes of shop stand still");
      const pids = children.map(({ pid }) => pid);
      expect(standstill.mends).toMatchObject([{ processes: pids.map((pid) => ({ pid })) }]);
      await standstill.end(signal);
      await expect.poll(() => standstill.remains()).toBeUndefined();
      expect(await standstill.seen()).toBeUndefined();
    },
  );

  test("is let go by hand with whoever was born meanwhile", async () => {
    let born = children.slice(0, 1);
    const shop = node(() => born);
    const planned: PlannedFault = {
      ...{ id: "freeze:shop@0", fault: "freeze", nodes: ["shop"], edges: [], atS: 0, forS: 5 },
    };
    const fault = await freeze.prepare(planned, { node: () => shop } as unknown as Ground);
    expect(fault.mends).toMatchObject([{ processes: [{ pid: children[0]?.pid }] }]);
    born = children;
    await fault.inject(signal);
    const pids = children.map(({ pid }) => pid);
    expect(fault.mends.map(manualOf)).toEqual([`kill -CONT ${pids.join(" ")}`]);
    await fault.undo?.(signal);
    await expect.poll(() => fault.verifyUndone()).toBeUndefined();
  });

  test("of which one ends meanwhile stands still with those that are left", async () => {
    const standstill = standstillOf(node());
    await standstill.begin();
    const [first] = children;
    const ended = once(first!, "exit");
    first?.kill("SIGKILL");
    await ended;
    await expect.poll(() => standstill.seen()).toBe("1 of 1 processes of shop stand still");
    await standstill.end(signal);
    await expect.poll(() => standstill.remains()).toBeUndefined();
  });
});

test("a node that is down cannot stand still", () => {
  expect(() => standstillOf(new ScriptedNode({ name: "shop" }))).toThrow(
    "shop has no processes that could be stopped",
  );
});

describe.runIf(hasProc)("a busy process", () => {
  const usedS = (pid: number) => processRow(pid)?.cpuS ?? 0;

  test("does nothing at the gate, is busy behind it, and ends by itself", async () => {
    const busy = startBusyProcess(300);
    expect(isAlive(busy)).toBe(true);
    busy.go();
    busy.go();
    await expect.poll(() => usedS(busy.pid) > 0.1 || !isAlive(busy), { timeout: 8_000 }).toBe(true);
    await expect.poll(() => isAlive(busy), { timeout: 8_000 }).toBe(false);
  });

  test("is ended at the gate as well", async () => {
    const busy = startBusyProcess(60_000);
    busy.end();
    await expect.poll(() => isAlive(busy), { timeout: 8_000 }).toBe(false);
  });
});
