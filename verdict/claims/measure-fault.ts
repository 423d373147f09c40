/** What the first fault of a run did to those who asked for something, as one figure. Clocks: docs/recovery.md. */
import type { FaultSeen } from "../../metrics/fault-seen.ts";
import type { Evidence } from "../evidence.ts";
import type { Hop } from "../recovery/amplification.ts";
import { type Recovery, recoveries } from "../recovery/recovery.ts";
import { binAt, type Signal, signalOf, startOf } from "../recovery/signal.ts";
import { secondsTouching, secondsWithin } from "../recovery/stretch.ts";
import { windowFigures } from "../recovery/window-figures.ts";
import { counted } from "../telling/figures.ts";
import type { Measured, Missing } from "./measured.ts";
import { isMissing } from "./measured.ts";
import type { RunMeasure } from "./measures.ts";

export type FaultMeasure = Extract<
  RunMeasure,
  {
    readonly figure:
      | "good-ratio-during"
      | "operation-good-ratio-during"
      | "good-ratio-of-worst-fault"
      | "effect-s"
      | "worst-second-during"
      | "dark-s"
      | "recovered-s"
      | "p99-during-ratio"
      | "fault"
      | "detected-s"
      | "noticed-ratio"
      | "hit-ratio"
      | "amplification";
  }
>;

/** As for any percentile of a run (measure-run.ts): five beyond the 99th. */
const leastForP99 = 500;

export function measureFault(measure: FaultMeasure, evidence: Evidence): Measured {
  if (measure.figure === "fault") return ownFigure(measure.name, evidence);
  if (measure.figure === "noticed-ratio") return noticedRatio(measure.withinS, evidence);
  if (measure.figure === "good-ratio-of-worst-fault") return worstFault(evidence);
  const fault = firstOf(evidence);
  if (fault === undefined) return nothingDone;
  const on = onSeen(fault, evidence);
  if (isMissing(on)) return on;
  switch (measure.figure) {
    case "good-ratio-during":
      return goodRatioDuring(on, measure.half === "second");
    case "operation-good-ratio-during":
      return ofOperation(measure.operation, on, evidence);
    case "effect-s":
      return effectS(fault);
    case "worst-second-during":
      return worstSecond(on, evidence);
    case "dark-s":
      return darkS(on, evidence);
    case "recovered-s":
      return recoveredS(on, evidence);
    case "p99-during-ratio":
      return p99Ratio(on, evidence);
    case "detected-s":
      return detectedS(on, evidence);
    case "hit-ratio":
      return hitRatio(on, evidence);
    case "amplification":
      return amplified(measure.hop, on, evidence);
    default:
      return measure satisfies never;
  }
}

interface OnSeen {
  readonly id: string;
  readonly signal: Signal;
  readonly effectS: number;
  /** When taking it back was begun; as `clearS` where nobody had to. */
  readonly stopS: number;
  /** When it was seen to be gone; the end of the measured part when it was left in place to the end. */
  readonly clearS: number;
}

/** The one that was planned first; one that proves nothing is no other one instead. */
function firstOf({ faults = [] }: Evidence): FaultSeen | undefined {
  return [...faults].sort((a, b) => a.plannedAtS - b.plannedAtS)[0];
}

const nothingDone: Missing = { missing: "nothing was done to the target in this run" };

function onSeen(fault: FaultSeen, evidence: Evidence): OnSeen | Missing {
  const { id, status, because, effectAtS, stoppedAtS, undoneAtS } = fault;
  if (status !== "effective" || effectAtS === undefined)
    return { missing: `${id} proves nothing: ${because ?? status}` };
  const signal = signalOf(evidence.timeline);
  if (signal === undefined) return { missing: "good answers were not counted by tenths of a second" };
  const { measuredS } = evidence.ending;
  const clearS = Math.min(undoneAtS ?? measuredS, measuredS);
  return { id, signal, effectS: effectAtS, stopS: Math.min(stoppedAtS ?? clearS, clearS), clearS };
}

/**
 * Whole bins between the first sight of it and the order to take it back: while it is being taken back it is on for some
 * and gone for others.
 */
