/** A figure as one run or one search gives it, and what has to be known of its kind before several of them can decide. */
import type { KneeMeasure, RunMeasure } from "./measures.ts";

export type Measured = Figure | Missing;

export interface Figure {
  readonly value: number;
  /** Requests, attempts or looks it was counted from. Absent: it is no count and no share of such. */
  readonly outOf?: number;
  /** The truth is this or more: whoever watched did not see the end of it. */
  readonly isLeast?: true;
}

export interface Missing {
  /** One sentence: why there is no such figure. */
  readonly missing: string;
}

export const isMissing = (seen: object): seen is Missing => "missing" in seen;

export interface Nature {
  /** *ratio*: never 0, so runs are held together by logarithms; *plain*: 0 is among them. */
  readonly scale: "ratio" | "plain";
  /**
   * What can spoil it. *speed*: how fast or how much, which hangs on our instrument, and on CPU budgets that keep the
   * machine out of it; *course*: how well or for how long, which hangs on our instrument; *work*: CPU that nodes were
   * charged with, which stands however our instrument was, unless others had it; *count*: what was counted in books, by
   * shoppers or by the target itself, which stands in any case.
   */
  readonly about: "speed" | "course" | "work" | "count";
  /** Standard deviation of one value because of how it is read, on its scale: values are never more alike than that. */
  readonly grain: number;
  /** A share of what was counted, 0-1: as a value of few it is less sure than it looks. */
  readonly isShare: boolean;
  /** Behind the figure, where it has one. */
  readonly unit: string;
}

/** What is equally likely anywhere in a step has the standard deviation step / sqrt(12). */
const grainOf = (step: number): number => step / Math.sqrt(12);

/** Three digits of a histogram: its buckets are 0.1 % wide. */
const bucketGrain = grainOf(0.001);
/** A knee lies between a good rate and a bad one at most 5 % above. Source: docs/capacity.md. */
const kneeGrain = grainOf(Math.log(1.05));
/** Answers are kept by tenths of a second, and logs are read five times a second. Source: docs/recovery.md. */
const secondsGrain = grainOf(0.2);

const speed: Nature = { scale: "ratio", about: "speed", grain: bucketGrain, isShare: false, unit: "/s" };
const share: Nature = { scale: "plain", about: "course", grain: 0, isShare: true, unit: "" };
const length: Nature = { scale: "plain", about: "course", grain: secondsGrain, isShare: false, unit: "s" };
const work: Nature = { scale: "ratio", about: "work", grain: bucketGrain, isShare: false, unit: "" };
const counted: Nature = { scale: "plain", about: "count", grain: 0, isShare: false, unit: "" };

export function natureOf(measure: RunMeasure | KneeMeasure): Nature {
  switch (measure.figure) {
    case "response":
      return { ...speed, unit: "ms" };
    case "completed-per-s":
    case "good-per-s":
      return speed;
    case "orders-per-s":
      return { ...speed, scale: "plain", grain: 0 };
    case "p99-during-ratio":
      return { ...speed, unit: "" };
    case "used-ratio":
      return { ...speed, scale: "plain", grain: 0, unit: "" };
    case "good-ratio":
    case "good-ratio-during":
    case "good-ratio-of-worst-fault":
    case "operation-good-ratio-during":
    case "worst-second-during":
      return share;
    case "noticed-ratio":
    case "hit-ratio":
      return { ...share, isShare: false };
    case "effect-s":
    case "dark-s":
    case "recovered-s":
    case "detected-s":
      return length;
    case "fault":
      return ofFault(measure.name);
    case "oversold":
    case "lost":
    case "duplicates":
    case "phantom":
    case "over-limit":
    case "not-conserved":
    case "broken-looks":
    case "pages-differing":
    case "wrong-answers":
    case "amplification":
      return counted;
    case "accepted-orders":
      return { ...counted, about: "course" };
    case "off-budget":
    case "broken-looks-ratio":
      return { ...share, about: "count" };
    case "counted-per-request":
      return counted;
    case "cpu-ms-per-request":
    case "node-cpu-ms-per-request":
    case "busiest-cpu-ms-per-request":
      return { ...work, unit: "ms" };
    case "imbalance":
      return work;
    case "request-imbalance":
      return { ...counted, scale: "ratio", grain: bucketGrain };
    case "knee-per-s":
    case "knee-per-core":
    case "goodput-at-knee":
      return { ...speed, grain: kneeGrain };
    case "good-ratio-overloaded":
      return { ...share, about: "speed" };
    default:
      return measure satisfies never;
  }
}

/** By its name, which carries its unit; a factor is never 0. What a fault counted stands, what it timed is as fast as the machine. */
function ofFault(name: string): Nature {
  if (name.endsWith("Factor")) return { ...counted, scale: "ratio", grain: bucketGrain };
  if (name.endsWith("Ms")) return { ...counted, about: "speed", unit: "ms" };
  if (name.endsWith("PerS")) return { ...counted, about: "speed", unit: "/s" };
  return name.endsWith("S") ? length : counted;
}
