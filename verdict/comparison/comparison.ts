/** Runs A against runs B under a set of rules: every figure held together, and what all of it means. Pure. */
import { confidenceOf, type Look } from "../statistics/looks.ts";
import { type Compared, type ComparedStatus, compared } from "./compared.ts";
import type { Rule } from "./figure.ts";
import type { Difference } from "./fingerprint.ts";
import { type RunSeen, whySetAside } from "./run-seen.ts";

export interface Comparison {
  /** What the two sides are called: `baseline main`, `gate-1`. */
  readonly names: readonly [string, string];
  /** Runs that count. */
  readonly a: readonly RunSeen[];
  readonly b: readonly RunSeen[];
  readonly isPaired: boolean;
  readonly figures: readonly Compared[];
  readonly setAside: readonly SetAside[];
  /** What was accepted, or is what one compares for. */
  readonly differences: readonly Difference[];
  readonly verdict: ComparisonVerdict;
  /** Whether it decides nothing, because the sides were made on different machines. */
  readonly isAdvisory: boolean;
}

export interface SetAside {
  readonly side: "A" | "B";
  readonly runId: string;
  readonly because: string;
}

export interface ComparisonVerdict {
  readonly status: "upheld" | "refuted" | "inconclusive";
  /** See docs/exit-codes.md: here 12 comes before 5, because what is doubtful about a run was sorted out before. */
  readonly exitCode: 0 | 4 | 5 | 11 | 12 | 15;
  /** One sentence. */
  readonly because: string;
}

export interface Compare {
  readonly names: readonly [string, string];
  readonly a: readonly RunSeen[];
  readonly b: readonly RunSeen[];
  /** Whether a[n] and b[n] belong together; a pair of which one is set aside is set aside as a whole. */
  readonly isPaired: boolean;
  readonly rules: readonly Rule[];
  readonly look: Look;
  readonly differences: readonly Difference[];
  /** Whether a figure that could not be held against its margin makes the whole inconclusive. */
  readonly isStrict: boolean;
}

export function comparisonOf(asked: Compare): Comparison {
  const { names, rules, look, differences, isStrict } = asked;
  const { sides, setAside } = sorted(asked);
  const figures = rules.map((rule) => compared(rule, sides, confidenceOf(look, rules.length)));
  return {
    names,
    ...sides,
    figures,
    setAside,
    differences,
    verdict: verdictOn({ figures, b: asked.b, isStrict, ...(sides.b.length === 0 && { setAside }) }),
    isAdvisory: differences.some(({ part }) => part === "host"),
  };
}

/**
 * Of runs that are not held together, because they were not made under the same circumstances.
 * @param refused of `differences`, those that nobody accepted
 */
export function notCompared(
  { names, a, b, differences }: Pick<Compare, "names" | "a" | "b" | "differences">,
  [first = "", ...others]: readonly string[],
): Comparison {
  const more = others.length === 0 ? "" : `, and ${others.length} more`;
  return {
    ...{ names, a, b, isPaired: false, figures: [], setAside: [], differences },
    verdict: {
      status: "inconclusive",
      exitCode: 5,
      because: `these runs were not made under the same circumstances: ${first}${more}`,
    },
    isAdvisory: false,
  };
}

/** How many runs of a side (or pairs) count under these rules. */
export function usable(asked: Pick<Compare, "a" | "b" | "isPaired" | "rules">): number {
  const { sides } = sorted(asked);
  return asked.isPaired ? sides.a.length : sides.b.length;
}

function sorted({ a, b, isPaired, rules }: Pick<Compare, "a" | "b" | "isPaired" | "rules">) {
  const why = (run: RunSeen | undefined) => run && whySetAside(run, rules);
  const doubted = (side: "A" | "B", runs: readonly RunSeen[]): readonly SetAside[] =>
    runs.flatMap((run) => {
      const because = why(run);
      return because === undefined ? [] : [{ side, runId: run.runId, because }];
    });
  const counts = (run: RunSeen, at: number, others: readonly RunSeen[]) =>
    why(run) === undefined && (!isPaired || (at < others.length && why(others[at]) === undefined));
  return {
    sides: {
      a: a.filter((run, at) => counts(run, at, b)),
      b: b.filter((run, at) => counts(run, at, a)),
      isPaired,
    },
    setAside: [...doubted("A", a), ...doubted("B", b)],
  };
}

/**
 * The gravest first: a fault still in place, broken books, a dead target; then a regression that was shown, which stands
 * although another figure is undecided; then what is undecided.
 */
function verdictOn({
  figures,
  b,
  isStrict,
  setAside = [],
}: {
  readonly figures: readonly Compared[];
  readonly b: readonly RunSeen[];
  readonly isStrict: boolean;
  /** Given when no run of B counts. */
  readonly setAside?: readonly SetAside[];
}): ComparisonVerdict {
  const refuted = (exitCode: 4 | 11 | 12 | 15, because: string) =>
    ({ status: "refuted", exitCode, because }) as const;
  const inconclusive = (because: string) => ({ status: "inconclusive", exitCode: 5, because }) as const;
  const grave = (code: 4 | 15) =>
    b.flatMap(({ runId, graver }) =>
      graver
        .filter(({ exitCode }) => exitCode === code)
        .map(({ because }) => refuted(code, `${because} (run ${runId})`)),
    )[0];
  const broken = b.flatMap(({ runId, broken: [first] }) =>
    first === undefined ? [] : [`${first} (run ${runId})`],
  )[0];
  const names = (status: ComparedStatus) =>
    figures.filter((figure) => figure.status === status).map(({ name }) => name);
  const told = grave(15) ?? (broken === undefined ? grave(4) : refuted(11, broken));
  if (told !== undefined) return told;
  if (names("regression").length > 0)
    return refuted(12, `${names("regression").join(", ")}: worse by more than the margin`);
  if (setAside.length > 0) {
    const [first] = [...setAside].sort((x, y) => y.side.localeCompare(x.side));
    return inconclusive(
      `nothing is left to compare; the first that was set aside, of ${first?.side}: ${first?.because}`,
    );
  }
  if (names("undecided").length > 0)
    return inconclusive(`${names("undecided").join(", ")}: not decided by these runs`);
  if (isStrict && names("not-held").length > 0)
    return inconclusive(
      `${names("not-held").join(", ")}: could not be held against the margin, and --strict wants all`,
    );
  if (names("ok").length === 0) return inconclusive("no figure could be held against its margin");
  return {
    status: "upheld",
    exitCode: 0,
    because: `${names("ok").join(", ")}: not worse by more than the margin`,
  };
}
