/**
 * Where to probe next for the knee, the highest load that still meets the objective: a coarse rise, halving, and then
 * proof by repetition at the highest rate that was good. Pure; whoever probes tells what came of it.
 */
import { keptAfterProof, type ProbeAnswer, type ProbeSeen, provesKnee } from "./probe.ts";

export interface SearchOptions {
  /** Peak arrivals per second of the first probe. */
  readonly firstPerS: number;
  /** Factor of the rise, above 1. */
  readonly growth: number;
  /** Halving ends when the lowest bad rate is at most this much above the highest good one, as a ratio. */
  readonly resolutionRatio: number;
  /** Good probes that prove the knee; those that only rise are none. */
  readonly proofs: number;
  /** Nothing below is tried. */
  readonly leastPerS: number;
  /** The instrument cannot make more. */
  readonly mostPerS: number;
  /** The search gives up after so many. */
  readonly mostProbes: number;
}

/** As far as the search minds. */
export interface Told extends Pick<ProbeSeen, "aim" | "ratePerS" | "answer"> {
  /** Of a bad one: so far beyond, and by a node that had nothing left, that one is enough. */
  readonly isPlain?: boolean;
  /** Of a bad one that fell behind: how many arrivals per second it carried while it was given more than it could. */
  readonly carriedPerS?: number;
}

export type Next =
  | {
      readonly kind: "probe";
      readonly aim: "rise" | "bisect" | "again" | "confirm";
      readonly ratePerS: number;
    }
  | { readonly kind: "found"; readonly kneePerS: number; readonly badPerS: number | undefined }
  | { readonly kind: "none"; readonly because: string };

/** A rate at which the instrument was not well is asked again so often at most; then nothing is known of it. */
const unsoundRepeats = 2;
/** A rate that can neither be proven good nor bad in so many probes counts as bad: the knee has to be proven. */
const openRepeats = 3;
/** Twice bad is bad: one stall of the machine is no proof, unless it is plain that it was none. */
const badProbes = 2;
/**
 * Of what an overloaded target carries, the share it carries in time. Seen on stage-04, browse: 2,130-2,220/s carried when
 * it was given 2,210-3,200/s, knee 2,130/s. Only a place to look at: what is reported is proven there.
 */
const inTimeRatio = 0.97;

/** Decides from everything told so far, in order. */
export function nextProbe(told: readonly Told[], options: SearchOptions): Next {
  const next = wanted(believed(told), options);
  return next.kind === "probe" && told.length >= options.mostProbes
    ? { kind: "none", because: `${told.length} probes did not find a load that is met reliably` }
    : next;
}

/**
 * What a search that goes on after its proof still believes. A load that was kept then is kept: what was bad below it was
 * something else's doing, and counts no more; what is bad there afterwards does. Coming back and reliefs are of a target that
 * is not as usual.
 */
function believed(told: readonly Told[]): readonly Told[] {
  return told.filter(
    ({ aim, answer, ratePerS }, at) =>
      aim !== "comeback" &&
      aim !== "relief" &&
      (answer === "good" ||
        !told.slice(at + 1).some((later) => keptAfterProof(later) && later.ratePerS > ratePerS)),
  );
}

function wanted(told: readonly Told[], options: SearchOptions): Next {
  const broken = told.find(({ answer }) => answer === "broken");
  if (broken !== undefined)
    return { kind: "none", because: `at ${broken.ratePerS} /s the books did not agree` };
  const rates = [...new Set(told.map(({ ratePerS }) => ratePerS))].map((ratePerS) => ({
    ratePerS,
    standing: standingOf(told.filter((each) => each.ratePerS === ratePerS)),
  }));
  const unclear = rates.find(({ standing }) => standing === "unclear");
  if (unclear !== undefined) return { kind: "probe", aim: "again", ratePerS: unclear.ratePerS };
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
  const unsoundPerS = Math.min(
    Number.POSITIVE_INFINITY,
    ...rates
      .filter(({ standing, ratePerS }) => standing === "unsound" && ratePerS > goodPerS)
      .map(({ ratePerS }) => ratePerS),
  );
  const isClosed = goodPerS > 0 && badPerS / goodPerS <= 1 + options.resolutionRatio;
  if (unsoundPerS < badPerS && !isClosed) return below(unsoundPerS, goodPerS, told, options);
  return between(goodPerS, badPerS, told, options);
}

