/** Which experiments a claim and its control need, and how often each to begin with. Pure. */
import { leastRuns, leastWithoutLooks } from "../../verdict/claims/decide-count.ts";
import type { RunMeasure } from "../../verdict/claims/measures.ts";
import type {
  Experiment,
  NeverQuestion,
  Question,
  Repeated,
  SometimesQuestion,
  StageClaim,
} from "../../verdict/claims/stage-claim.ts";
import { experimentKey } from "./experiment-key.ts";

export interface Demand {
  readonly key: string;
  readonly experiment: Experiment;
  /** Repetitions, each with a fresh target. */
  readonly runs: number;
}

/** A B B A twice: four runs a side. Fewer do not tell how runs vary; source: docs/decisions/0020. */
export const usualTurns = 2;

/** Figures that come with the number of looks or attempts they are of: hundreds a run, so few runs say much. */
const withLooks: ReadonlySet<RunMeasure["figure"]> = new Set([
  ...([
    "oversold",
    "lost",
    "duplicates",
    "phantom",
    "over-limit",
    "not-conserved",
    "accepted-orders",
  ] as const),
  ...(["broken-looks", "broken-looks-ratio", "pages-differing", "wrong-answers", "good-ratio"] as const),
]);

/** Of one question; `turns` of A B B A where it compares. */
export function demandsOf(question: Question, turns: number): readonly Demand[] {
  const demand = (experiment: Experiment, runs: number): Demand => ({
    ...{ experiment, runs },
    key: experimentKey(experiment),
  });
  switch (question.by) {
    case "ratio": {
      const runs = atLeast(question, 2 * turns, turns);
      return [demand(question.pair.of, runs), demand(question.pair.to, runs)];
    }
    case "value":
      return [demand(question.of, atLeast(question, Math.max(2, 2 * turns - 1), turns))];
    case "tier":
      return [demand(question.of, Math.max(2, 2 * turns - 1))];
    case "never":
    case "sometimes":
      return [demand(question.of, countedRuns(question, turns))];
    default:
      return question satisfies never;
  }
}

/** Whoever asks for one turn wants one look, and knows that it sees little. */
const atLeast = ({ repetitions = 0 }: Repeated, usual: number, turns: number): number =>
  turns > 1 ? Math.max(usual, repetitions) : usual;

/**
 * Without looks to count, each run is one look. One that was seen ends it (`LooksAtClaims`); fewer than `decideCount` takes
 * never say that something does not happen, however few turns there are.
 */
function countedRuns({ by, count }: NeverQuestion | SometimesQuestion, turns: number): number {
  if (!withLooks.has(count.figure)) return Math.max(leastWithoutLooks, 2 * turns + 1);
  return Math.max(leastRuns[by], by === "never" ? turns : 2 * turns - 1);
}

/** Of a claim and its control, each experiment once, as often as the one that wants it most often; none when it cannot be decided. */
export function demandsOfClaim(claim: StageClaim, turns: number): readonly Demand[] {
  const { decided, control } = claim;
  if (decided.by === "nothing") return [];
  return together([
    ...demandsOf(decided, turns),
    ...(control === undefined ? [] : demandsOf(control.question, turns)),
  ]);
}

/** Equal experiments once. */
export function together(demands: readonly Demand[]): readonly Demand[] {
  const most = new Map<string, Demand>();
  for (const demand of demands) {
    const known = most.get(demand.key);
    if (known === undefined || known.runs < demand.runs)
      most.set(demand.key, { ...(known ?? demand), runs: demand.runs });
  }
  return [...most.values()];
}

/** Pairs that have to be run in turns. */
export function pairsOf({ decided, control }: StageClaim): readonly (readonly [string, string])[] {
  const questions =
    decided.by === "nothing" ? [] : [decided, ...(control === undefined ? [] : [control.question])];
  return questions.flatMap((question) =>
    question.by === "ratio"
      ? [[experimentKey(question.pair.of), experimentKey(question.pair.to)] as const]
      : [],
  );
}
