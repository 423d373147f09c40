/** Figures and ratios against their bound: decided when the whole interval is on one side of it. */
import { mean } from "../statistics/effect.ts";
import type { Answer, EffectSeen } from "./answer.ts";
import { boundWords, digits, type Limits, limitsOf, standOf, staysSo, withUnit } from "./bound.ts";
import { type Estimate, estimateOf, leastRepetitions, ratioOf } from "./estimate.ts";
import { type Fit, figuresIn, fitIn, isLeast, unfit } from "./fit.ts";
import { measureWords } from "./measure-words.ts";
import { type Figure, type Measured, type Nature, natureOf } from "./measured.ts";
import type { Sample } from "./sample.ts";
import type { RatioQuestion, ValueQuestion } from "./stage-claim.ts";

export function decideValue(question: ValueQuestion, samples: readonly Sample[], confidence: number): Answer {
  const answer = valueAnswer(question, samples, confidence);
  return isCalmKnown(samples)
    ? leaned(answer, () => valueAnswer(question, calmed(samples), confidence))
    : answer;
}

function valueAnswer(
  { measure, value: bound }: ValueQuestion,
  samples: readonly Sample[],
  confidence: number,
): Answer {
  const nature = natureOf(measure);
  const fit = fitIn(samples, nature);
  if (fit.samples.length < leastRepetitions) return unfit(samples.length, fit, leastRepetitions);
  const figures = figuresIn(fit.samples);
  const about = { ...restingOn(fit), name: measureWords(measure), shown: withUnit(nature.unit) };
  if (hasNoLogarithm(figures, nature)) return zeroed(about);
  const estimate = estimateOf(figures, nature, confidence);
  const effect = {
    value: estimate.value,
    interval: { ...estimate.interval, confidence },
    ...{ runs: [figures.length], unit: nature.unit },
  };
  return answered({
    ...{ about, estimate, effect, limits: limitsOf(bound) },
    ...{ mayBeMore: isLeast(figures), mayBeLess: false },
  });
}

export interface RatioSamples {
  readonly of: readonly Sample[];
  readonly to: readonly Sample[];
  readonly isPaired: boolean;
}

export function decideRatio(question: RatioQuestion, samples: RatioSamples, confidence: number): Answer {
  const answer = ratioAnswer(question, samples, confidence);
  const { of, to } = samples;
  return isCalmKnown([...of, ...to])
    ? leaned(answer, () => ratioAnswer(question, { ...samples, of: calmed(of), to: calmed(to) }, confidence))
    : answer;
}

function ratioAnswer({ pair, ratio }: RatioQuestion, samples: RatioSamples, confidence: number): Answer {
  const { measure } = pair;
  const nature = natureOf(measure);
  const { of, to } = fitSides(samples, nature);
  const sides = { of: figuresIn(of.samples), to: figuresIn(to.samples), isPaired: samples.isPaired };
  const setAside = [...of.setAside, ...to.setAside];
  if (Math.min(sides.of.length, sides.to.length) < leastRepetitions) {
    const short = sides.of.length < leastRepetitions ? of : to;
    const made = short === of ? samples.of.length : samples.to.length;
    return { ...unfit(made, short, leastRepetitions), ...restingOn(of, to), setAside };
  }
  const words = `${measureWords(measure)} as a multiple of the other's`;
  const about = { ...restingOn(of, to), name: words, shown: digits };
  if (hasNoLogarithm([...sides.of, ...sides.to], nature)) return zeroed(about);
  const estimate = ratioOf(sides, nature, confidence);
  const effect = {
    value: estimate.value,
    interval: { ...estimate.interval, confidence },
    sides: { of: middle(sides.of, nature), to: middle(sides.to, nature) },
    ...{ runs: [sides.of.length, sides.to.length], unit: "" },
  };
  return answered({
    ...{ about, estimate, effect, limits: limitsOf(ratio) },
    ...{ mayBeMore: isLeast(sides.of), mayBeLess: isLeast(sides.to) },
  });
}

const isCalmKnown = (samples: readonly Sample[]): boolean => samples.some(({ calm }) => calm !== undefined);

const calmed = (samples: readonly Sample[]): readonly Sample[] =>
  samples.map((sample) => (sample.calm === undefined ? sample : { ...sample, seen: sample.calm }));