function goodRatioDuring({ signal, effectS, stopS }: OnSeen, isSecondHalf: boolean): Measured {
  const fromS = isSecondHalf ? (effectS + stopS) / 2 : effectS;
  const first = binAt(signal, fromS);
  const from = startOf(signal, first) < fromS ? startOf(signal, first + 1) : startOf(signal, first);
  const to = startOf(signal, binAt(signal, stopS));
  const { planned, good } = windowFigures({ signal, usual: undefined }, from, to);
  return planned > 0
    ? { value: good / planned, outOf: planned }
    : { missing: "nothing was asked for while it was on" };
}

/** One that proves nothing could have been the worst. */
function worstFault(evidence: Evidence): Measured {
  const { faults = [] } = evidence;
  if (faults.length === 0) return nothingDone;
  const all = faults.map((fault): Measured => {
    const on = onSeen(fault, evidence);
    return isMissing(on) ? on : goodRatioDuring(on, false);
  });
  return all.reduce((worst, each) =>
    isMissing(worst) || (!isMissing(each) && each.value >= worst.value) ? worst : each,
  );
}

function effectS({ requestedAtS, effectAtS }: FaultSeen): Measured {
  return requestedAtS === undefined || effectAtS === undefined
    ? { missing: "it was not seen to bite" }
    : { value: inMs(Math.max(0, effectAtS - requestedAtS)) };
}

function ofOperation(operation: string, { effectS, clearS }: OnSeen, { timeline }: Evidence): Measured {
  const seconds = secondsWithin(timeline, effectS, clearS).flatMap(
    ({ operations }) => operations?.[operation] ?? [],
  );
  const outOf = seconds.reduce((sum, { settled }) => sum + settled, 0);
  return outOf > 0
    ? { value: seconds.reduce((sum, { good }) => sum + good, 0) / outOf, outOf }
    : { missing: `no ${operation} was answered or given up in a whole second of it` };
}

/** The second in which it begins to bite is mostly the worst. */
function worstSecond({ effectS, stopS }: OnSeen, { timeline }: Evidence): Measured {
  const shares = secondsTouching(timeline, effectS, stopS).flatMap(({ tenths }) => {
    const planned = total(tenths?.planned);
    return planned > 0 ? [{ value: total(tenths?.good) / planned, outOf: planned }] : [];
  });
  const [first, ...others] = shares;
  if (first === undefined) return { missing: "it was on in no second in which anything was asked for" };
  return others.reduce((worst, each) => (each.value < worst.value ? each : worst), first);
}

/** By bins of the signal; empty ones do not end a stretch, and do not begin one. */
function darkS({ signal, effectS }: OnSeen, { ending }: Evidence): Measured {
  const until = binAt(signal, ending.measuredS);
  let [longest, dark, isLongestLast] = [0, 0, false];
  for (let bin = binAt(signal, effectS); bin < until; bin++) {
    const seen = signal.bins[bin];
    if (seen === undefined || seen.good > 0) dark = 0;
    else if (seen.planned > 0 || dark > 0) dark++;
    if (dark > longest) [longest, isLongestLast] = [dark, bin === until - 1];
  }
  // On whole tenths, without the noise of multiplying.
  const value = Math.round(longest * signal.widthS * 10) / 10;
  return { value, ...(isLongestLast && { isLeast: true }) };
}

/** While it was on, when the target helped itself; else after it was gone. Never: at least as long as one could watch. */
function recoveredS({ id, effectS, clearS }: OnSeen, evidence: Evidence): Measured {
  const recovery = recoveryOf(id, evidence);
  if (recovery === undefined)
    return { missing: `${id} was never seen to be gone, so nobody could watch the target get over it` };
  const { times, because, watchedS, lastedS } = recovery;
  if (times === undefined) return { missing: because ?? "nothing is known to be usual" };
  if (times.underFaultS !== undefined) return { value: times.underFaultS };
  if (times.afterClearS !== undefined) return { value: inMs(lastedS + times.afterClearS) };
  return { value: inMs(clearS - effectS + watchedS), isLeast: true };
}

