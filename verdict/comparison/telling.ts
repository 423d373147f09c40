/** A comparison in words: one line a figure, and the sentences around them. */
import { counted, figure as digits, percent } from "../telling/figures.ts";
import type { Compared, ComparedStatus } from "./compared.ts";
import type { Comparison, ComparisonVerdict } from "./comparison.ts";
import { differenceWords } from "./fingerprint.ts";

export const statusWords: Readonly<Record<ComparedStatus, string>> = {
  regression: "REGRESSION",
  ok: "ok",
  undecided: "UNDECIDED",
  "not-held": "not held",
};

/** `REGRESSION: p99: worse by more than the margin`. */
export function comparisonHeadline({ verdict, isAdvisory }: Comparison): string {
  return `${headWord(verdict)}: ${verdict.because}${isAdvisory ? " (advisory: made on different machines)" : ""}`;
}

function headWord({ status, exitCode }: ComparisonVerdict): string {
  switch (exitCode) {
    case 12:
      return "REGRESSION";
    case 0:
      return "OK";
    case 5:
      return "INCONCLUSIVE";
    case 4:
    case 11:
    case 15:
      return status === "refuted" ? "FAILED" : "INCONCLUSIVE";
    default:
      return exitCode satisfies never;
  }
}

/** `5 runs each, in pairs; A is baseline main, B is gate`. */
export function sidesSentence({ a, b, isPaired, names }: Comparison): string {
  const runs = isPaired
    ? counted(a.length, "pair of runs", "pairs of runs")
    : `${counted(a.length, "run")} against ${counted(b.length, "run")}`;
  return `${runs}; A is ${names[0]}, B is ${names[1]}`;
}

/** Value of one side, with its unit: `41.2 ms`, `0.21 %`. */
export function sideWords({ kind }: Compared, value: number | undefined): string {
  if (value === undefined) return "-";
  return kind.unit === "ratio" ? percent(value) : `${digits(value)} ${kind.unit}`;
}

/** `x 1.15 [1.12, 1.19]`, or `+0.21 points [-0.02, 0.44]`. */
export function changeWords({ change, kind }: Compared): string {
  if (change === undefined) return "-";
  const { value, low, high } = change;
  if (kind.scale === "ratio") return `x ${value.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
  const points = (share: number) => (share * 100).toFixed(2);
  return `${value < 0 ? "" : "+"}${points(value)} points [${points(low)}, ${points(high)}]`;
}

/** `10 % more`, `5 % less`, `0.5 points more`: what is too much. */
export function marginWords({ kind, rule }: Compared): string {
  const size = kind.scale === "ratio" ? `${tidy(rule.margin * 100)} %` : `${tidy(rule.margin * 100)} points`;
  return `${size} ${kind.worse}`;
}

/** What a row says besides its numbers; empty when the numbers say it all. */
export function remarkOf(compared: Compared): string {
  const { status, because, moreRuns, isImproved } = compared;
  if (isImproved) return "better";
  if (status === "undecided" && compared.change !== undefined)
    return moreRuns === undefined
      ? "more runs like these would hardly decide"
      : `about ${counted(moreRuns, "more run")} would decide`;
  return status === "ok" || status === "regression" ? "" : because;
}

/** One sentence of everything about a figure, for annotations and test cases. */
export function figureSentence(compared: Compared): string {
  const remark = remarkOf(compared);
  return [
    `${compared.name} was ${sideWords(compared, compared.a)} and is ${sideWords(compared, compared.b)}`,
    compared.change === undefined ? "" : `${changeWords(compared)}, the margin is ${marginWords(compared)}`,
    remark,
  ]
    .filter((part) => part !== "")
    .join("; ");
}

/** Everything to weigh the figures by. */
export function comparisonNotes({ setAside, differences, figures, a, b }: Comparison): readonly string[] {
  const sure = figures.find(({ change }) => change !== undefined)?.confidence;
  return [
    ...(sure === undefined
      ? []
      : [
          `intervals hold the truth with ${tidy(sure * 100)} % each, so that all of all looks together are right 95 times of 100`,
        ]),
    ...setAside.map(({ side, runId, because }) => `set aside, of ${side}: ${runId}: ${because}`),
    ...differences.map((each) => `not the same: ${differenceWords(each)}`),
    ...seedNote(
      a.map(({ seed }) => seed),
      b.map(({ seed }) => seed),
    ),
  ];
}

function seedNote(a: readonly number[], b: readonly number[]): readonly string[] {
  const words = (seeds: readonly number[]) => [...new Set(seeds)].toSorted((x, y) => x - y).join(", ");
  return a.length === 0 || b.length === 0 || words(a) === words(b) || b.every((seed) => a.includes(seed))
    ? []
    : [`seeds are not the same: ${words(a)} in A, ${words(b)} in B`];
}

/** Without needless decimals: `10`, `0.5`, `99.58`. */
const tidy = (value: number): string => String(Number(value.toFixed(2)));
