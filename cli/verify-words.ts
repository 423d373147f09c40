/** Words of `bench verify`: which claims, how often, how long, where to; all problems together. */
import { resolve } from "node:path";
import { Failure, unknownName } from "../base/failure.ts";
import { chooseClaims } from "../controller/verify/choose-claims.ts";
import { usualTurns } from "../controller/verify/demands.ts";
import type { StageClaim } from "../verdict/claims/stage-claim.ts";
import { Reader, readDurationS, readWhole } from "./arguments.ts";

export interface VerifyWords {
  readonly all?: boolean;
  readonly budget?: string;
  readonly turns?: string;
  readonly seed?: string;
  readonly reuse?: boolean;
  readonly skipDecided?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly out?: string;
  readonly install?: boolean;
  /** Every flag the command knows. */
  readonly flags: readonly string[];
}

export interface VerifyWishes {
  readonly claims: readonly StageClaim[];
  readonly turns: number;
  readonly seed: number;
  /** Absent: as long as it takes. */
  readonly budgetS?: number;
  readonly out?: string;
  readonly isReusing: boolean;
  /** File of an earlier verification whose decided claims are left out. */
  readonly skipDecided?: string;
  readonly isDry: boolean;
  readonly isJson: boolean;
  readonly isInstalling: boolean;
}

const usualSeed = 42;
/** More than this takes days, and a difference that small is none. Our choice. */
const mostTurns = 20;

/** @throws {Failure} `usage` with every problem */
export function readVerifyWords(
  words: readonly string[],
  given: VerifyWords,
  catalogue: readonly StageClaim[],
): VerifyWishes {
  const reader = new Reader();
  const budgetS = reader.read(given.budget, (word) => readDurationS("--budget", word));
  const turns = reader.read(given.turns, (word) => readWhole("--turns", word, 1, mostTurns)) ?? usualTurns;
  const seed = reader.read(given.seed, (word) => readWhole("--seed", word, 0, 2 ** 31)) ?? usualSeed;
  const { names, strange } = sorted(words, new Set(catalogue.flatMap(({ id, stage }) => [id, stage])));
  const { claims, problems } = chooseClaims(names, given.all === true, catalogue);
  const all = [
    ...strange.map((word) => unknownName("option", word, given.flags)),
    ...reader.problems,
    ...problems,
  ];
  if (all.length > 0)
    throw new Failure("usage", `${all.length} problem${all.length === 1 ? "" : "s"} with this command`, {
      problems: all,
      hint: "bench verify --help shows every option; docs/claims.md lists the claims",
    });
  return {
    ...{ claims, turns, seed },
    ...(budgetS !== undefined && { budgetS }),
    ...(given.out !== undefined && { out: resolve(given.out) }),
    isReusing: given.reuse === true,
    ...(given.skipDecided !== undefined && { skipDecided: resolve(given.skipDecided) }),
    isDry: given.dryRun === true,
    isJson: given.json === true,
    isInstalling: given.install === true,
  };
}

/** Flags that are not known arrive among the names; the word after one is taken as its value, unless it names something. */
function sorted(
  words: readonly string[],
  known: ReadonlySet<string>,
): { readonly names: string[]; readonly strange: string[] } {
  const names: string[] = [];
  const strange: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (!word.startsWith("-")) names.push(word);
    else {
      strange.push(word.split("=")[0]!);
      const next = words[at + 1];
      if (!word.includes("=") && next !== undefined && !next.startsWith("-") && !known.has(next)) at++;
    }
  }
  return { names, strange };
}
