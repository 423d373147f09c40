/** What two runs must have in common to be compared, in words, so that what differs can be told. */

export interface Fingerprint {
  /** What was offered. */
  readonly plan: Words;
  /** What it was offered to: declaration, variants, how it is brought up. */
  readonly target: Words;
  /** What ran there: the code under test. A difference is what one compares for. */
  readonly program: Words;
  readonly host: Words;
  /** Of the instrument. */
  readonly versions: Words;
}

export type FingerprintPart = keyof Fingerprint;
type Words = Readonly<Record<string, string>>;

/** Parts that may differ only when somebody says that it is meant; `program` may always. */
export const acceptableParts = ["target", "host", "versions"] as const;
export type AcceptablePart = (typeof acceptableParts)[number];

export interface Difference {
  readonly part: FingerprintPart;
  readonly what: string;
  readonly a: string;
  readonly b: string;
  /** What was held together; absent: side A and side B. */
  readonly between?: readonly [string, string];
}

/** Of a run that was made before it was noted. */
export const unknownWord = "unknown";

/** In the order of the parts. */
export function differences(a: Fingerprint, b: Fingerprint): readonly Difference[] {
  const parts: readonly FingerprintPart[] = ["plan", "target", "program", "host", "versions"];
  return parts.flatMap((part) =>
    [...new Set([...Object.keys(a[part]), ...Object.keys(b[part])])].flatMap((what) => {
      const [wordA, wordB] = [a[part][what] ?? "none", b[part][what] ?? "none"];
      return wordA === wordB ? [] : [{ part, what, a: wordA, b: wordB }];
    }),
  );
}

/** `host: cores: 2 in A, 8 in B`. */
export function differenceWords({ part, what, a, b, between = ["A", "B"] }: Difference): string {
  const [first, second] = between;
  return `${part}: ${what}: ${a} in ${first}, ${b} in ${second}`;
}

/** Those that forbid a comparison, unless the parts they are in were accepted. */
export function refusals(
  found: readonly Difference[],
  accepted: ReadonlySet<AcceptablePart>,
): readonly Difference[] {
  return found.filter(({ part }) => part !== "program" && !(part !== "plan" && accepted.has(part)));
}

/** Every difference among runs that should be the same, by their ids; one that several have is told of the first. */
export function differencesAmong(
  runs: readonly { readonly runId: string; readonly fingerprint: Fingerprint }[],
): readonly Difference[] {
  const [first, ...others] = runs;
  if (first === undefined) return [];
  const found = new Map<string, Difference>();
  for (const { runId, fingerprint } of others)
    for (const each of differences(first.fingerprint, fingerprint)) {
      const key = differenceWords(each);
      if (!found.has(key)) found.set(key, { ...each, between: [first.runId, runId] });
    }
  return [...found.values()];
}
