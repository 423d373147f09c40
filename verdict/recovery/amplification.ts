/** How much more work a request made for the tiers behind it than before: tries for each call, arrivals at each tier. */
import type { TrafficCounter, TrafficSample } from "../../metrics/detection.ts";
import type { SettledSecond } from "../../metrics/timeline-second.ts";

/** What reached one tier for each of what was meant. */
export interface HopLoad {
  readonly hop: Hop;
  /** Before the first fault, while it was on, and in the ten seconds after it; absent where nothing was meant. */
  readonly before: number;
  readonly during?: number;
  readonly after?: number;
  /** From seen to bite to ten seconds after it was gone, of what it was before: 1 is as usual. */
  readonly factor?: number;
}

/**
 * *requests*: that applications answered, for each that shoppers sent; *tries*: for each call an application meant to
 * make to a service; *served*: calls that services answered, for each request of shoppers; *statements* and *cacheReads*:
 * for each request of shoppers.
 */
export const hops = ["requests", "tries", "served", "statements", "cacheReads"] as const;
export type Hop = (typeof hops)[number];

/** `requests that reached applications, for each that shoppers sent` */
export function hopWords(hop: Hop): string {
  switch (hop) {
    case "requests":
      return "requests answered by applications, for each that was sent";
    case "tries":
      return "tries for each call that an application meant to make";
    case "served":
      return "calls answered by services, for each request";
    case "statements":
      return "statements to databases, for each request";
    case "cacheReads":
      return "looks into the shared cache, for each request";
    default:
      return hop satisfies never;
  }
}

export interface Amplification {
  readonly hops: readonly HopLoad[];
  /** The hop whose work grew most. Absent: nothing could be compared. */
  readonly worst?: { readonly hop: Hop; readonly factor: number };
  /** Why nothing could be compared. */
  readonly because?: string;
}

/** What was meant by what arrives there; absent: requests of shoppers. */
const meantBy: Readonly<Partial<Record<Hop, TrafficCounter>>> = { tries: "meant" };

/** Answers to what was asked under the fault come for a while, so its work is counted to the end of that. */
export const aftermathS = 10;
/** Fewer say nothing of how many arrive for each. Judgement: a tenth more or less is seen at 100. */
const leastMeant = 100;

export interface AmplifiedWhen {
  /** Until when nothing had been done to the target. */
  readonly calmS: number;
  readonly effectS: number;
  readonly clearS: number;
  /** Until when the target could be watched alone. */
  readonly endS: number;
}

/** Everything from the target's own counters, read once a second, and from the requests our agents sent. */
export function amplificationOf(
  traffic: readonly TrafficSample[],
  timeline: readonly SettledSecond[],
  { calmS, effectS, clearS, endS }: AmplifiedWhen,
): Amplification {
  if (traffic.length === 0)
    return { hops: [], because: "nothing in the target counts what reaches it where we could read it" };
  const afterS = Math.min(endS, clearS + aftermathS);
  const per = (hop: Hop, fromS: number, toS: number) => ratioIn(traffic, timeline, { hop, fromS, toS });
  const loads = hops.flatMap((hop): HopLoad[] => {
    const before = per(hop, 0, calmS);
    if (before === undefined || before === 0) return [];
    const during = per(hop, effectS, clearS);
    const after = per(hop, clearS, afterS);
    const whole = per(hop, effectS, afterS);
    return [
      {
        hop,
        before,
        ...(during !== undefined && { during }),
        ...(after !== undefined && { after }),
        ...(whole !== undefined && { factor: whole / before }),
      },
    ];
  });
  const [worst] = loads
    .flatMap(({ hop, factor }) => (factor === undefined ? [] : [{ hop, factor }]))
    .toSorted((a, b) => b.factor - a.factor);
  if (worst !== undefined) return { hops: loads, worst };
  const because =
    loads.length === 0
      ? "too little reached the target before the first fault to know what is usual"
      : "too little was sent while it was on";
  return { hops: loads, because };
}

/** More than this of what is usual is work that the trigger does not explain. Source: docs/recovery.md. */
const loopFactor = 1.2;

/** The hop whose work stayed most above the usual from one instant to another, far enough to keep a target down. */
export function loopIn(
  traffic: readonly TrafficSample[],
  timeline: readonly SettledSecond[],
  { calmS, fromS, toS }: { readonly calmS: number; readonly fromS: number; readonly toS: number },
): Hop | undefined {
  if (traffic.length === 0) return undefined;
  const factors = hops.flatMap((hop) => {
    const before = ratioIn(traffic, timeline, { hop, fromS: 0, toS: calmS }) ?? 0;
    const now = ratioIn(traffic, timeline, { hop, fromS, toS });
    return before > 0 && now !== undefined ? [{ hop, factor: now / before }] : [];
  });
  const [worst] = factors.toSorted((a, b) => b.factor - a.factor);
  return worst !== undefined && worst.factor > loopFactor ? worst.hop : undefined;
}

/** Between the looks nearest to the two instants. */
function ratioIn(
  traffic: readonly TrafficSample[],
  timeline: readonly SettledSecond[],
  { hop, fromS, toS }: { readonly hop: Hop; readonly fromS: number; readonly toS: number },
): number | undefined {
  const [from, to] = [nearest(traffic, fromS), nearest(traffic, toS)];
  const [arrivedBefore, arrived] = [from.counts[hop], to.counts[hop]];
  if (from.atS >= to.atS || arrived === undefined) return undefined;
  const counter = meantBy[hop];
  const meant =
    counter === undefined
      ? sentBy(timeline, to.atS) - sentBy(timeline, from.atS)
      : (to.counts[counter] ?? 0) - (from.counts[counter] ?? 0);
  return meant < leastMeant ? undefined : (arrived - (arrivedBefore ?? 0)) / meant;
}

const nearest = (traffic: readonly TrafficSample[], atS: number): TrafficSample =>
  traffic.reduce((best, sample) => (Math.abs(sample.atS - atS) < Math.abs(best.atS - atS) ? sample : best));

/** Requests sent from the start of the measured part; within a second they are taken to come evenly. */
const sentBy = (timeline: readonly SettledSecond[], atS: number): number =>
  timeline.reduce((sum, second) => sum + second.fired * Math.max(0, Math.min(1, atS - second.atS)), 0);
