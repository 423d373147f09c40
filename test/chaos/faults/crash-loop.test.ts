/** A node that is killed again and again, on simulated time. */
import { expect, test } from "vitest";
import type { Ground, PreparedFault } from "../../../chaos/fault.ts";
import { crashLoop } from "../../../chaos/faults/crash-loop.ts";
import { ManualClock } from "../../fakes/manual-clock.ts";
import { ScriptedNode, type ScriptedNodeOptions } from "../../fakes/scripted-node.ts";

const planned = {
  ...{ id: "crash-loop:node@0", fault: "crash-loop", value: "3s", nodes: ["node"], edges: [] },
  ...{ atS: 0, forS: 20 },
};
const signal = new AbortController().signal;

async function prepared(options: ScriptedNodeOptions = {}) {
  const clock = new ManualClock();
  const node = new ScriptedNode(options);
  const fault: PreparedFault = await crashLoop.prepare(planned, {
    clock,
    node: () => node,
  } as unknown as Ground);
  /** Lets time pass in steps, and whoever waits go on after each. */
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 250) {
      await settle();
      clock.pass(250);
    }
    await settle();
  };
  return { clock, node, fault, pass };
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

test("it is killed, started, left up for as long as was said, and killed again", async () => {
  const { node, fault, pass } = await prepared();
  await fault.inject(signal);
  expect(node.log).toEqual(["kill"]);
  await pass(250);
  expect(node.log).toEqual(["kill", "start"]);
  await pass(2_500);
  expect(node.log).toEqual(["kill", "start"]);
  await pass(500);
  expect(node.log).toEqual(["kill", "start", "kill"]);
  await fault.undo?.(signal);
});

test("when it is over the node is up, and stays up", async () => {
  const { clock, node, fault, pass } = await prepared();
  await fault.inject(signal);
  expect(await fault.verifyUndone()).toBe("node is still killed again and again");
  await fault.undo?.(signal);
  expect(await fault.verifyUndone()).toBeUndefined();
  const { length } = node.log;
  await pass(10_000);
  expect(node.log).toHaveLength(length);
  expect(clock.timers).toBe(0);
});

test("one that does not come up is tried again", async () => {
  let tries = 0;
  const { fault, pass } = await prepared({
    onRestart: async () => {
      if (++tries < 3) throw new Error("not yet");
    },
  });
  await fault.inject(signal);
  await pass(12_000);
  expect(tries).toBeGreaterThan(2);
  await fault.undo?.(signal);
});

test("a run that is broken off ends it, and starts nothing again", async () => {
  const { node, fault, pass } = await prepared();
  const stop = new AbortController();
  await fault.inject(stop.signal);
  stop.abort(new Error("interrupted"));
  await pass(10_000);
  expect(node.log).toEqual(["kill"]);
});

test("nobody listening is seen; a node that is down is not taken for one that was undone", async () => {
  const { node, fault } = await prepared();
  expect(await fault.verify()).toBe("nobody listens on 127.0.0.1:1 any more");
  await node.kill();
  expect(await fault.verifyUndone()).toBe("node is down");
});
