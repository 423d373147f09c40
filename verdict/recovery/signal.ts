/** What shoppers got, bin by bin of the measured part, by the instant requests were planned for. */
import { tenthsPerSecond } from "../../metrics/tenths.ts";
import type { SettledSecond } from "../../metrics/timeline-second.ts";
import { median } from "../statistics/spread.ts";

export interface Bin {
  readonly planned: number;
  readonly good: number;
}

export interface Signal {
  /** Width of a bin, seconds. */
  readonly widthS: number;
  /** Bin n is from n times the width to n + 1 times; undefined where a second was not kept. */
  readonly bins: readonly (Bin | undefined)[];
}

/** Widths in tenths of a second, each a part of a second. */
export const widths = [1, 2, 5, 10] as const;

/**
 * A bin has as many requests on average: at 200 a second a tenth of a second has, at 100 a fifth. Fewer, and a single
 * bad answer looks like an outage.
 */
export const requestsPerBin = 20;

/** Bins of the smallest width that has enough requests in it; undefined when the seconds have no tenths. */
export function signalOf(timeline: readonly SettledSecond[]): Signal | undefined {
  const fine = timeline.flatMap(({ atS, tenths }) => (tenths === undefined ? [] : [{ atS, tenths }]));
  if (fine.length === 0) return undefined;
  const perTenth =
    fine.reduce((sum, { tenths }) => sum + total(tenths.planned), 0) / (fine.length * tenthsPerSecond);
  const width = widths.find((tenths) => tenths * perTenth >= requestsPerBin) ?? tenthsPerSecond;
  const perSecond = tenthsPerSecond / width;
  const lastS = Math.max(...fine.map(({ atS }) => atS));
  const bins = new Array<Bin | undefined>((lastS + 1) * perSecond).fill(undefined);
  for (const { atS, tenths } of fine) {
    for (let bin = 0; bin < perSecond; bin++) {
      const [from, to] = [bin * width, (bin + 1) * width];
      bins[atS * perSecond + bin] = {
        planned: total(tenths.planned.slice(from, to)),
        good: total(tenths.good.slice(from, to)),
      };
    }
  }
  return { widthS: width / tenthsPerSecond, bins };
}

/** The bin that an instant is in, seconds since the start of the measured part. */
export function binAt({ widthS }: Signal, atS: number): number {
  // A thousandth of a bin, because an instant on the edge of two may be a hair before it: 0.7 / 0.1 is below 7.
  return Math.max(0, Math.floor(atS / widthS + 0.001));
}

/** When a bin begins, seconds; on whole tenths, without the noise of multiplying. */
export const startOf = ({ widthS }: Signal, bin: number): number =>
  Math.round(bin * widthS * tenthsPerSecond) / tenthsPerSecond;

/** Share of good ones among the requests of each bin; undefined where there were none. */
export const sharesOf = ({ bins }: Signal): readonly (number | undefined)[] =>
  bins.map((bin) => (bin === undefined || bin.planned === 0 ? undefined : bin.good / bin.planned));

/** Bins to either side that smoothing looks at: five together. */
const reach = 2;

/** The median of five bins around each, so that a single one is not seen and an edge stays where it is. */
export function smoothed(shares: readonly (number | undefined)[]): readonly (number | undefined)[] {
  return shares.map((share, bin) => {
    if (share === undefined) return undefined;
    const around = shares.slice(Math.max(0, bin - reach), bin + reach + 1);
    return median(around.filter((each) => each !== undefined));
  });
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);
