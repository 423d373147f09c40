/** How a target took each fault and got over it, in numbers. Definitions: docs/recovery.md. */
import type { SettledSecond } from "../../metrics/timeline-second.ts";
import type { Evidence } from "../evidence.ts";
import { markedSeconds, shadowOf } from "../marks.ts";
import { type Amplification, amplificationOf, type Hop, loopIn } from "./amplification.ts";
import { type BlastRadius, blastRadiusOf } from "./blast-radius.ts";
import { fallsIn, impactAt, recoveredAt } from "./crossings.ts";
import { type Noticed, noticedOf } from "./detection.ts";
import { type Budget, budgetOf } from "./error-budget.ts";
import { calmUntilS, type FaultWindow, spansOf, windowsOf } from "./fault-window.ts";
import { type Metastable, metastability } from "./metastable.ts";
import { holdS } from "./objective.ts";
import { binAt, type Signal, sharesOf, signalOf, smoothed, startOf } from "./signal.ts";
import { errorsIn, type Stretch, secondsTouching, secondsWithin, stretchOf } from "./stretch.ts";
import { type Usual, usualOf } from "./usual.ts";
import { type WindowFigures, windowFigures } from "./window-figures.ts";

export interface Recovery {
  readonly fault: string;
  /** Other faults that were in place at the same time: the figures are about all of them. */
  readonly others: readonly string[];
  /** The fault that began before more could be seen of getting over this one. */
  readonly endedBy?: string;
  /** How long it was on, from seen to bite to seen to be gone, seconds. */
  readonly lastedS: number;
  /** How long the target could be watched after it was gone, seconds. */
  readonly watchedS: number;
  /** Why there is nothing to compare with. */
  readonly because?: string;
  readonly usual?: Usual;
  readonly times?: Times;
  /** From the beginning of the fault to a minute after it was gone, as far as it could be watched. */
  readonly window: WindowFigures;
  /** As long, just before the first fault, when nothing was wrong; shorter when there was not so much. */
  readonly control?: WindowFigures;
  /** Good of planned while it was on, and in the minute after it; absent when nothing was planned. */
  readonly duringRatio?: number;
  readonly afterRatio?: number;
  readonly budget?: Budget;
  readonly overshoot?: Overshoot;
  readonly metastable?: Metastable & {
    /** Where it stayed down by itself: the hop whose work stayed far above the usual, and may have kept it there. */
    readonly loop?: Hop;
  };
  /** How soon the target itself noticed. Absent, as is the next: nobody listened to what it says of itself. */
  readonly noticed?: Noticed;
  readonly amplification?: Amplification;
  /** Absent where single operations were not kept by the second, or none can be judged. */
  readonly blastRadius?: BlastRadius;
  /** By whole seconds. */
  readonly tails: Readonly<Record<TailPart, Stretch | undefined>>;
  /** Seconds of the window that our own instrument may have spoilt. */
  readonly markedSeconds: number;
}

/** Most good answers that came in one second, of those in an average one before the first fault. */
export interface Overshoot {
  /** After it was gone; well above the other where a backlog is worked off. */
  readonly afterRatio: number;
  /** Before the first fault, where it is no more than chance. */
  readonly beforeRatio: number;
}

export interface Times {
  /** From seen to bite until shoppers felt it; 0 when they did before it was seen. Absent: they never did. */
  readonly toImpactS?: number;
  /** From seen to bite until all was well for 5 s while it was on; 0 when it was not felt then. Absent: never. */
  readonly underFaultS?: number;
  /** From seen to be gone until all was well for 5 s. Absent: not as long as it could be watched. */
  readonly afterClearS?: number;
  /** How often it was felt again after that. Absent when there was no that. */
  readonly fellAgain?: number;
}

export const tailParts = ["before", "during", "first10S", "rest"] as const;
export type TailPart = (typeof tailParts)[number];

const afterWindowS = 60;
const firstS = 10;

