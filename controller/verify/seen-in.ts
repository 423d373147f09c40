/** Samples of experiments as questions see them; what failed is a repetition that says nothing, with its reason. Pure. */
import type { Seen } from "../../verdict/claims/decide.ts";
import { measureWords } from "../../verdict/claims/measure-words.ts";
import type { Missing } from "../../verdict/claims/measured.ts";
import type { Sample as FigureSample } from "../../verdict/claims/sample.ts";
import type { Experiment } from "../../verdict/claims/stage-claim.ts";
import type { Samples } from "./carry-out.ts";
import { experimentKey } from "./experiment-key.ts";
import type { Taken } from "./taken.ts";

export function seenIn(samples: Samples<Taken>, impossible: ReadonlyMap<string, string>): Seen {
  const of = <S>(experiment: Experiment, taken: (from: Taken) => S | undefined) => {
    const key = experimentKey(experiment);
    const because = impossible.get(key);
    if (because !== undefined) return [nothingIn("not made", 0, `it cannot be carried out here: ${because}`)];
    return (samples.get(key) ?? []).flatMap((sample): readonly (S | Nothing)[] => {
      const { round } = sample;
      if (sample.state === "failed")
        return [nothingIn(`repetition ${round + 1}`, round, `it did not take place: ${sample.because}`)];
      const seen = taken(sample.figures);
      return seen === undefined ? [] : [seen];
    });
  };
  return {
    figures: (experiment, measure) => of(experiment, ({ figures }) => figures[measureWords(measure)]),
    tiers: (experiment) => of(experiment, ({ tier }) => tier),
  };
}

type Nothing = FigureSample<Missing>;

const nothingIn = (runId: string, round: number, because: string): Nothing => ({
  ...{ runId, round, seen: { missing: because } },
  doubts: [{ spoils: "all", because }],
});
