/**
 * What questions take from one repetition of an experiment, so that the evidence itself need not be kept until the end: a
 * verification makes hundreds of runs of some megabytes each. Pure.
 */
import type { CapacitySeen } from "../../verdict/capacity/capacity-seen.ts";
import { measureWords } from "../../verdict/claims/measure-words.ts";
import { natureOf } from "../../verdict/claims/measured.ts";
import type { KneeMeasure, RunMeasure } from "../../verdict/claims/measures.ts";
import {
  type RunMade,
  type Sample,
  sampleOfRun,
  sampleOfSearch,
  type TierSample,
  tierSampleOf,
  whyNotWell,
} from "../../verdict/claims/sample.ts";
import type {
  KneeExperiment,
  Question,
  RunExperiment,
  StageClaim,
} from "../../verdict/claims/stage-claim.ts";
import { experimentKey } from "./experiment-key.ts";

export interface Taken {
  /** By the words of the measure. */
  readonly figures: Readonly<Record<string, Sample>>;
  /** Of a search. */
  readonly tier?: TierSample;
  /** Why it has nothing for any of those who asked, where our instrument or the machine was not well; another try may have. */
  readonly notWell?: string;
}

/** What somebody else wants to know of an experiment. */
export type Asked =
  | { readonly of: "run"; readonly experiment: RunExperiment; readonly measures: readonly RunMeasure[] }
  | { readonly of: "search"; readonly experiment: KneeExperiment; readonly measures: readonly KneeMeasure[] };

/** What all these claims and their controls want to know of each experiment. */
export class Wanted {
  readonly #ofRuns = new Map<string, RunMeasure[]>();
  readonly #ofSearches = new Map<string, KneeMeasure[]>();
  readonly #nobodyAt = new Map<string, string>();

  constructor(claims: readonly StageClaim[], more: readonly Asked[] = []) {
    for (const { decided, control } of claims) {
      if (decided.by !== "nothing") this.#add(decided);
      if (control !== undefined) this.#add(control.question);
    }
    for (const asked of more) {
      if (asked.of === "run") for (const measure of asked.measures) this.#addRun(asked.experiment, measure);
      else
        for (const measure of asked.measures) add(this.#ofSearches, experimentKey(asked.experiment), measure);
    }
  }

  ofRun(key: string, made: RunMade, round: number): Taken {
    const taken = (this.#ofRuns.get(key) ?? []).map((measure) => ({
      measure,
      sample: sampleOfRun(measure, { ...made, nobodyAt: this.#nobodyAt.get(key) }, round),
    }));
    const spoilt = taken.map(({ measure, sample }) => whyNotWell(sample, natureOf(measure)));
    const [notWell] = spoilt;
    return {
      figures: Object.fromEntries(taken.map(({ measure, sample }) => [measureWords(measure), sample])),
      ...(notWell !== undefined && !spoilt.includes(undefined) && { notWell }),
    };
  }

  ofSearch(key: string, seen: CapacitySeen, round: number): Taken {
    const samples = (this.#ofSearches.get(key) ?? []).map((measure) => [
      measureWords(measure),
      sampleOfSearch(measure, seen, round),
    ]);
    return { figures: Object.fromEntries(samples), tier: tierSampleOf(seen, round) };
  }

  #add(question: Question): void {
    switch (question.by) {
      case "ratio": {
        const { pair } = question;
        for (const each of [pair.of, pair.to]) {
          if (each.kind === "run") this.#addRun(each, pair.measure as RunMeasure);
          else add(this.#ofSearches, experimentKey(each), pair.measure as KneeMeasure);
        }
        break;
      }
      case "value":
        this.#addRun(question.of, question.measure);
        break;
      case "never":
      case "sometimes":
        this.#addRun(question.of, question.count);
        break;
      case "tier":
        break;
      default:
        question satisfies never;
    }
  }

  #addRun(experiment: RunExperiment, measure: RunMeasure): void {
    const key = experimentKey(experiment);
    add(this.#ofRuns, key, measure);
    if (experiment.nobodyAt !== undefined) this.#nobodyAt.set(key, experiment.nobodyAt);
  }
}

function add<M>(known: Map<string, M[]>, key: string, measure: M): void {
  known.set(key, [...(known.get(key) ?? []), measure]);
}
