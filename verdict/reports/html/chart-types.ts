/** What the charts of a report are drawn from: seconds as columns of numbers. Read by us and in the browser. */

/** One number for each second, as `atS` has them; null where there is none. */
export type Column = readonly (number | null)[];

export interface ChartData {
  /** Seconds since the start of the measured part, in order. */
  readonly atS: readonly number[];
  readonly planned: Column;
  readonly completed: Column;
  readonly good: Column;
  readonly inFlight: Column;
  readonly p50Ms: Column;
  readonly p90Ms: Column;
  readonly p99Ms: Column;
  readonly maxMs: Column;
  readonly slipP99Ms: Column;
  readonly agentCpuPercent: Column;
  /** Those that were met, in the order of the closed set. */
  readonly outcomes: readonly { readonly name: string; readonly isGood: boolean; readonly counts: Column }[];
  readonly heat: Heat;
  readonly spans: readonly Span[];
  /** Seconds in which the instrument was not well. */
  readonly marked: readonly number[];
  /** Latency by percentile; absent where the histograms were not kept. */
  readonly curves?: { readonly response: Curve; readonly service: Curve };
  /** What the target claims of its p99, ms. */
  readonly limitP99Ms?: number;
}

/** How many requests planned in a second were answered within which time. */
export interface Heat {
  /** Upper bounds of the rows, ms, lowest first: each a fixed multiple of the one before. */
  readonly boundsMs: readonly number[];
  /** Three numbers for each cell that is not empty: index of the second, of the row, and how many. */
  readonly cells: readonly number[];
}

/** A time in which something was so, seconds of the measured part. */
export interface Span {
  readonly kind: "fault" | "phase";
  readonly name: string;
  readonly fromS: number;
  readonly toS: number;
}

/** Percentiles 0-100 and the value at each, ms. */
export interface Curve {
  readonly percentiles: readonly number[];
  readonly ms: readonly number[];
}
