/** Words of `bench verify` to claims: stages, ids, or all of them. Pure. */
import { nearest } from "../../base/failure.ts";
import type { StageClaim } from "../../verdict/claims/stage-claim.ts";

export interface ChosenClaims {
  /** In the order of the catalogue, each once. */
  readonly claims: readonly StageClaim[];
  readonly problems: readonly string[];
}

/** `stage-08` means every claim that is first checked there; capitals are no matter. */
export function chooseClaims(
  words: readonly string[],
  isAll: boolean,
  catalogue: readonly StageClaim[],
): ChosenClaims {
  if (isAll)
    return words.length === 0
      ? { claims: catalogue, problems: [] }
      : { claims: [], problems: [`--all means every claim; leave it out, or ${words.join(" ")}`] };
  const stages = [...new Set(catalogue.map(({ stage }) => stage as string))];
  if (words.length === 0)
    return {
      claims: [],
      problems: [
        `nothing to verify: give stages (${stages[0] ?? "stage-01"}), claims (${catalogue[0]?.id ?? "S01-spof"}), or --all`,
      ],
    };
  const ids = catalogue.map(({ id }) => id);
  const known = new Set([...stages, ...ids].map((each) => each.toLowerCase()));
  const chosen = new Set(words.map((word) => word.toLowerCase()));
  return {
    claims: catalogue.filter(({ id, stage }) => chosen.has(id.toLowerCase()) || chosen.has(stage)),
    problems: words.flatMap((word) =>
      known.has(word.toLowerCase()) ? [] : [unknownWord(word, stages, ids)],
    ),
  };
}

/** A hundred and more ids are no help in one line, so the tail names where they are. */
function unknownWord(word: string, stages: readonly string[], ids: readonly string[]): string {
  const guess = nearest(word, [...stages, ...ids]);
  const tail =
    guess === undefined
      ? `stages are ${stages.join(", ")}; claims are in docs/claims.md`
      : `did you mean "${guess}"?`;
  return `there is no stage or claim "${word}"; ${tail}`;
}
