/** One stage of the first table of docs/claims.md. Pure. */
import { experimentKey } from "../../controller/verify/experiment-key.ts";
import { faultsOnStage, kneeOfStage } from "../../controller/verify/ladder.ts";
import { tierWords, type Verification } from "../../controller/verify/verification.ts";
import { measureWords } from "../../verdict/claims/measure-words.ts";
import type { RunMeasure } from "../../verdict/claims/measures.ts";
import type { Experiment, StageName } from "../../verdict/claims/stage-claim.ts";
import { median } from "../../verdict/statistics/spread.ts";
import { figure } from "../../verdict/telling/figures.ts";
import { sittingName } from "./claims-sittings.ts";

/** Of each stage what the latest sitting measured that measured both stages of the step, or else that one. */
export function ladderRow(
  stage: StageName,
  before: StageName | undefined,
  sittings: readonly Verification[],
): readonly string[] {
  const withKnee = sittings.filter((each) => kneesOf(stage, each).length > 0);
  const withBoth = withKnee.filter((each) => before !== undefined && kneesOf(before, each).length > 0);
  const climbed = withBoth.at(-1) ?? withKnee.at(-1);
  const struck = sittings.findLast((each) => hasFaults(stage, each));
  const knees = kneesOf(stage, climbed);
  const earlier = before === undefined ? [] : kneesOf(before, climbed);
  const ofFaults = (measure: RunMeasure) => numbers(faultsOnStage(stage), measureWords(measure), struck);
  const named = [climbed, struck].flatMap((each) => (each === undefined ? [] : sittings.indexOf(each)));
  return [
    ...[stage, middle(knees)],
    knees.length === 0 || earlier.length === 0 ? "" : figure(median(knees) / median(earlier)),
    tiersOf(stage, climbed),
    middle(ofFaults({ figure: "dark-s" })),
    middle(ofFaults({ figure: "lost" })),
    middle(ofFaults({ figure: "accepted-orders" })),
    [...new Set(named)].map(sittingName).join(", "),
  ];
}

const hasFaults = (stage: StageName, seen: Verification): boolean =>
  numbers(faultsOnStage(stage), measureWords({ figure: "dark-s" }), seen).length > 0;

const kneesOf = (stage: StageName, seen: Verification | undefined): readonly number[] =>
  numbers(kneeOfStage(stage), measureWords({ figure: "knee-per-s" }), seen);

/** Each tier that a search named, once. */
function tiersOf(stage: StageName, seen: Verification | undefined): string {
  const named = figuresOf(kneeOfStage(stage), tierWords, seen);
  return named.length === 0 ? "not measured yet" : [...new Set(named.map(String))].join("; ");
}

const numbers = (experiment: Experiment, words: string, seen: Verification | undefined): readonly number[] =>
  figuresOf(experiment, words, seen).filter((value) => typeof value === "number");

function figuresOf(
  experiment: Experiment,
  words: string,
  seen: Verification | undefined,
): readonly (number | string)[] {
  const key = experimentKey(experiment);
  const found = seen?.experiments.find((each) => experimentKey(each.experiment) === key);
  return (found?.repetitions ?? []).flatMap(({ figures }) => figures[words] ?? []);
}

/** `294 (280–301)`. */
function middle(values: readonly number[]): string {
  if (values.length === 0) return "not measured yet";
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least === most ? figure(least) : `${figure(median(values))} (${figure(least)}–${figure(most)})`;
}
