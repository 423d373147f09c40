/** Drives of a calibration as tests need them: all is well but for what is named. */
import type { Driven } from "../../../controller/calibrate/drives.ts";
import type { PercentilesMs } from "../../../metrics/percentiles.ts";
import type { TimelineSecond } from "../../../metrics/timeline-second.ts";

export function percentilesOf(at: (ratio: number) => number): PercentilesMs {
  return { p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99), p999: at(0.999), max: at(0.99999) };
}

export interface DrivenInput {
  readonly scenario?: Driven["drive"]["scenario"];
  readonly ratePerS?: number;
  readonly completedPerS?: number;
  readonly failed?: number;
  readonly dropped?: number;
  readonly slipP99Ms?: number;
  readonly agentCpuRatio?: number;
  readonly serverCpuRatio?: number;
  readonly lostIntervals?: number;
  readonly responseMs?: PercentilesMs;
  readonly serviceMs?: PercentilesMs;
  readonly seconds?: readonly Pick<TimelineSecond, "p50Ms" | "p99Ms">[];
}

export function drivenWith(input: DrivenInput): Driven {
  const { ratePerS = 1_000, completedPerS = ratePerS, failed = 0, dropped = 0 } = input;
  const none = percentilesOf(() => 0);
  const counts = {
    planned: ratePerS,
    fired: ratePerS - dropped,
    completed: ratePerS - dropped - failed,
    failed,
    dropped,
  };
  return {
    drive: {
      name: "planted",
      scenario: input.scenario ?? "calibration",
      door: "now",
      ratePerS,
      warmupS: 0,
      durationS: 1,
      maxConnections: 64,
      maxInFlight: 1_000,
    },
    counts: { ...counts, inFlightAtEnd: 0, owed: ratePerS, readByServer: counts.fired },
    load: { ...counts, inFlightAtEnd: 0, offeredPerS: ratePerS, completedPerS },
    latency: {
      count: counts.completed,
      outcomes: { ok: counts.completed },
      responseMs: input.responseMs ?? none,
      serviceMs: input.serviceMs ?? none,
    },
    instrument: {
      slipMs: { ...none, p99: input.slipP99Ms ?? 0 },
      connectionWaitMs: none,
      eventLoopDelayMs: none,
      agentCpuRatio: input.agentCpuRatio ?? 0.5,
      stalledMs: 0,
      spunRatio: 0,
      gcRatio: 0,
      lostIntervals: input.lostIntervals ?? 0,
      identityBreaks: [],
    },
    seconds: (input.seconds ?? []).map((second, atS) => ({
      atS,
      phase: "all",
      ...counts,
      inFlight: 0,
      bad: 0,
      ...second,
    })),
    serverCpuRatio: input.serverCpuRatio ?? 0.5,
    numbers: { from: 0, to: ratePerS },
  };
}
