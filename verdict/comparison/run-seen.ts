/** One run as a comparison sees it: its figures, what makes it unfit for one, and what its books said. */
import { isGood, type Outcome } from "../../metrics/outcome.ts";
import type { SettledSecond } from "../../metrics/timeline-second.ts";
import type { Evidence } from "../evidence.ts";
import type { Finding } from "../finding.ts";
import { withoutSeconds } from "../left-out.ts";
import { markedSeconds, shadowOf } from "../marks.ts";
import type { Verdict } from "../verdict.ts";
import { type FiguresSeen, figureKinds, figuresOf, type Rule, ruleName } from "./figure.ts";
import type { Fingerprint } from "./fingerprint.ts";

/** One second, by the requests that were due in it. */
export interface SecondSeen {
  readonly atS: number;
  readonly planned: number;
  readonly good: number;
  /** Absent: nothing was answered. */
  readonly p50Ms?: number;
  readonly p99Ms?: number;
}

export interface RunSeen {
  readonly runId: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly seed: number;
  readonly fingerprint: Fingerprint;
  readonly figures: FiguresSeen;
  /** Without the seconds in which our instrument was not well; absent: it was well in all. */
  readonly calm?: FiguresSeen;
  /** In order; absent of a run that was not made. */
  readonly seconds?: readonly SecondSeen[];
  /** Why it is no evidence of how fast anything is, one sentence each; empty when it is. */
  readonly doubts: readonly string[];
  /** What its books break, one sentence each. That stands, whatever the doubts. */
  readonly broken: readonly string[];
  /** Nodes of the target that died without having been asked to, or faults still in place: 4 and 15 stand, too. */
  readonly graver: readonly { readonly exitCode: 4 | 15; readonly because: string }[];
}

export function runSeen(evidence: Evidence, verdict: Verdict, fingerprint: Fingerprint): RunSeen {
  const marked = markedSeconds(evidence);
  const shadow = shadowOf(evidence, marked);
  const left = evidence.timeline.length - shadow.size;
  const doubts = [
    ...(evidence.ending.status === "complete"
      ? []
      : [`it did not end as planned: ${evidence.ending.because}`]),
    ...verdict.findings.filter(isDoubt).map(({ because }) => because),
    ...(shadow.size > left
      ? ["our instrument was not well in, or beside, more than half of its seconds"]
      : []),
  ];
  return {
    runId: evidence.runId,
    startedAt: evidence.startedAt,
    seed: evidence.seed,
    fingerprint,
    figures: figuresOf(evidence),
    ...(shadow.size > 0 && left > 0 && { calm: calmFigures(evidence, shadow) }),
    seconds: evidence.timeline.map(secondSeen),
    doubts: [...new Set(doubts)],
    broken: verdict.findings.filter(isRefuted("correctness")).map(({ because }) => because),
    graver: [
      ...verdict.findings
        .filter(isRefuted("leaked"))
        .map(({ because }) => ({ exitCode: 15, because }) as const),
      ...verdict.findings
        .filter(isRefuted("target"))
        .map(({ because }) => ({ exitCode: 4, because }) as const),
    ],
  };
}

function secondSeen({ atS, planned, outcomes, p50Ms, p99Ms }: SettledSecond): SecondSeen {
  const counts = Object.entries(outcomes) as [Outcome, number][];
  const sumOf = (fits: (outcome: Outcome) => boolean) =>
    counts.reduce((sum, [outcome, count]) => sum + (fits(outcome) ? count : 0), 0);
  return { atS, planned, good: sumOf(isGood), ...(sumOf(() => true) > 0 && { p50Ms, p99Ms }) };
}

/** What is wrong with runs of which one is there more than once, however it was named; empty when each is there once. */
export function repeatProblems(runs: readonly Pick<RunSeen, "runId">[]): readonly string[] {
  const times = new Map<string, number>();
  for (const { runId } of runs) times.set(runId, (times.get(runId) ?? 0) + 1);
  return [...times].flatMap(([runId, count]) =>
    count === 1
      ? []
      : [`${runId} is there ${count} times, and a run counts once: it does not vary from itself`],
  );
}

/** Why a run is not counted under these rules; undefined when it is. */
export function whySetAside(run: RunSeen, rules: readonly Rule[]): string | undefined {
  const [doubt] = [...run.doubts, ...run.broken.map((because) => `its books are broken: ${because}`)];
  return doubt ?? rules.map((rule) => leaningOf(run, rule)).find((because) => because !== undefined);
}

/** A figure that would be another without the seconds in which we were not well: half a margin is already too much. */
function leaningOf({ figures, calm }: RunSeen, rule: Rule): string | undefined {
  // Of single operations nothing is known second by second; what all together show stands for them.
  const [whole, rest] = [figures[rule.figure], calm?.[rule.figure]];
  if (whole === undefined || rest === undefined || rest.requests === 0) return undefined;
  const { scale, worse } = figureKinds[rule.figure];
  const apart =
    scale === "difference"
      ? Math.abs(whole.value - rest.value)
      : Math.abs(Math.log(whole.value / rest.value));
  const limit = scale === "difference" ? rule.margin : marginIn(rule.margin, worse);
  return apart <= limit / 2
    ? undefined
    : `its ${ruleName(rule)} leans on seconds in which our instrument was not well`;
}

/** A margin of a ratio as a logarithm: 10 % more is ln 1.1; a tenth less is -ln 0.9. */
export const marginIn = (margin: number, worse: "more" | "less"): number =>
  worse === "more" ? Math.log1p(margin) : -Math.log1p(-margin);

/** An unfit instrument, a dead target, books that could not be read, or a fault that nobody could see. */
const isDoubt = ({ kind, status }: Finding): boolean =>
  (kind === "instrument" && status !== "upheld") ||
  (kind === "target" && status !== "upheld") ||
  (kind === "leaked" && status !== "upheld") ||
  (kind === "correctness" && status === "inconclusive");

const isRefuted =
  (kind: Finding["kind"]) =>
  (finding: Finding): boolean =>
    finding.kind === kind && finding.status === "refuted";

function calmFigures(evidence: Evidence, shadow: ReadonlySet<number>): FiguresSeen {
  const calm = withoutSeconds(evidence, shadow);
  const seconds = evidence.timeline.length;
  const share = (seconds - shadow.size) / seconds;
  return figuresOf({ ...calm, ending: { ...calm.ending, measuredS: calm.ending.measuredS * share } });
}
