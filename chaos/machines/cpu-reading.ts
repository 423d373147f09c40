/** What a node's machine was given of the CPU, and how often it wanted more: counted by the kernel, not by whoever disturbs it. */
import { join } from "node:path";
import { periodsOf } from "../../targets/launch/cgroup-cpu.ts";
import { contentOf } from "../../targets/launch/cgroup-folder.ts";
import { processRow } from "../../targets/launch/process-table.ts";
import type { NodeHandle } from "../../targets/running-target.ts";
import { withEngine } from "../stores/engine.ts";
import { runDelayS } from "./run-delay.ts";

/** Cumulative. */
export interface CpuReading {
  readonly atMs: number;
  /** CPU seconds of each of the node's own processes, by pid; a container is counted as one, under 0. */
  readonly cpuS: ReadonlyMap<number, number>;
  /** Seconds each of them stood ready and waited for a core; absent where the kernel does not count. */
  readonly waitedS?: ReadonlyMap<number, number>;
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
  const waited = grip.processes.flatMap(({ pid }): [number, number][] => {
    const waitedS = runDelayS(pid);
    return waitedS === undefined ? [] : [[pid, waitedS]];
  });
  const waitedS = waited.length === 0 ? {} : { waitedS: new Map(waited) };
  return { atMs: nowMs(), cpuS: new Map(cpuS), ...waitedS, ...periodsOf(stat) };
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
  /** How long its own processes stood ready and waited for a core; absent where nobody counts. */
  readonly waitedS?: number;
  /** Share of that in the time they ran or would have; absent with it. */
  readonly waitingRatio?: number;
}

export function cpuBetween(from: CpuReading, to: CpuReading): CpuSpan {
  const spanS = (to.atMs - from.atMs) / 1_000;
  const usedS = addedTo(from.cpuS, to.cpuS);
  const waitedS = to.waitedS && addedTo(from.waitedS, to.waitedS);
  const periods = to.periods - from.periods;
  const throttledPeriods = to.throttledPeriods - from.throttledPeriods;
  return {
    spanS,
    usedMillicores: spanS > 0 ? (usedS / spanS) * 1_000 : 0,
    throttledPeriods,
    heldBackRatio: periods > 0 ? throttledPeriods / periods : 0,
    ...(waitedS !== undefined && { waitedS, waitingRatio: shareOf(waitedS, usedS) }),
  };
}

/** Of processes that are there now, new ones from their start. */
function addedTo(from: ReadonlyMap<number, number> | undefined, to: ReadonlyMap<number, number>): number {
  let sum = 0;
  for (const [pid, seconds] of to) sum += Math.max(0, seconds - (from?.get(pid) ?? 0));
  return sum;
}

const shareOf = (waitedS: number, usedS: number) => (waitedS > 0 ? waitedS / (waitedS + usedS) : 0);

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

/** Less is a moment's chance. Our choice: as much as `LEAST_THROTTLED_PERIODS`. */
const LEAST_WAITED_S = 0.1;

/**
 * A sentence when its processes wait for a core for more of their time than they did; undefined when they do not, or nobody
 * counts. On a host that has no core to spare a machine does not come to the end of its budget, and is not held back by
 * it: whoever shares it is seen by this all the same. Where they waited all the time, they must have got less CPU.
 */
export function waitingWords(before: CpuSpan, since: CpuSpan): string | undefined {
  const [now, then] = [since.waitingRatio, before.waitingRatio];
  if (now === undefined || then === undefined || (since.waitedS ?? 0) < LEAST_WAITED_S) return undefined;
  const isMore = now >= then + MORE_OFTEN;
  const gotLess = then >= OFTEN && now >= OFTEN && since.usedMillicores <= before.usedMillicores * LESS;
  if (!isMore && !gotLess) return undefined;
  const used = `it uses ${Math.round(since.usedMillicores)} m, ${Math.round(before.usedMillicores)} m before`;
  return `kept waiting for a core for ${inPercent(now)} of the time it would run, ${inPercent(then)} before; ${used}`;
}

const inPercent = (ratio: number) => `${Math.round(ratio * 100)} %`;
