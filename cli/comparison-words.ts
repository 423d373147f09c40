/** Words that say how runs are compared: margins, what may differ, reports. All problems are collected, none is thrown. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Failure, unknownName } from "../base/failure.ts";
import { type Comparison, notCompared } from "../verdict/comparison/comparison.ts";
import {
  type FigureName,
  figureKinds,
  figureNames,
  type Rule,
  ruleName,
  usualRules,
} from "../verdict/comparison/figure.ts";
import {
  type AcceptablePart,
  acceptableParts,
  type Difference,
  differenceWords,
  refusals,
} from "../verdict/comparison/fingerprint.ts";
import {
  type ComparisonFormat,
  comparisonReports,
  formatProblem,
} from "../verdict/comparison/reports/catalog.ts";
import { endingCode } from "./leaked-first.ts";

export interface ComparisonWords {
  /** `p99=10%`, `order.p50=5%`, `goodput=off`; several in one word with commas. */
  readonly margin?: readonly string[];
  readonly across?: readonly string[];
  readonly strict?: boolean;
  readonly advisory?: boolean;
  readonly json?: boolean;
  readonly report?: readonly string[];
}

export interface ComparisonWishes {
  readonly rules: readonly Rule[];
  readonly accepted: ReadonlySet<AcceptablePart>;
  readonly isStrict: boolean;
  readonly isAdvisory: boolean;
  readonly isJson: boolean;
  readonly files: readonly { readonly format: ComparisonFormat; readonly path: string }[];
}

export function readComparisonWords(words: ComparisonWords, problems: string[]): ComparisonWishes {
  return {
    rules: readMargins(words.margin ?? [], problems),
    accepted: readAccepted(words.across ?? [], problems),
    isStrict: words.strict === true,
    isAdvisory: words.advisory === true,
    isJson: words.json === true,
    files: readFiles(words.report ?? [], problems),
  };
}

/** The usual rules, with those that are named changed, added or left out. */
export function readMargins(words: readonly string[], problems: string[]): readonly Rule[] {
  const rules = new Map(usualRules.map((rule) => [ruleName(rule), rule]));
  for (const word of words.flatMap((each) => each.split(",")).map((each) => each.trim())) {
    const [name = "", size = "", ...more] = word.split("=");
    const dot = name.lastIndexOf(".");
    const figure = name.slice(dot + 1);
    const share = /^(\d+(?:\.\d+)?)%$/.exec(size)?.[1];
    if (!figureNames.some((each) => each === figure))
      problems.push(unknownName("figure", figure, figureNames));
    else if (more.length > 0 || (share === undefined && size !== "off"))
      problems.push(
        `--margin "${word}" is not a margin; write for example p99=10%, order.p50=5% or goodput=off`,
      );
    else if (share === undefined) rules.delete(name);
    else if (
      !(Number(share) > 0) ||
      Number(share) >= 1_000 ||
      (isLess(figure as FigureName) && Number(share) >= 100)
    )
      problems.push(
        `--margin "${word}": a margin is above 0 and below ${isLess(figure as FigureName) ? "100" : "1000"} %`,
      );
    else
      rules.set(name, {
        figure: figure as FigureName,
        ...(dot > 0 && { operation: name.slice(0, dot) }),
        margin: Number(share) / 100,
        isAsked: true,
      });
  }
  if (rules.size === 0) problems.push("every figure is off, so there is nothing to compare");
  return [...rules.values()];
}

const isLess = (figure: FigureName): boolean => figureKinds[figure].worse === "less";

function readAccepted(words: readonly string[], problems: string[]): ReadonlySet<AcceptablePart> {
  const accepted = new Set<AcceptablePart>();
  for (const word of words.flatMap((each) => each.split(","))) {
    const part = acceptableParts.find((each) => each === word.trim());
    if (part === undefined) problems.push(`--across: ${unknownName("part", word, acceptableParts)}`);
    else accepted.add(part);
  }
  return accepted;
}

function readFiles(words: readonly string[], problems: string[]): ComparisonWishes["files"] {
  return words.flatMap((word) => {
    const at = word.indexOf("=");
    const format = at < 0 ? word : word.slice(0, at);
    const problem = formatProblem(format);
    if (problem !== undefined) problems.push(problem);
    else if (at < 0 || at === word.length - 1)
      problems.push(`--report ${word} has no path; write for example --report ${format}=gate.${format}`);
    else return [{ format: format as ComparisonFormat, path: resolve(word.slice(at + 1)) }];
    return [];
  });
}

/** A rule about an operation nobody knows would never be broken. */
export function ruleProblems(rules: readonly Rule[], known: readonly string[]): readonly string[] {
  return rules
    .map(ruleName)
    .filter((name) => !known.includes(name))
    .map((name) => `--margin: ${unknownName("figure", name, known)}`);
}

/**
 * What differs and was not accepted. Words can be corrected, so a plan or a target that differs is a question wrongly put.
 * @throws {Failure} `usage` when plan or target differ
 * @returns sentences about where and by which version the runs were made, which no words of this command change
 */
export function refused(
  found: readonly Difference[],
  accepted: ReadonlySet<AcceptablePart>,
): readonly string[] {
  const all = refusals(found, accepted);
  const asked = all.filter(({ part }) => part === "plan" || part === "target");
  if (asked.length > 0) {
    throw new Failure("usage", "these runs cannot be compared: they are not runs of the same", {
      problems: asked.map(differenceWords),
      hint: asked.every(({ part }) => part === "target")
        ? "if these targets are what you want to compare, say --across target"
        : "only runs with the same load can be compared; bench plan shows what a run would do",
    });
  }
  return all.map(differenceWords);
}

/**
 * Tells of runs that are not held together what a comparison would tell, in every form that was asked for, and to whoever
 * looks on what would help. Always 5, also with --advisory: nothing was carried out.
 */
export function deliverRefusal(
  sentences: readonly string[],
  sides: Parameters<typeof notCompared>[0],
  wishes: ComparisonWishes,
): number {
  tell(notCompared(sides, sentences), wishes);
  tellRefusal(sentences);
  return 5;
}

/** Says why nothing can be decided, and what would help. */
export function tellRefusal(sentences: readonly string[]): void {
  process.stderr.write(
    [
      "bench: inconclusive: these runs were not made under the same circumstances",
      ...sentences.map((sentence) => `  - ${sentence}`),
      "  make new runs here, or say --across host or --across versions; across hosts it is advisory",
      "",
    ].join("\n"),
  );
}

/** Reports out, annotations where GitHub reads them, and the exit code. */
export function deliverComparison(comparison: Comparison, wishes: ComparisonWishes): number {
  tell(comparison, wishes);
  return endingCode(exitCodeOf(comparison), wishes);
}

function tell(comparison: Comparison, wishes: ComparisonWishes): void {
  for (const { format, path } of wishes.files) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, comparisonReports[format](comparison));
  }
  process.stdout.write(comparisonReports[wishes.isJson ? "json" : "text"](comparison));
  if (process.env["GITHUB_ACTIONS"] === "true")
    process.stderr.write(comparisonReports.annotations(comparison));
}

/** Across hosts no figure decides anything; what books and nodes said stands. */
function exitCodeOf({ verdict: { exitCode }, isAdvisory }: Comparison): number {
  return isAdvisory && (exitCode === 12 || exitCode === 5) ? 0 : exitCode;
}
