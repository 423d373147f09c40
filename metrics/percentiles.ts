/** The percentiles people ask for, in milliseconds. */
import type { Latency } from "./latency.ts";

export interface PercentilesMs {
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** Of merged samples only: percentiles of parts are never averaged. All 0 when there are no samples. */
export function percentilesMs(latency: Latency): PercentilesMs {
  return {
    p50: percentileMs(latency, 50),
    p90: percentileMs(latency, 90),
    p95: percentileMs(latency, 95),
    p99: percentileMs(latency, 99),
    p999: percentileMs(latency, 99.9),
    max: latency.maxUs / 1000,
  };
}

export function percentileMs(latency: Latency, percentile: number): number {
  return latency.percentileUs(percentile) / 1000;
}
