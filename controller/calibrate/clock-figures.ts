/** What this machine's clocks and timers are worth, measured in this process. */
import type { Clock } from "../../base/clock.ts";

export interface ClockFigures {
  /** Smallest step seen between two different readings. */
  readonly grainNs: number;
  /** Mean of many readings in a row. */
  readonly readNs: number;
  /** How late plain timers of 1 to 10 ms were. */
  readonly timerLateMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly timers: number;
}

const reads = 200_000;
/** Together about a second and a half of waiting. */
const timers = 250;

export async function readClockFigures(clock: Clock, signal: AbortSignal): Promise<ClockFigures> {
  return { ...grainAndCost(() => clock.nowMs()), ...(await timerLateness(clock, signal)) };
}

function grainAndCost(nowMs: () => number): Pick<ClockFigures, "grainNs" | "readNs"> {
  // Once for the compiler, once for the record.
  for (let index = 0; index < reads; index++) nowMs();
  let grainMs = Number.POSITIVE_INFINITY;
  const fromMs = nowMs();
  let lastMs = fromMs;
  for (let index = 0; index < reads; index++) {
    const atMs = nowMs();
    const stepMs = atMs - lastMs;
    if (stepMs > 0 && stepMs < grainMs) grainMs = stepMs;
    lastMs = atMs;
  }
  return { grainNs: Math.round(grainMs * 1e6), readNs: ((lastMs - fromMs) / reads) * 1e6 };
}

async function timerLateness(
  clock: Clock,
  signal: AbortSignal,
): Promise<Pick<ClockFigures, "timerLateMs" | "timers">> {
  const lateMs: number[] = [];
  for (let index = 0; index < timers; index++) {
    const delayMs = 1 + (index % 10);
    const dueMs = clock.nowMs() + delayMs;
    await new Promise<void>((resolve) => clock.after(delayMs, resolve));
    signal.throwIfAborted();
    // Node's timers may also be early, by less than a millisecond.
    lateMs.push(clock.nowMs() - dueMs);
  }
  lateMs.sort((a, b) => a - b);
  const at = (ratio: number) => lateMs[Math.ceil(ratio * lateMs.length) - 1]!;
  return { timers, timerLateMs: { p50: at(0.5), p99: at(0.99), max: at(1) } };
}
