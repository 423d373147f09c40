/**
 * Who is guarded, in words of the guard's command. The run tells it itself: a guard takes a second to start, and one whose
 * run is killed meanwhile finds whoever adopts orphans for a parent.
 */
import { startTicksOf } from "../targets/launch/process-identity.ts";
import type { Keeper } from "./guard-line.ts";

export type GuardedRun = Keeper["run"];

/** This process. */
export function thisRun(): GuardedRun {
  const startTicks = startTicksOf(process.pid);
  return { pid: process.pid, ...(startTicks !== undefined && { startTicks }) };
}

/** Its pid; and its start in clock ticks since boot, where the system tells it. */
export function wordsOfRun({ pid, startTicks }: GuardedRun): readonly string[] {
  return startTicks === undefined ? [`${pid}`] : [`${pid}`, `${startTicks}`];
}

/** @throws when they are other words than those of `wordsOfRun` */
export function runOfWords(words: readonly string[]): GuardedRun {
  const [pid = Number.NaN, startTicks] = words.map(Number);
  const isStart = startTicks === undefined || Number.isInteger(startTicks);
  if (!Number.isInteger(pid) || pid < 1 || !isStart)
    throw new Error(`a guard needs to know whom it guards, by pid and start: ${words.join(" ") || "nobody"}`);
  return { pid, ...(startTicks !== undefined && { startTicks }) };
}
