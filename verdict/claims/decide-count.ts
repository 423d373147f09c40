/** Counts that may never be above 0, or have to be in some run. One that was seen is seen; none takes enough looks. */
import { count, counted } from "../telling/figures.ts";
import type { Answer } from "./answer.ts";
import { figuresIn, fitIn, unfit } from "./fit.ts";
import { measureWords } from "./measure-words.ts";
import { isMissing, natureOf } from "./measured.ts";
import type { Sample } from "./sample.ts";
import type { NeverQuestion, SometimesQuestion } from "./stage-claim.ts";

/**
 * With none seen in n looks, the chance of one is below 3 / n with 95 % (rule of three; J. Hanley and A. Lippman-Hand, 1983):
 * 300 looks say less than one in a hundred. Looks of one run are not independent of each other, so this is the least.
 */
const leastLooks = 300;

/**
 * Where nobody counts looks, each repetition is one: with none in five, what happens in half of all runs would have been
 * seen with 97 %.
 */
export const leastWithoutLooks = 5;

/** To say that something does not happen takes three fresh targets, however many looks; that it never may, one. Judgement. */
export const leastRuns = { never: 1, sometimes: 3 } as const;

export function decideCount(
  question: NeverQuestion | SometimesQuestion,
  samples: readonly Sample[],
  confidence: number,
): Answer {
  const nature = natureOf(question.count);
  const fit = fitIn(samples, nature);
  const hits = hitsIn(question, samples, fit.samples);
  const what = measureWords(question.count);
  const about = { runIds: fit.samples.map(({ runId }) => runId), setAside: fit.setAside };
  const figures = figuresIn(fit.samples);
  const looks = figures.reduce((sum, { outOf = 0 }) => sum + outOf, 0);
  const isCounted = figures.length > 0 && figures.every(({ outOf }) => outOf !== undefined);
  const [hit] = hits;
  if (hit !== undefined) {
    const value = figuresIn(hits).reduce((sum, figure) => sum + figure.value, 0);
    return {
      status: question.by === "never" ? "refuted" : "upheld",
      because: `${what}: ${count(value)} in ${hits.length} of ${counted(samples.length, "repetition")}, first in ${hit.runId}`,
      effect: { value, runs: [samples.length], ...(isCounted && { looks }), unit: nature.unit },
      ...{ runIds: samples.map(({ runId }) => runId), setAside: about.setAside },
    };
  }
  const least = isCounted ? leastRuns[question.by] : leastWithoutLooks;
  if (figures.length === 0) return unfit(samples.length, fit, leastRuns[question.by]);
  const effect = { value: 0, runs: [figures.length], ...(isCounted && { looks }), unit: nature.unit };
  const seen = `${what}: none in ${counted(figures.length, "repetition")}${isCounted ? ` with ${counted(looks, "look")}` : ""}`;
  const moreRuns = Math.max(
    least - figures.length,
    isCounted ? Math.ceil((leastLooks - looks) / Math.max(1, looks / figures.length)) : 0,
  );
  if (moreRuns > 0)
    return {
      ...{ status: "inconclusive", why: "too-few", effect, moreRuns, ...about },
      because: `${seen}, and it takes ${isCounted ? `${count(leastLooks)} looks in ${counted(least, "repetition")}` : counted(least, "repetition")} to say so`,
    };
  const chance = isCounted
    ? 1 - (1 - confidence) ** (1 / looks)
    : 1 - (1 - confidence) ** (1 / figures.length);
  return {
    status: question.by === "never" ? "upheld" : "refuted",
    because: `${seen}: at most one in ${count(Math.max(1, Math.floor(1 / chance)))} ${isCounted ? "looks" : "runs"} at ${confidence * 100} %`,
    ...{ effect, ...about },
  };
}

/**
 * What may never happen and was seen stands, whatever else was wrong with that run. What has to happen under something is
 * shown only where that something was.
 */
function hitsIn(
  { by, count: measure }: NeverQuestion | SometimesQuestion,
  all: readonly Sample[],
  fit: readonly Sample[],
): readonly Sample[] {
  const from = by === "never" && natureOf(measure).about === "count" ? all : fit;
  return from.filter(({ seen }) => !isMissing(seen) && seen.value > 0);
}
