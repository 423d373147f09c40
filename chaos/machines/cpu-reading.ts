/** What a node's machine was given of the CPU, and how often it wanted more: counted by the kernel, not by whoever disturbs it. */
import { join } from "node:path";
import { periodsOf } from "../../targets/launch/cgroup-cpu.ts";
import { contentOf } from "../../targets/launch/cgroup-folder.ts";
import { processRow } from "../../targets/launch/process-table.ts";
import type { NodeHandle } from "../../targets/running-target.ts";
import { withEngine } from "../stores/engine.ts";

/** Cumulative. */
export interface CpuReading {
  readonly atMs: number;
  /** CPU seconds of each of the node's own processes, by pid; a container is counted as one, under 0. */
  readonly cpuS: ReadonlyMap<number, number>;
  /** Scheduler periods in which the machine had something to run, and those in which it wanted more than its budget. */
  readonly periods: number;
  readonly throttledPeriods: number;
}

/** @throws {Error} when it has no budget, or cannot be asked */
export async function readCpu(node: NodeHandle, nowMs: () => number): Promise<CpuReading> {
  const grip = node.grip();
  if (grip.kind === "container") {
    const seen = await withEngine(grip.engine, (engine) => engine.cpu(grip.id));
    return { atMs: nowMs(), cpuS: new Map([[0, seen.cpuS]]), ...periodsIn(seen) };
  }
  const stat = grip.cpuGroup === undefined ? undefined : contentOf(join(grip.cpuGroup, "cpu.stat"));
  if (stat === undefined) throw new Error(`${node.name} has no CPU budget here`);
  const cpuS = grip.processes.map(({ pid }): [number, number] => [pid, processRow(pid)?.cpuS ?? 0]);
  return { atMs: nowMs(), cpuS: new Map(cpuS), ...periodsOf(stat) };
}

const periodsIn = ({ periods, throttledPeriods }: Pick<CpuReading, "periods" | "throttledPeriods">) => ({
  periods,
  throttledPeriods,
});

/** Between two readings. */
export interface CpuSpan {
  readonly spanS: number;
  /** Thousandths of a core that the node's own processes used. */
  readonly usedMillicores: number;
  readonly throttledPeriods: number;
  /** Share of the periods in which the machine wanted more than its budget; 0 when there were none. */
  readonly heldBackRatio: number;
}

export function cpuBetween(from: CpuReading, to: CpuReading): CpuSpan {
  const spanS = (to.atMs - from.atMs) / 1_000;
  let usedS = 0;
  for (const [pid, cpuS] of to.cpuS) usedS += Math.max(0, cpuS - (from.cpuS.get(pid) ?? 0));
  const periods = to.periods - from.periods;
  const throttledPeriods = to.throttledPeriods - from.throttledPeriods;
  return {
    spanS,
    usedMillicores: spanS > 0 ? (usedS / spanS) * 1_000 : 0,
    throttledPeriods,
    heldBackRatio: periods > 0 ? throttledPeriods / periods : 0,
  };
}

/** Fewer are a moment's chance. Our choice: a tenth of a second of the usual period of 20 ms. */
const LEAST_THROTTLED_PERIODS = 5;
/** So much more often than before. Our choice: well above what changes from second to second under a steady load. */
const MORE_OFTEN = 0.2;
/** From here on there is no room for `MORE_OFTEN`, and what it used has to tell. */
export const OFTEN = 0.6;
/** Of what it used before. */
const LESS = 0.8;

/**
 * A sentence when the machine is held back more than it was; undefined when it is not. A machine that wanted more than
 * its budget all the time cannot be held back more often: there the node must have got less CPU than before.
 */
export function heldBackWords(before: CpuSpan, since: CpuSpan): string | undefined {
  if (since.throttledPeriods < LEAST_THROTTLED_PERIODS) return undefined;
  const isMoreOften = since.heldBackRatio >= before.heldBackRatio + MORE_OFTEN;
  const gotLess =
    before.heldBackRatio >= OFTEN &&
    since.heldBackRatio >= OFTEN &&
    since.usedMillicores <= before.usedMillicores * LESS;
  if (!isMoreOften && !gotLess) return undefined;
  const [now, then] = [since, before].map(({ heldBackRatio }) => Math.round(heldBackRatio * 100));
  const used = `it uses ${Math.round(since.usedMillicores)} m`;
  const usedBefore = gotLess ? `, ${Math.round(before.usedMillicores)} m before` : "";
  return `held back in ${now} % of the scheduler's periods, ${then} % before; ${used}${usedBefore}`;
}