/** What was decided stands when it would be decided so without the seconds in which our instrument was not well, too. */
function leaned(answer: Answer, again: () => Answer): Answer {
  if (answer.status === "inconclusive") return answer;
  const calm = again();
  if (calm.status === answer.status) return answer;
  const moreRuns = calm.moreRuns;
  return {
    ...answer,
    ...{ status: "inconclusive", why: "leaning" },
    because: `${answer.because}, but that leans on seconds in which our instrument was not well; without them, ${calm.because}`,
    ...(moreRuns !== undefined && { moreRuns }),
  };
}

/** A pair of which one is set aside is set aside as a whole, and so is one whose other was not made. */
function fitSides({ of, to, isPaired }: RatioSamples, nature: Nature): Record<"of" | "to", Fit<Measured>> {
  const fit = { of: fitIn(of, nature), to: fitIn(to, nature) };
  if (!isPaired) return fit;
  const kept = (side: Fit<Measured>, other: Fit<Measured>): Fit<Measured> => ({
    ...side,
    samples: side.samples
      .filter(({ round }) => other.samples.some((each) => each.round === round))
      .toSorted((a, b) => a.round - b.round),
  });
  return { of: kept(fit.of, fit.to), to: kept(fit.to, fit.of) };
}

interface About extends Pick<Answer, "runIds" | "setAside"> {
  /** What was measured, and how its values are written. */
  readonly name: string;
  readonly shown: (value: number) => string;
}

interface Held {
  readonly about: About;
  readonly estimate: Estimate;
  readonly effect: EffectSeen;
  readonly limits: Limits;
  /** The truth may be more, or less, than was seen, because somebody did not see the end of it. */
  readonly mayBeMore: boolean;
  readonly mayBeLess: boolean;
}

function answered({ about, estimate, effect, limits, mayBeMore, mayBeLess }: Held): Answer {
  const { name, shown, runIds, setAside } = about;
  const { interval, value } = estimate;
  const rest = { effect, runIds, setAside };
  const seen = `${name} is ${shown(value)} (${shown(interval.low)} to ${shown(interval.high)} with ${digits(effect.interval!.confidence * 100)} % in ${effect.runs.join(" and ")} repetitions)`;
  const wanted = boundWords(limits, shown);
  const stand = standOf(interval, limits);
  if (stand === "open") {
    const moreRuns = moreRunsFor(estimate, limits);
    const more =
      moreRuns === undefined
        ? "no reasonable number of further ones would decide"
        : `about ${moreRuns} more of each would decide`;
    return {
      ...{ status: "inconclusive", why: "interval", ...rest },
      because: `${seen}, and that reaches over the bound, ${wanted}; ${more}`,
      ...(moreRuns !== undefined && { moreRuns }),
    };
  }
  const isSure =
    (!mayBeMore || staysSo(stand, limits, { mayBe: "more" })) &&
    (!mayBeLess || staysSo(stand, limits, { mayBe: "less" }));
  if (!isSure)
    return {
      ...{ status: "inconclusive", why: "unseen-end", ...rest },
      because: `${seen}, but in some of them the end was not seen, so the truth may be on the other side of the bound, ${wanted}`,
    };
  return stand === "within"
    ? { status: "upheld", because: `${seen}; it has to be ${wanted}`, ...rest }
    : { status: "refuted", because: `${seen}; it would have to be ${wanted}`, ...rest };
}

/** All bounds when the value is between them, else the one it is beyond. */
function moreRunsFor({ value, moreRuns }: Estimate, { atLeast, atMost }: Limits): number | undefined {
  const [low, high] = [atLeast, atMost].map((bound) => (bound === undefined ? 0 : moreRuns(bound)));
  if (atLeast !== undefined && value < atLeast) return low;
  if (atMost !== undefined && value > atMost) return high;
  return low === undefined || high === undefined ? undefined : Math.max(1, low, high);
}

const hasNoLogarithm = (figures: readonly Figure[], { scale }: Nature): boolean =>
  scale === "ratio" && figures.some(({ value }) => !(value > 0));

const zeroed = ({ name, runIds, setAside }: About): Answer => ({
  ...{ status: "inconclusive", why: "unfit", runIds, setAside },
  because: `${name} is 0 in a repetition, and there is no ratio to that`,
});

/** Geometric mean where the figure is never 0. */
const middle = (figures: readonly Figure[], { scale }: Nature): number =>
  scale === "ratio"
    ? Math.exp(mean(figures.map(({ value }) => Math.log(value))))
    : mean(figures.map(({ value }) => value));

function restingOn(...fits: readonly Fit<object>[]): Pick<Answer, "runIds" | "setAside"> {
  return {
    runIds: fits.flatMap(({ samples }) => samples.map(({ runId }) => runId)),
    setAside: fits.flatMap(({ setAside }) => setAside),
  };
}
