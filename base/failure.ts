/** A failure is the world being otherwise than asked; a bug is a plain `Error`. */

/** Which part of the world; each kind has one exit code, in `cli/exit-code.ts`. */
export type FailureKind = "usage" | "environment" | "target" | "agents" | "leaked" | "interrupted";

export interface FailureDetail {
  /** What a person can do about it. */
  readonly hint?: string;
  readonly cause?: unknown;
  /** All problems found together, one sentence each, when there is more than one. */
  readonly problems?: readonly string[];
}

export class Failure extends Error {
  readonly kind: FailureKind;
  readonly hint: string | undefined;
  readonly problems: readonly string[];

  constructor(kind: FailureKind, sentence: string, detail: FailureDetail = {}) {
    super(sentence, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = "Failure";
    this.kind = kind;
    this.hint = detail.hint;
    this.problems = detail.problems ?? [];
  }
}

/** The sentence of any thrown thing, for adding to another sentence. */
export function sentenceOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  // Its message says nothing; what is the matter stands in its cause.
  if (thrown.message === "fetch failed" && thrown.cause instanceof Error) {
    const { message, code } = thrown.cause as NodeJS.ErrnoException;
    return `not reached: ${message || code || "nobody knows why"}`;
  }
  return thrown.message;
}

/** A failure in one sentence, all its problems included. */
export const wholeSentenceOf = ({ message, problems }: Failure): string =>
  problems.length === 0 ? message : `${message}: ${problems.join("; ")}`;

/** The word of `known` nearest to `word` by edit distance, when it is near enough to be a slip of the finger. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** `unknown scenario "flsh-sale"; did you mean "flash-sale"?` */
export function unknownName(what: string, word: string, known: readonly string[]): string {
  const guess = nearest(word, known);
  const tail = guess === undefined ? `known: ${known.join(", ") || "none"}` : `did you mean "${guess}"?`;
  return `unknown ${what} "${word}"; ${tail}`;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const swap = a[row - 1] === b[column - 1] ? 0 : 1;
      current[column] = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + swap,
      );
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
