/** What an exam found and what its run found besides become one verdict. */
import type { Finding } from "../../verdict/finding.ts";
import { type Verdict, verdictOf } from "../../verdict/verdict.ts";
import type { ExamAnswer } from "./exam.ts";

/**
 * What the exam asks decides, unless something graver was found in its run: a fault left in place, books that are not
 * in order, a node that died by itself, an instrument that was not well. How fast the target was is not asked here.
 * A question that could not be answered does not take back another that was answered with no.
 */
export function graded({ findings }: ExamAnswer, run: Verdict): Verdict {
  const asked = new Set(findings.map(({ check }) => check));
  const besides = run.findings.filter((finding) => isGraver(finding) && !asked.has(finding.check));
  const isRefuted = findings.some(({ status }) => status === "refuted");
  const answered = isRefuted ? findings.filter(({ status }) => status !== "inconclusive") : findings;
  return { ...verdictOf([...besides, ...answered]), findings: [...besides, ...findings] };
}

/** Whether the effect of each fault was seen is asked by the exam itself, question by question. */
const isGraver = ({ kind, check }: Finding): boolean =>
  kind === "leaked" ||
  kind === "correctness" ||
  kind === "target" ||
  (kind === "instrument" && check !== "fault-effect");