/** One for each fault that was seen to bite and to be gone, in order; none for runs without tenths. */
export function recoveries(evidence: Evidence): readonly Recovery[] {
  const signal = signalOf(evidence.timeline);
  if (signal === undefined) return [];
  const untilS = calmUntilS(spansOf(evidence), evidence.ending.measuredS);
  const usual = usualOf(signal, untilS);
  const shadow = shadowOf(evidence, markedSeconds(evidence));
  const seen: Seen = {
    ...{ evidence, signal, shadow, untilS },
    smooth: smoothed(sharesOf(signal)),
    ...("because" in usual ? { usual: undefined, because: usual.because } : { usual, because: undefined }),
  };
  return windowsOf(evidence).map((window) => recoveryOf(seen, window));
}

interface Seen {
  readonly evidence: Evidence;
  readonly signal: Signal;
  readonly smooth: readonly (number | undefined)[];
  readonly usual: Usual | undefined;
  readonly because: string | undefined;
  readonly shadow: ReadonlySet<number>;
  /** Until when nothing had been done to the target. */
  readonly untilS: number;
}

function recoveryOf(seen: Seen, window: FaultWindow): Recovery {
  const { evidence, signal, usual, because, shadow, untilS } = seen;
  const { id, others, fromS, dueS, effectS, toS: clearS, endS, endedBy } = window;
  const watching = { calmS: untilS, effectS, clearS, endS };
  const blastRadius = blastRadiusOf(evidence.timeline, watching);
  const toS = Math.min(endS, clearS + afterWindowS);
  const figures = windowFigures(seen, fromS, toS);
  const control = windowFigures(seen, Math.max(0, untilS - (toS - fromS)), untilS);
  const during = windowFigures(seen, effectS, startOf(signal, binAfter(signal, clearS)));
  const after = windowFigures(seen, startOf(signal, binAfter(signal, clearS)), toS);
  const times = usual && timesOf(seen, usual, window);
  const overshoot = usual && overshootOf(evidence.timeline, { untilS, clearS, endS });
  const touched = secondsTouching(evidence.timeline, fromS, toS);
  return {
    fault: id,
    others,
    ...(endedBy !== undefined && { endedBy }),
    lastedS: clearS - effectS,
    watchedS: Math.max(0, endS - clearS),
    ...(because !== undefined && { because }),
    ...(usual &&
      times && {
        usual,
        times,
        budget: budgetOf(errorsIn(touched), usual.plannedPerS, evidence.plan.claim?.errorRatio),
      }),
    window: figures,
    ...(control.planned > 0 && { control }),
    ...(during.goodRatio !== undefined && { duringRatio: during.goodRatio }),
    ...(after.goodRatio !== undefined && { afterRatio: after.goodRatio }),
    ...(overshoot !== undefined && { overshoot }),
    ...(usual && times && { metastable: metastableOf(seen, usual, window, times) }),
    ...(evidence.watched && {
      noticed: noticedOf(evidence.watched, faultOf(evidence, id), { ...watching, fromS: dueS }),
      amplification: amplificationOf(evidence.watched.traffic, evidence.timeline, watching),
    }),
    ...(blastRadius && { blastRadius }),
    tails: tailsOf(evidence.timeline, { untilS, effectS, clearS, endS }),
    markedSeconds: touched.filter(({ atS }) => shadow.has(atS)).length,
  };
}

const faultOf = ({ faults = [] }: Evidence, id: string) => faults.find((fault) => fault.id === id)!;

/** The first bin that begins when it was gone or later. */
const binAfter = (signal: Signal, clearS: number): number => {
  const bin = binAt(signal, clearS);
  return startOf(signal, bin) < clearS ? bin + 1 : bin;
};

