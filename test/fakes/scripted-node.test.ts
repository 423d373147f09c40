/** The node of tests: up, down, and what was asked of it. */
import { expect, test } from "vitest";
import { ScriptedNode } from "./scripted-node.ts";

const signal = new AbortController().signal;

test("it is down between being killed and being started", async () => {
  const node = new ScriptedNode();
  await node.kill();
  expect(node.isRunning).toBe(false);
  await node.restart(signal);
  expect(node.isRunning).toBe(true);
  expect(node.log).toEqual(["kill", "start"]);
});

test("a restart that fails leaves it down", async () => {
  const node = new ScriptedNode({ onRestart: () => Promise.reject(new Error("no")) });
  await node.kill();
  await expect(node.restart(signal)).rejects.toThrow("no");
  expect(node.isRunning).toBe(false);
});
