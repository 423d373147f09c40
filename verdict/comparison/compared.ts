/** One figure of two sets of runs, held together: how far apart, how sure, and what that means against the margin. */
import { decide, moreRunsToDecide } from "../statistics/decision.ts";
import { type Effect, intervalOf, mean, paired, welch } from "../statistics/effect.ts";
import { mannWhitney } from "../statistics/mann-whitney.ts";
import { type FigureKind, type FigureSeen, figureKinds, type Rule, requestsFor, ruleName } from "./figure.ts";
import { marginIn, type RunSeen } from "./run-seen.ts";

/** `not-held`: shown, and not held against the margin. */
export type ComparedStatus = "regression" | "ok" | "undecided" | "not-held";

export interface Compared {
  /** `p99`, `order.p99` */
  readonly name: string;
  readonly rule: Rule;
  readonly kind: FigureKind;
  readonly status: ComparedStatus;
  /** One sentence. */
  readonly because: string;
  /** Geometric mean of the runs; of differences the mean. Absent: nobody has the figure. */
  readonly a?: number;
  readonly b?: number;
  /** B / A, or B - A, with the interval that holds the truth with `confidence` (0-1). */
  readonly change?: { readonly value: number; readonly low: number; readonly high: number };
  readonly confidence: number;
  /** Not worse, and better for sure. */
  readonly isImproved: boolean;
  /** Undecided, and more runs would leave it so: what it wants is missing in a run that is there. */
  readonly isStuck: boolean;
  /** Of a side, if they vary as those so far; absent: none, or more than anybody waits for. */
  readonly moreRuns?: number;
  /** Mann and Whitney's rank test, exact: shown beside it, and decides nothing. */
  readonly rankP?: number;
}

export interface Sides {
  readonly a: readonly RunSeen[];
  readonly b: readonly RunSeen[];
  /** Whether a[n] and b[n] were made one after the other. */
  readonly isPaired: boolean;
}

/** Variance of a logarithm that a histogram of three digits cannot tell from none: a bucket is 0.1 % wide. */
const bucketVariance = 0.001 ** 2 / 12;

export function compared(rule: Rule, { a, b, isPaired }: Sides, confidence: number): Compared {
  const kind = figureKinds[rule.figure];
  const name = ruleName(rule);
  const about = { name, rule, kind, confidence, isImproved: false, isStuck: false } as const;
  const seen = [a, b].map((runs) => runs.map(({ figures }) => figures[name]));
  if (seen.flat().some((figure) => figure === undefined))
    return { ...about, status: "undecided", because: `not every run has ${name}`, isStuck: true };
  const [seenA, seenB] = seen as [FigureSeen[], FigureSeen[]];
  const [valuesA, valuesB] = [seenA, seenB].map((figures) => figures.map(({ value }) => value)) as [
    number[],
    number[],
  ];
  const isRatio = kind.scale === "ratio";
  const fewest = Math.min(...[...seenA, ...seenB].map(({ requests }) => requests));
  const needed = requestsFor(rule.figure);
  if (fewest < needed) {
    const because = `a run has ${fewest} requests, and ${name} takes ${needed}`;
    return {
      ...about,
      ...means(valuesA, valuesB, isRatio),
      status: rule.isAsked ? "undecided" : "not-held",
      because,
      isStuck: rule.isAsked,
    };
  }
  if (a.length < 2 || b.length < 2)
    return {
      ...about,
      ...means(valuesA, valuesB, isRatio),
      status: "undecided",
      because: "one run of a side does not tell how runs vary",
    };
  if (isRatio && [...valuesA, ...valuesB].some((value) => !(value > 0)))
    return {
      ...about,
      ...means(valuesA, valuesB, isRatio),
      status: "undecided",
      because: `${name} is 0 in a run, and there is no ratio to that`,
      isStuck: true,
    };

  const effect = effectOf({ seenA, seenB, isRatio, isPaired });
  const interval = intervalOf(effect, confidence);
  const isMoreWorse = kind.worse === "more";
  const worse = isMoreWorse ? interval : { low: -interval.high, high: -interval.low };
  const margin = isRatio ? marginIn(rule.margin, kind.worse) : rule.margin;
  const status = decide(worse, margin);
  const moreRuns =
    status === "undecided"
      ? moreRunsToDecide(
          { ...effect, difference: isMoreWorse ? effect.difference : -effect.difference },
          margin,
          confidence,
        )
      : undefined;
  const shown = (value: number) => (isRatio ? Math.exp(value) : value);
  return {
    ...about,
    ...means(valuesA, valuesB, isRatio),
    status,
    because: because[status],
    change: { value: shown(effect.difference), low: shown(interval.low), high: shown(interval.high) },
    isImproved: worse.high < 0,
    ...(moreRuns !== undefined && { moreRuns }),
    ...(valuesA.length + valuesB.length <= 50 && { rankP: mannWhitney(valuesA, valuesB).p }),
  };
}

const because = {
  regression: "the whole interval is beyond the margin",
  ok: "the whole interval is within the margin",
  undecided: "the interval reaches over the margin",
} as const;

function effectOf({
  seenA,
  seenB,
  isRatio,
  isPaired,
}: {
  readonly seenA: readonly FigureSeen[];
  readonly seenB: readonly FigureSeen[];
  readonly isRatio: boolean;
  readonly isPaired: boolean;
}): Effect {
  const onScale = (figures: readonly FigureSeen[]) =>
    figures.map(({ value }) => (isRatio ? Math.log(value) : value));
  const [a, b] = [onScale(seenA), onScale(seenB)];
  const [floorA, floorB] = isRatio
    ? [bucketVariance, bucketVariance]
    : [countVariance(seenA), countVariance(seenB)];
  return isPaired ? paired(a, b, floorA + floorB) : welch(a, b, [floorA, floorB]);
}

/** Of a share that was counted: runs without a single error still may have had one. Binomial, with half an error added. */
function countVariance(seen: readonly FigureSeen[]): number {
  const requests = seen.reduce((sum, figure) => sum + figure.requests, 0);
  const bad = seen.reduce((sum, figure) => sum + figure.value * figure.requests, 0);
  const share = (bad + 0.5) / (requests + 1);
  return (share * (1 - share)) / (requests / seen.length);
}

function means(
  a: readonly number[],
  b: readonly number[],
  isRatio: boolean,
): { readonly a?: number; readonly b?: number } {
  const middle = (values: readonly number[]) =>
    isRatio && values.every((value) => value > 0) ? Math.exp(mean(values.map(Math.log))) : mean(values);
  return { ...(a.length > 0 && { a: middle(a) }), ...(b.length > 0 && { b: middle(b) }) };
}
