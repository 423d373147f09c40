/**
 * Where to probe next for the knee, the highest load that still meets the objective: a coarse rise, halving, and then
 * proof by repetition at the highest rate that was good. Pure; whoever probes tells what came of it.
 */
import type { ProbeAim, ProbeAnswer } from "./probe.ts";

export interface SearchOptions {
  /** Peak arrivals per second of the first probe. */
  readonly firstPerS: number;
  /** Factor of the rise, above 1. */
  readonly growth: number;
  /** Halving ends when the lowest bad rate is at most this much above the highest good one, as a ratio. */
  readonly resolutionRatio: number;
  /** Good probes, on top of the one that found it, that prove the knee. */
  readonly confirmations: number;
  /** Nothing below is tried. */
  readonly leastPerS: number;
  /** The instrument cannot make more. */
  readonly mostPerS: number;
  /** The search gives up after so many. */
  readonly mostProbes: number;
}

/** As far as the search minds. */
export interface Told {
  readonly aim: ProbeAim;
  readonly ratePerS: number;
  readonly answer: ProbeAnswer;
}

export type Next =
  | {
      readonly kind: "probe";
      readonly aim: "rise" | "bisect" | "again" | "confirm";
      readonly ratePerS: number;
    }
  | { readonly kind: "found"; readonly kneePerS: number; readonly badPerS: number | undefined }
  | { readonly kind: "none"; readonly because: string };

/** Rates of which the instrument was not well are asked again so often at most. */
const unsoundRepeats = 2;
/** A rate that can neither be proven good nor bad in so many probes counts as bad: the knee has to be proven. */
const openRepeats = 3;
/** Twice bad is bad: one stall of the machine is no proof. */
const badProbes = 2;

/** Decides from everything told so far, in order. */
export function nextProbe(told: readonly Told[], options: SearchOptions): Next {
  const broken = told.find(({ answer }) => answer === "broken");
  if (broken !== undefined)
    return { kind: "none", because: `at ${broken.ratePerS} /s the books did not agree` };
  const rates = [...new Set(told.map(({ ratePerS }) => ratePerS))].map((ratePerS) => ({
    ratePerS,
    standing: standingOf(told.filter((each) => each.ratePerS === ratePerS)),
  }));
  const unsound = rates.find(({ standing }) => standing === "unsound");
  if (unsound !== undefined)
    return {
      kind: "none",
      because: `at ${unsound.ratePerS} /s our instrument was not well or the machine was full, again and again`,
    };
  const unclear = rates.find(({ standing }) => standing === "unclear");
  if (unclear !== undefined) return { kind: "probe", aim: "again", ratePerS: unclear.ratePerS };
  if (told.length >= options.mostProbes)
    return { kind: "none", because: `${told.length} probes did not find a load that is met reliably` };
  const badPerS = Math.min(
    Number.POSITIVE_INFINITY,
    ...rates.filter(({ standing }) => standing === "bad").map(({ ratePerS }) => ratePerS),
  );
  // A good probe above a bad rate proves nothing: it was lucky.
  const goodPerS = Math.max(
    0,
    ...rates
      .filter(({ standing, ratePerS }) => standing === "good" && ratePerS < badPerS)
      .map(({ ratePerS }) => ratePerS),
  );
  return between(goodPerS, badPerS, told, options);
}

function between(goodPerS: number, badPerS: number, told: readonly Told[], options: SearchOptions): Next {
  const { firstPerS, growth, resolutionRatio, confirmations, leastPerS, mostPerS } = options;
  if (told.length === 0) return rise(Math.min(firstPerS, mostPerS));
  if (goodPerS === 0) {
    // Down twice as fast as up: whoever fails at once is far from home.
    const lower = rounded(badPerS / growth ** 2);
    return lower < leastPerS
      ? { kind: "none", because: `not even ${badPerS} /s meets the objective` }
      : rise(lower);
  }
  if (badPerS === Number.POSITIVE_INFINITY) {
    if (goodPerS < mostPerS) return rise(Math.min(mostPerS, goodPerS * growth));
  } else {
    // The middle of ratios, not of differences: the same number of probes for every size of target.
    const middle = rounded(Math.sqrt(goodPerS * badPerS));
    if (badPerS / goodPerS > 1 + resolutionRatio && middle > goodPerS && middle < badPerS)
      return { kind: "probe", aim: "bisect", ratePerS: middle };
  }
  const confirmed = told.filter(
    ({ aim, ratePerS, answer }) => aim === "confirm" && ratePerS === goodPerS && answer === "good",
  ).length;
  return confirmed >= confirmations
    ? {
        kind: "found",
        kneePerS: goodPerS,
        badPerS: badPerS === Number.POSITIVE_INFINITY ? undefined : badPerS,
      }
    : { kind: "probe", aim: "confirm", ratePerS: goodPerS };
}

type Standing = "good" | "bad" | "unclear" | "unsound";

/** What all probes at one rate say together. */
function standingOf(probes: readonly Told[]): Standing {
  const count = (answer: ProbeAnswer) => probes.filter((each) => each.answer === answer).length;
  const [good, bad, open, unsound] = [count("good"), count("bad"), count("open"), count("unsound")];
  if (unsound > unsoundRepeats) return "unsound";
  if (bad >= badProbes || open >= openRepeats) return "bad";
  if (good > bad) return "good";
  return "unclear";
}

const rise = (ratePerS: number): Next => ({ kind: "probe", aim: "rise", ratePerS: rounded(ratePerS) });

/** Three digits are more than any knee has. */
export const rounded = (ratePerS: number): number => Number(ratePerS.toPrecision(3));