function timesOf({ signal, smooth }: Seen, { thresholdRatio }: Usual, window: FaultWindow): Times {
  const { dueS, effectS, toS: clearS, endS } = window;
  const [first, clear, end] = [dueS, clearS, endS].map((atS) => binAt(signal, atS)) as [
    number,
    number,
    number,
  ];
  const hold = Math.round(holdS / signal.widthS);
  const sinceS = (bin: number, fromAtS: number) => Math.max(0, inMs(startOf(signal, bin) - fromAtS));
  const impact = impactAt(smooth, { thresholdRatio, from: first, to: end });
  const isFeltUnderIt = impact !== undefined && impact < binAfter(signal, clearS);
  const under = isFeltUnderIt
    ? recoveredAt(smooth, hold, { thresholdRatio, from: impact, to: clear })
    : undefined;
  const after = recoveredAt(smooth, hold, { thresholdRatio, from: clear, to: end });
  return {
    ...(impact !== undefined && { toImpactS: sinceS(impact, effectS) }),
    ...(under !== undefined && { underFaultS: sinceS(under, effectS) }),
    ...(!isFeltUnderIt && { underFaultS: 0 }),
    ...(after !== undefined && {
      afterClearS: sinceS(after, clearS),
      fellAgain: fallsIn(smooth, { thresholdRatio, from: after, to: end }),
    }),
  };
}

/** Whole milliseconds, in seconds: without the noise of subtracting. */
const inMs = (atS: number): number => Math.round(atS * 1000) / 1000;

/** Good answers by the second they came in; what is planned says nothing about working off what was left. */
function overshootOf(
  timeline: readonly SettledSecond[],
  { untilS, clearS, endS }: Readonly<Record<"untilS" | "clearS" | "endS", number>>,
): Overshoot | undefined {
  const goodIn = ({ completed, failed, bad }: SettledSecond) => completed + failed - bad;
  const calm = secondsWithin(timeline, 0, untilS).map(goodIn);
  const after = secondsWithin(timeline, clearS, endS).map(goodIn);
  const mean = calm.reduce((sum, good) => sum + good, 0) / calm.length;
  if (after.length === 0 || !(mean > 0)) return undefined;
  return { afterRatio: Math.max(...after) / mean, beforeRatio: Math.max(...calm) / mean };
}

function metastableOf(
  { evidence, signal, smooth, untilS: calmS }: Seen,
  usual: Usual,
  { effectS, toS: clearS, endS }: FaultWindow,
  { afterClearS }: Times,
): NonNullable<Recovery["metastable"]> {
  const seen = metastability({
    ...{ signal, smooth, usual, calmS, effectS, clearS, endS },
    requestsPerVisit: requestsPerVisitIn(evidence),
    timeoutMs: evidence.plan.requestTimeoutMs ?? 0,
    afterClearS,
  });
  if (seen.isMetastable !== true) return seen;
  const span = { calmS, fromS: clearS, toS: clearS + seen.afterS };
  const loop = loopIn(evidence.watched?.traffic ?? [], evidence.timeline, span);
  return { ...seen, ...(loop && { loop }) };
}

/** Of an open load; in a closed one nobody comes by chance. */
const requestsPerVisitIn = ({ plan, load }: Evidence): number =>
  plan.openOrClosed === "open" && plan.arrivals > 0 ? Math.max(1, load.planned / plan.arrivals) : 1;

function tailsOf(
  timeline: readonly SettledSecond[],
  { untilS, effectS, clearS, endS }: Readonly<Record<"untilS" | "effectS" | "clearS" | "endS", number>>,
): Recovery["tails"] {
  const firstEndS = Math.ceil(clearS) + firstS;
  return {
    before: stretchOf(secondsWithin(timeline, 0, untilS)),
    during: stretchOf(secondsTouching(timeline, effectS, clearS)),
    first10S: stretchOf(secondsWithin(timeline, clearS, Math.min(endS, firstEndS))),
    rest: stretchOf(secondsWithin(timeline, firstEndS, endS)),
  };
}
