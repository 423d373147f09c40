/**
 * The percentile distribution of HdrHistogram (`.hgrm`), which its plotters read: response times of all operations,
 * milliseconds. Source: HdrHistogram, AbstractHistogram.outputPercentileDistribution and PercentileIterator.
 */
import { Latency } from "../../metrics/latency.ts";
import type { Report } from "./report.ts";

const usPerMs = 1_000;
/** HdrHistogram's own choice: so many lines each time the distance to 100 % halves. */
const ticksPerHalving = 5;

export const hgrm: Report = {
  format: "hgrm",
  title: "the percentile distribution of HdrHistogram, response times of all operations in ms",
  extension: "hgrm",
  tells: "figures",
  needsRecorded: true,
  render: ({ recorded }) => hgrmOf(recorded?.latencies.overall.response ?? Latency.blank()),
};

/** As HdrHistogram prints it with a scaling ratio of 1,000. */
export function hgrmOf(latency: Latency): string {
  const { mean, deviation } = moments(latency);
  const ms = (us: number) => (us / usPerMs).toFixed(3);
  return [
    `${"Value".padStart(12)} ${"Percentile".padStart(14)} ${"TotalCount".padStart(10)} ${"1/(1-Percentile)".padStart(14)}`,
    "",
    ...steps(latency).map(({ us, percentile, count }) => {
      const line = `${ms(us).padStart(12)} ${(percentile / 100).toFixed(12)} ${String(count).padStart(10)}`;
      return percentile === 100 ? line : `${line} ${(1 / (1 - percentile / 100)).toFixed(2).padStart(14)}`;
    }),
    `#[Mean    = ${ms(mean).padStart(12)}, StdDeviation   = ${ms(deviation).padStart(12)}]`,
    `#[Max     = ${ms(latency.maxUs).padStart(12)}, Total count    = ${String(latency.count).padStart(12)}]`,
    "#[Buckets =           22, SubBuckets     =         2048]",
    "",
  ].join("\n");
}

export interface Step {
  readonly us: number;
  /** 0-100: of the samples, so many are not above `us`. */
  readonly percentile: number;
  /** Samples that are not above `us`. */
  readonly count: number;
}

/** Percentiles that come ever closer to 100, and the value at each; none without samples. */
export function steps(latency: Latency): readonly Step[] {
  const total = latency.count;
  const found: Step[] = [];
  let percentile = 0;
  let below = 0;
  for (const { us, count } of latency.filled()) {
    below += count;
    const reached = (100 * below) / total;
    while (percentile <= reached) {
      found.push({ us, percentile, count: below });
      if (below === total) break;
      const halvings = Math.trunc(Math.log2(100 / (100 - percentile))) + 1;
      percentile += 100 / (ticksPerHalving * 2 ** halvings);
    }
    if (below === total) break;
  }
  if (found.length > 0) found.push({ us: latency.maxUs, percentile: 100, count: total });
  return found;
}

/** Of the middles of the buckets, as HdrHistogram has it. */
function moments(latency: Latency): { readonly mean: number; readonly deviation: number } {
  const total = latency.count;
  if (total === 0) return { mean: 0, deviation: 0 };
  const middle = (lowestUs: number, us: number) => lowestUs + Math.floor((us - lowestUs + 1) / 2);
  let sum = 0;
  for (const { lowestUs, us, count } of latency.filled()) sum += middle(lowestUs, us) * count;
  const mean = sum / total;
  let squares = 0;
  for (const { lowestUs, us, count } of latency.filled())
    squares += (middle(lowestUs, us) - mean) ** 2 * count;
  return { mean, deviation: Math.sqrt(squares / total) };
}
