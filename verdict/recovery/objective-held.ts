/** From when an objective holds after a fault: the first stretch of five seconds that keeps it as a whole. */
import type { SettledSecond } from "../../metrics/timeline-second.ts";
import { type HealingObjective, holdS } from "./objective.ts";
import { binAt, type Signal, startOf } from "./signal.ts";
import { secondsWithin, stretchOf } from "./stretch.ts";

export interface Held {
  /** The first stretch that was seen to keep it, from when the fault was gone; absent when none was. */
  readonly fromS?: Bounds;
  /** Why a stretch that could have made it in time was not seen; absent when all of those were seen. */
  readonly unseen?: string;
}

/** Stretches begin with a second or with a bin, so an instant is known to lie between two of them. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
}

/** Beyond the limit it is still looked for this long, so that one can say how late it was. */
const lateS = 60;

interface Candidates {
  readonly stepS: number;
  /** Whether the stretch of five seconds that begins then keeps it, or why that was not seen. */
  keeps(startS: number): boolean | string;
}

/** @param endS until when the target could be watched alone, because of `ended`: "the run was over" */
export function objectiveHeld(
  { timeline, signal }: { readonly timeline: readonly SettledSecond[]; readonly signal: Signal | undefined },
  objective: HealingObjective,
  { clearS, endS, ended }: { readonly clearS: number; readonly endS: number; readonly ended: string },
): Held {
  const candidates = candidatesOf(timeline, signal, objective);
  if (candidates === undefined) return { unseen: "good answers were not counted by tenths of a second" };
  const { stepS, keeps } = candidates;
  let unseen: string | undefined;
  const first =
    signal !== undefined && stepS < 1 ? startOf(signal, binAt(signal, clearS)) : Math.floor(clearS);
  const steps = (objective.withinS + lateS) / stepS;
  for (let step = 0; step <= steps; step++) {
    const startS = Math.round((first + step * stepS) * 1000) / 1000;
    const isInTime = startS - clearS <= objective.withinS;
    if (startS + holdS > endS) {
      if (isInTime) unseen ??= watched(endS - clearS, ended, objective);
      return unseen === undefined ? {} : { unseen };
    }
    const kept = keeps(startS);
    if (kept === true) {
      const fromS = { least: inMs(startS - stepS - clearS), most: inMs(startS - clearS) };
      return { fromS, ...(unseen !== undefined && { unseen }) };
    }
    if (kept !== false && isInTime) unseen ??= kept;
  }
  return unseen === undefined ? {} : { unseen };
}

function candidatesOf(
  timeline: readonly SettledSecond[],
  signal: Signal | undefined,
  { figure, limit }: HealingObjective,
): Candidates | undefined {
  switch (figure) {
    case "p99":
      return bySecond(timeline, (stretch) => stretch.p99Ms <= limit, 1 - 0.99);
    case "errors":
      return bySecond(timeline, ({ bad, planned }) => bad / planned <= limit, limit);
    case "good":
      return signal === undefined ? undefined : byBin(signal, limit);
    default:
      return figure satisfies never;
  }
}

type Stretched = NonNullable<ReturnType<typeof stretchOf>>;

/** `share`: with fewer than one in so many requests the figure says nothing. */
function bySecond(
  timeline: readonly SettledSecond[],
  keeps: (stretch: Stretched) => boolean,
  share: number,
): Candidates {
  return {
    stepS: 1,
    keeps(startS) {
      const seconds = secondsWithin(timeline, startS, startS + holdS);
      if (seconds.length < holdS) return "some of the seconds after the fault were not seen";
      const stretch = stretchOf(seconds);
      return tooFew(stretch?.planned ?? 0, share) ?? keeps(stretch!);
    },
  };
}

function byBin(signal: Signal, limit: number): Candidates {
  const hold = Math.round(holdS / signal.widthS);
  return {
    stepS: signal.widthS,
    keeps(startS) {
      const from = binAt(signal, startS);
      const bins = signal.bins.slice(from, from + hold).filter((bin) => bin !== undefined);
      if (bins.length < hold) return "some of the seconds after the fault were not seen";
      const planned = bins.reduce((sum, bin) => sum + bin.planned, 0);
      const good = bins.reduce((sum, bin) => sum + bin.good, 0);
      return tooFew(planned, 1 - limit) ?? good / planned >= limit;
    },
  };
}

function tooFew(planned: number, share: number): string | undefined {
  const needed = share > 0 ? Math.ceil(1 / share - 1e-6) : 1;
  return planned >= needed
    ? undefined
    : `too few requests in ${holdS} s: ${planned}, and this takes ${needed}`;
}

/** Up to the last moment in which it may begin to hold, and for as long as it has to. */
const watched = (forS: number, ended: string, { withinS }: HealingObjective): string =>
  `that was all that could be watched of it, because ${ended} ${rounded(forS)} s after the fault was gone, and this takes ${rounded(withinS + holdS)} s`;

/** Never below 0, and without the noise of subtracting. */
const inMs = (sinceS: number): number => Math.max(0, Math.round(sinceS * 1000) / 1000);

const rounded = (value: number): number => Number(value.toFixed(1));
