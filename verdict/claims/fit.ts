/** Repetitions sorted into those that are evidence and those that are set aside. */
import type { Answer } from "./answer.ts";
import { type Figure, isMissing, type Nature } from "./measured.ts";
import { type Sample, whyUnfit } from "./sample.ts";

export interface Fit<Seen extends object> {
  readonly samples: readonly (Omit<Sample<Seen>, "seen"> & {
    readonly seen: Exclude<Seen, { missing: string }>;
  })[];
  readonly setAside: Answer["setAside"];
}

export function fitIn<Seen extends object>(all: readonly Sample<Seen>[], nature: Nature): Fit<Seen> {
  const samples = all.flatMap((sample) =>
    whyUnfit(sample, nature) === undefined
      ? [{ ...sample, seen: sample.seen as Exclude<Seen, { missing: string }> }]
      : [],
  );
  const setAside = all.flatMap((sample) => {
    const because = whyUnfit(sample, nature);
    return because === undefined ? [] : [{ runId: sample.runId, because }];
  });
  return { samples, setAside };
}

/** How many runs have to be there before anything can be said; `least` fit ones are missing. */
export function unfit(
  made: number,
  fit: { readonly samples: readonly Sample<object>[]; readonly setAside: Answer["setAside"] },
  least: number,
): Pick<Answer, "status" | "because" | "why" | "moreRuns" | "runIds" | "setAside"> {
  const { samples, setAside } = fit;
  const missing = least - samples.length;
  const runIds = samples.map(({ runId }) => runId);
  const [first] = setAside;
  if (first === undefined) {
    const because =
      made === 0
        ? "it was not measured"
        : `there were ${made} of the ${least} repetitions that it takes at least`;
    return { status: "inconclusive", why: "too-few", because, moreRuns: missing, runIds, setAside };
  }
  const others = setAside.every(({ because }) => because === first.because) ? "" : ", among others";
  return {
    ...{ status: "inconclusive", why: "unfit", moreRuns: missing, runIds, setAside },
    because: `${setAside.length} of ${made} ${made === 1 ? "repetition says" : "repetitions say"} nothing${others}: ${first.because}`,
  };
}

/** Values on the scale of their nature, and the variance each has at least by how it was read or counted. */
export function onScale(figures: readonly Figure[], { scale, grain, isShare }: Nature) {
  const values = figures.map(({ value }) => (scale === "ratio" ? Math.log(value) : value));
  return { values, floor: Math.max(grain ** 2, isShare ? countVariance(figures) : 0) };
}

/** Of a share: repetitions without a single bad one still may have had one. Binomial, with half a bad one added. */
function countVariance(figures: readonly Figure[]): number {
  const looks = figures.reduce((sum, { outOf = 0 }) => sum + outOf, 0);
  if (looks === 0) return 0;
  const hits = figures.reduce((sum, { value, outOf = 0 }) => sum + value * outOf, 0);
  const share = (Math.min(hits, looks - hits) + 0.5) / (looks + 1);
  return (share * (1 - share)) / (looks / figures.length);
}

export const isLeast = (figures: readonly Figure[]): boolean => figures.some((each) => each.isLeast === true);

export const figuresIn = (samples: readonly Sample<object>[]): readonly Figure[] =>
  samples.flatMap(({ seen }) => (isMissing(seen) ? [] : [seen as Figure]));
