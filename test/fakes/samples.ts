/** Repetitions of an experiment of which every figure is known. */
import type { Saturated } from "../../verdict/capacity/saturated.ts";
import type { Doubt } from "../../verdict/claims/doubts.ts";
import type { Measured } from "../../verdict/claims/measured.ts";
import type { Sample, TierSample } from "../../verdict/claims/sample.ts";

/** One for each, as a number or with all there is to know of it. */
export const samples = (
  seen: readonly (number | Measured)[],
  more: Partial<Sample> & { readonly name?: string } = {},
): readonly Sample[] => {
  const { name = "run", ...rest } = more;
  return seen.map((each, round) => ({
    ...{ runId: `${name}-${round}`, round, doubts: [] },
    seen: typeof each === "number" ? { value: each } : each,
    ...rest,
  }));
};

export const doubt = (spoils: Doubt["spoils"], because = "something was wrong"): Doubt => ({
  spoils,
  because,
});

/** One search for each word: `app` and `sure`; nothing near its budget where there is no tier. */
export const tierSamples = (
  ...seen: readonly (readonly [string | undefined, Saturated["sureness"]])[]
): readonly TierSample[] =>
  seen.map(([tier, sureness], round) => ({
    ...{ runId: `search-${round}`, round, doubts: [] },
    seen: {
      ...{ nodes: [], sureness, because: `${tier ?? "nothing"} used most` },
      ...(tier !== undefined && { tier }),
    },
  }));