function p99Ratio({ id }: OnSeen, evidence: Evidence): Measured {
  const tails = recoveryOf(id, evidence)?.tails;
  const [before, during] = [tails?.before, tails?.during];
  if (before === undefined || during === undefined)
    return { missing: "nothing was asked for before it or while it was on" };
  const fewest = Math.min(before.planned, during.planned);
  if (fewest < leastForP99)
    return {
      missing: `p99 takes ${counted(leastForP99, "request")}, and ${counted(fewest, "was", "were")} asked before it or while it was on`,
    };
  if (!(before.p99Ms > 0) || !Number.isFinite(before.p99Ms))
    return { missing: "before it, one in a hundred requests was not answered at all" };
  // Who was given up, or never answered, waited at least as long as anybody waits.
  const longestMs = evidence.plan.requestTimeoutMs ?? Number.POSITIVE_INFINITY;
  const value = Math.min(during.p99Ms, longestMs) / before.p99Ms;
  return { value, ...(during.p99Ms >= longestMs && { isLeast: true }) };
}

/** Silent where somebody watches: it took at least as long as it was on. */
function detectedS({ id }: OnSeen, evidence: Evidence): Measured {
  const recovery = recoveryOf(id, evidence);
  if (recovery === undefined) return { missing: `${id} was never seen to be gone` };
  const { noticed, lastedS } = recovery;
  if (noticed === undefined) return { missing: "nobody listened to what the target says of itself" };
  if (noticed.detectS !== undefined) return { value: noticed.detectS };
  if (noticed.isSilent === true) return { value: inMs(lastedS), isLeast: true };
  return { missing: noticed.because ?? "nobody noticed it" };
}

/** Of all that were seen to bite; of one that was never seen to be gone it cannot be told. */
function noticedRatio(withinS: number, evidence: Evidence): Measured {
  const { faults = [], watched } = evidence;
  if (faults.length === 0) return nothingDone;
  if (watched === undefined) return { missing: "nobody listened to what the target says of itself" };
  const noticed = recoveriesOf(evidence).map((recovery) => recovery.noticed?.detectS);
  const bitten = faults.filter(({ status }) => status === "effective");
  if (bitten.length === 0 || noticed.length < bitten.length)
    return { missing: "a fault of this run was not seen to bite, or not seen to be gone" };
  const inTime = noticed.filter((detectS) => detectS !== undefined && detectS <= withinS);
  return { value: inTime.length / noticed.length };
}

function hitRatio({ id }: OnSeen, evidence: Evidence): Measured {
  const radius = recoveryOf(id, evidence)?.blastRadius;
  return radius === undefined
    ? { missing: "single operations were not kept by the second, or none of them can be judged" }
    : { value: radius.hitRatio };
}

function amplified(hop: Hop, { id }: OnSeen, evidence: Evidence): Measured {
  const seen = recoveryOf(id, evidence)?.amplification;
  if (seen === undefined) return { missing: "nobody read the target's own counters" };
  const factor = seen.hops.find((each) => each.hop === hop)?.factor;
  return factor === undefined
    ? { missing: seen.because ?? `too little was counted of ${hop} to compare` }
    : { value: factor };
}

/** Of the first fault that measured it. */
function ownFigure(name: string, { faults = [] }: Evidence): Measured {
  if (faults.length === 0) return nothingDone;
  const useless = faults.find(({ status }) => status !== "effective");
  const value = faults.find(({ figures }) => figures?.[name] !== undefined)?.figures?.[name];
  if (value !== undefined) return { value };
  const why = useless === undefined ? "" : `; ${useless.id}: ${useless.because ?? useless.status}`;
  return { missing: `no fault of this run measured ${name}${why}` };
}

/** Decoding every second of a run takes a while, and several claims ask the same run. */
const known = new WeakMap<Evidence, readonly Recovery[]>();

function recoveriesOf(evidence: Evidence): readonly Recovery[] {
  let all = known.get(evidence);
  if (all === undefined) known.set(evidence, (all = recoveries(evidence)));
  return all;
}

const recoveryOf = (id: string, evidence: Evidence): Recovery | undefined =>
  recoveriesOf(evidence).find(({ fault }) => fault === id);

const total = (counts: readonly number[] | undefined): number =>
  (counts ?? []).reduce((sum, each) => sum + each, 0);

/** Whole milliseconds, in seconds: without the noise of adding. */
const inMs = (spanS: number): number => Math.round(spanS * 1000) / 1000;
