/** `bench compare A... -- B...`: runs that were made already, held together. */
import { Failure } from "../../base/failure.ts";
import { Baselines } from "../../controller/gate/baselines.ts";
import { readSeen } from "../../controller/gate/read-seen.ts";
import { comparisonOf } from "../../verdict/comparison/comparison.ts";
import { differencesAmong } from "../../verdict/comparison/fingerprint.ts";
import type { RunSeen } from "../../verdict/comparison/run-seen.ts";
import { usualAlpha } from "../../verdict/statistics/looks.ts";
import {
  type ComparisonWords,
  deliverComparison,
  readComparisonWords,
  refused,
  ruleProblems,
  tellRefusal,
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
  if (words.paired === true && sides[0].length !== sides[1].length)
    problems.push(`--paired: ${sides[0].length} and ${sides[1].length} runs are no pairs`);
  const [a, b] = [await sideOf(sides[0], problems), await sideOf(late.length > 0 ? [] : sides[1], problems)];
  const [first, ...others] = [...a, ...b];
  if (problems.length === 0) problems.push(...ruleProblems(wishes.rules, Object.keys(first?.figures ?? {})));
  if (problems.length > 0 || first === undefined)
    throw new Failure("usage", "these runs cannot be compared", {
      problems,
      hint: "bench list runs shows them",
    });
  const differences = differencesAmong(
    first.fingerprint,
    others.map(({ fingerprint }) => fingerprint),
  );
  const circumstances = refused(differences, wishes.accepted);
  if (circumstances.length > 0) {
    tellRefusal(circumstances);
    return 5;
  }
  const comparison = comparisonOf({
    names: [nameOf(sides[0]), nameOf(sides[1])],
    ...{ a, b, isPaired: words.paired === true, differences },
    rules: wishes.rules,
    look: { runs: Math.min(a.length, b.length), alpha: usualAlpha },
    isStrict: wishes.isStrict,
  });
  return deliverComparison(comparison, wishes);
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
