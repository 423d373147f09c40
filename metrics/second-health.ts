/** How the agents were in one second: of each figure that of the agent that was worst off. */
import type { AgentHealth } from "./interval.ts";
import type { Latency } from "./latency.ts";
import { percentileMs } from "./percentiles.ts";
import { throttledRatio } from "./throttling.ts";

/** An instrument is as good as its worst part. What no agent knows is absent, never 0. */
export interface SecondHealth {
  readonly slipP99Ms: number;
  readonly eventLoopDelayP99Ms: number;
  /** Longest time without a heartbeat, as the watchdog thread saw it. */
  readonly stalledMs: number;
  /** Longest single garbage collection. */
  readonly gcPauseMs: number;
  /** 1 = one core. */
  readonly agentCpuRatio: number;
  /** Summed over CPUs; see `Throttling`. */
  readonly throttledMs?: number;
  /** Share of scheduler periods in which an agent was held back. */
  readonly throttledRatio?: number;
  readonly cpuSomeRatio?: number;
  readonly stealRatio?: number;
}

/** One agent's second; `slip` and `eventLoopDelay` are its histograms of that name. */
export function secondHealth(health: AgentHealth, slip: Latency, eventLoopDelay: Latency): SecondHealth {
  const { stalledMs, gcLongestMs, cpuRatio, throttling, pressure } = health;
  return {
    slipP99Ms: percentileMs(slip, 99),
    eventLoopDelayP99Ms: percentileMs(eventLoopDelay, 99),
    stalledMs,
    gcPauseMs: gcLongestMs,
    agentCpuRatio: cpuRatio,
    ...(throttling === undefined
      ? {}
      : { throttledMs: throttling.throttledMs, throttledRatio: throttledRatio(throttling) }),
    ...pressure,
  };
}

/** Figure by figure the worse of both; what only one of them knows is known. */
export function worse(a: SecondHealth, b: SecondHealth): SecondHealth {
  const worst: { -readonly [K in keyof SecondHealth]: SecondHealth[K] } = { ...a };
  for (const [name, figure] of Object.entries(b) as [keyof SecondHealth, number][]) {
    worst[name] = Math.max(worst[name] ?? 0, figure);
  }
  return worst;
}