/**
 * Of a rate nothing is known, because the instrument was not well there or the machine was full. What was good below it may
 * have its end before that rate; when it has not, nobody can tell where it is.
 */
function below(
  unsoundPerS: number,
  goodPerS: number,
  told: readonly Told[],
  { resolutionRatio }: SearchOptions,
): Next {
  const isApart = goodPerS > 0 && unsoundPerS / goodPerS > 1 + resolutionRatio;
  const inside = isApart ? insideOf(goodPerS, unsoundPerS, told, resolutionRatio) : 0;
  if (inside > goodPerS && inside < unsoundPerS) return { kind: "probe", aim: "bisect", ratePerS: inside };
  const kept = goodPerS > 0 ? `; ${goodPerS} /s was kept` : "";
  return {
    kind: "none",
    because: `at ${unsoundPerS} /s our instrument was not well or the machine was full, again and again${kept}`,
  };
}

function between(goodPerS: number, badPerS: number, told: readonly Told[], options: SearchOptions): Next {
  const { firstPerS, growth, resolutionRatio, proofs, leastPerS, mostPerS } = options;
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
    const inside = insideOf(goodPerS, badPerS, told, resolutionRatio);
    if (badPerS / goodPerS > 1 + resolutionRatio && inside > goodPerS && inside < badPerS)
      return { kind: "probe", aim: "bisect", ratePerS: inside };
  }
  return told.filter((each) => provesKnee(each, goodPerS)).length >= proofs
    ? {
        kind: "found",
        kneePerS: goodPerS,
        badPerS: badPerS === Number.POSITIVE_INFINITY ? undefined : badPerS,
      }
    : { kind: "probe", aim: "confirm", ratePerS: goodPerS };
}

/** So far beside where the target seems to give up the end is taken to be only steps away. Judgement. */
const besideRatio = 1.15;

/**
 * A rate between a good and a bad one: where the target seems to give up, by what it carried when it had too much, and steps
 * beside it; elsewhere the middle of ratios, which takes the same number of probes for every size of target.
 */
function insideOf(goodPerS: number, badPerS: number, told: readonly Told[], resolutionRatio: number): number {
  const middle = rounded(Math.sqrt(goodPerS * badPerS));
  const carried = told.flatMap(({ carriedPerS }) => carriedPerS ?? []);
  if (carried.length === 0) return middle;
  const guess = rounded((carried.reduce((sum, each) => sum + each, 0) / carried.length) * inTimeRatio);
  // Below the resolution, so that what is left after one step is not asked once more for a rounded digit.
  const step = 1 + resolutionRatio * 0.9;
  if (goodPerS * step <= guess && guess * step <= badPerS) return guess;
  const isUpFromGood = goodPerS * step > guess && goodPerS < guess * besideRatio;
  if (isUpFromGood) return Math.min(rounded(goodPerS * step), middle);
  const isDownFromBad = badPerS < guess * step && badPerS > guess / besideRatio;
  return isDownFromBad ? Math.max(rounded(badPerS / step), middle) : middle;
}

type Standing = "good" | "bad" | "unclear" | "unsound";

/** What all probes at one rate say together. */
function standingOf(probes: readonly Told[]): Standing {
  const count = (answer: ProbeAnswer) => probes.filter((each) => each.answer === answer).length;
  const [good, bad, open, unsound] = [count("good"), count("bad"), count("open"), count("unsound")];
  if (unsound > unsoundRepeats) return "unsound";
  const isPlain = probes.some((each) => each.answer === "bad" && each.isPlain === true);
  if (isPlain || bad >= badProbes || open >= openRepeats) return "bad";
  if (good > bad) return "good";
  return "unclear";
}

const rise = (ratePerS: number): Next => ({ kind: "probe", aim: "rise", ratePerS: rounded(ratePerS) });

/** Three digits are more than any knee has. */
export const rounded = (ratePerS: number): number => Number(ratePerS.toPrecision(3));
