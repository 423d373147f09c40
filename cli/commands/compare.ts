/** `bench compare A... -- B...`: runs that were made already, held together. */
import { Failure } from "../../base/failure.ts";
import { Baselines } from "../../controller/gate/baselines.ts";
import { readSeen } from "../../controller/gate/read-seen.ts";
import { comparisonOf } from "../../verdict/comparison/comparison.ts";
import { type Difference, differences, differencesAmong } from "../../verdict/comparison/fingerprint.ts";
import { type RunSeen, repeatProblems } from "../../verdict/comparison/run-seen.ts";
import { usualAlpha } from "../../verdict/statistics/looks.ts";
import {
  type ComparisonWords,
  deliverComparison,
  deliverRefusal,
  readComparisonWords,
  refused,
  ruleProblems,
} from "../comparison-words.ts";
import { baselinesFolder, findRunFolder } from "../results.ts";

export interface CompareWords extends ComparisonWords {
  readonly paired?: boolean;
}

/** @param sides run words before and after `--` */
export async function compare(
  sides: readonly [readonly string[], readonly string[]],
  words: CompareWords,
): Promise<number> {
  const problems: string[] = [];
  const wishes = readComparisonWords(words, problems);
  if (sides.some((side) => side.length === 0))
    problems.push("runs to compare are missing; write for example bench compare run-1 run-2 -- run-3 run-4");
  const late = sides[1].filter((word) => word.startsWith("--"));
  if (late.length > 0)
    problems.push(`${late.join(", ")}: options come before the --, after it there are only runs`);
  const unreadFrom = problems.length;
  const a = await sideOf(sides[0], problems);
  const b = await sideOf(late.length > 0 ? [] : sides[1], problems);
  const isAllRead = problems.length === unreadFrom && late.length === 0;
  // Runs, not words: a baseline is several.
  if (words.paired === true && isAllRead && a.length !== b.length)
    problems.push(`--paired: ${a.length} and ${b.length} runs are no pairs`);
  const [first] = [...a, ...b];
  problems.push(...repeatProblems([...a, ...b]));
  if (problems.length === 0) problems.push(...ruleProblems(wishes.rules, Object.keys(first?.figures ?? {})));
  if (problems.length > 0 || first === undefined)
    throw new Failure("usage", "these runs cannot be compared", {
      problems,
      hint: "bench list runs shows them",
    });
  const held = {
    names: [nameOf(sides[0]), nameOf(sides[1])] as const,
    ...{ a, b, differences: differencesOf(a, b) },
  };
  const circumstances = refused(held.differences, wishes.accepted);
  if (circumstances.length > 0) return deliverRefusal(circumstances, held, wishes);
  const comparison = comparisonOf({
    ...held,
    ...{ isPaired: words.paired === true, rules: wishes.rules, isStrict: wishes.isStrict },
    look: { runs: Math.min(a.length, b.length), alpha: usualAlpha },
  });
  return deliverComparison(comparison, wishes);
}

/** Those within a side are told of its runs, for there is no saying what such a side is. */
function differencesOf(a: readonly RunSeen[], b: readonly RunSeen[]): readonly Difference[] {
  const [firstA, firstB] = [a[0], b[0]];
  return [
    ...(firstA && firstB ? differences(firstA.fingerprint, firstB.fingerprint) : []),
    ...differencesAmong(a),
    ...differencesAmong(b),
  ];
}

/** Run ids are long. */
const nameOf = ([first = "", ...others]: readonly string[]): string =>
  others.length === 0 ? first : `${first} and ${others.length} more`;

async function sideOf(words: readonly string[], problems: string[]): Promise<readonly RunSeen[]> {
  const seen: RunSeen[] = [];
  for (const word of words) {
    try {
      const name = /^baseline=(.+)$/.exec(word)?.[1];
      if (name === undefined) seen.push(...(await readSeen([findRunFolder(word)])));
      else seen.push(...(await new Baselines(baselinesFolder()).read(name)).seen);
    } catch (error) {
      if (!(error instanceof Failure) || error.kind !== "usage") throw error;
      problems.push(error.message);
    }
  }
  return seen;
}
