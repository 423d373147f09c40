/** Two drives of the same plan must not differ. */
import { mannWhitney } from "../../../verdict/statistics/mann-whitney.ts";
import { figure } from "../../../verdict/telling/figures.ts";
import type { CalibrationCheck, CalibrationFigures } from "../certificate.ts";
import type { Driven } from "../drives.ts";

/** Two that are the same look this different once in a hundred times. */
const pLimit = 0.01;

export function sameTwiceFigures(a: Driven, b: Driven): CalibrationFigures["sameTwice"] {
  const metrics = [
    { metric: "p50", key: "p50Ms" },
    { metric: "p99", key: "p99Ms" },
  ] as const;
  return metrics.map(({ metric, key }) => {
    const [aMs, bMs] = [a, b].map(({ seconds }) => seconds.map((second) => second[key])) as [
      number[],
      number[],
    ];
    return { metric, aMs, bMs, ...mannWhitney(aMs, bMs) };
  });
}

export function sameTwice(samples: CalibrationFigures["sameTwice"]): readonly CalibrationCheck[] {
  return samples.map(({ metric, aMs, bMs, p }) => ({
    check: "same-twice",
    subject: metric,
    status: p > pLimit ? "upheld" : "refuted",
    because:
      `the ${metric} of every second of two identical drives (medians ${figure(median(aMs))} and ${figure(median(bMs))} ms) ` +
      `would differ this much by chance in ${figure(p * 100)} of 100 pairs`,
    observed: p,
    limit: pLimit,
    unit: "p",
  }));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (
    ((sorted[Math.floor((sorted.length - 1) / 2)] ?? 0) + (sorted[Math.floor(sorted.length / 2)] ?? 0)) / 2
  );
}
