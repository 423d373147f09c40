/** Every form a comparison is told in. */
import { unknownName } from "../../../base/failure.ts";
import type { Comparison } from "../comparison.ts";
import { comparisonAnnotations } from "./annotations.ts";
import { comparisonHtml } from "./html.ts";
import { comparisonJson } from "./json.ts";
import { comparisonJunit } from "./junit.ts";
import { comparisonMarkdown } from "./markdown.ts";
import { comparisonText } from "./text.ts";

export const comparisonReports = {
  text: comparisonText,
  json: comparisonJson,
  markdown: comparisonMarkdown,
  junit: comparisonJunit,
  annotations: comparisonAnnotations,
  html: comparisonHtml,
} as const satisfies Readonly<Record<string, (comparison: Comparison) => string>>;

export type ComparisonFormat = keyof typeof comparisonReports;

export const comparisonFormats = Object.keys(comparisonReports) as readonly ComparisonFormat[];

/** What is wrong with a word for a format; undefined when there is such a one. */
export function formatProblem(word: string): string | undefined {
  return comparisonFormats.some((each) => each === word)
    ? undefined
    : unknownName("report format", word, comparisonFormats);
}
