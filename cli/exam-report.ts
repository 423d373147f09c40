/** Exams for people, at most 100 columns: the verdict, what was asked and answered, and what to know about it. */

import { exams } from "../controller/exam/catalog.ts";
import type { Exam, ExamAnswer } from "../controller/exam/exam.ts";
import { principles } from "../controller/exam/principles.ts";
import type { Status } from "../verdict/finding.ts";
import { statusWord } from "../verdict/telling/headline.ts";
import { table, wrapped } from "../verdict/telling/table.ts";
import { decidingFindings, type Verdict } from "../verdict/verdict.ts";

const width = 100;

/** What became of one sitting. */
export interface Sat {
  readonly exam: string;
  /** With what is not as usual about it. */
  readonly target: string;
  readonly answer: ExamAnswer;
  readonly verdict: Verdict;
  readonly folder: string;
}

/** All twelve principles, and what can be seen of each. */
export function principleLines(): readonly string[] {
  const isExam = (name: string) => exams.some((exam) => exam.name === name);
  const rows = table(
    [
      ["principle", "exam", "can be seen"],
      ...principles.map(({ name, canBeSeen }) => [name, isExam(name) ? "yes" : "no", canBeSeen]),
    ],
    3,
  );
  return [
    ...rows.flatMap((row, index) => {
      const principle = principles[index - 1];
      if (principle === undefined) return [row.trimEnd()];
      const { name, title, because } = principle;
      const exam = exams.find((each) => each.name === name);
      return [row.trimEnd(), ...wrapped("    ", `${title}: ${exam?.does ?? because}`, width)];
    }),
    "",
    ...wrapped(
      "",
      "bench exam <name> --target <stage> sits one; --control has its control sit it too, which must fail",
      width,
    ),
  ];
}

export function examLines({ exam, target, answer, verdict, folder }: Sat): readonly string[] {
  const [deciding] = decidingFindings(verdict);
  const because =
    deciding?.because ??
    (verdict.status === "upheld" ? "every question was answered with yes" : "nothing was asked");
  return [
    ...wrapped(`${statusWord[verdict.status]}  `, `${exam} of ${target}: ${because}`, width),
    "",
    ...rowLines(answer),
    "",
    ...verdict.findings
      .filter(({ status, kind }) => status !== "upheld" && kind !== "recovery")
      .flatMap(({ status, check, because: why }) => wrapped(`  ${status.padEnd(14)}${check}  `, why, width)),
    ...answer.notes.flatMap((note) => wrapped("  - ", note, width)),
    ...wrapped("  - ", `everything that was seen: ${folder}`, width),
  ];
}

function rowLines({ rows }: ExamAnswer): readonly string[] {
  const lines = table(
    [["asked", "fault", "answer"], ...rows.map(({ subject, fault, answer }) => [subject, fault, answer])],
    3,
  );
  return lines.flatMap((line, index) => {
    const row = rows[index - 1];
    return row === undefined ? [line.trimEnd()] : [line.trimEnd(), ...wrapped("    ", row.because, width)];
  });
}

/** Whether the control failed, as it must. */
export function controlLine({ control }: Exam, status: Status): string {
  const who = `the control, ${[control.target, ...control.variants].join(" ")},`;
  switch (status) {
    case "refuted":
      return `${who} failed as it must: ${control.because}`;
    case "upheld":
      return `${who} did not fail although ${control.because}: the exam proves nothing`;
    case "inconclusive":
      return `of ${who} it could not be told whether it fails, as it must: the exam proves nothing`;
    default:
      return status satisfies never;
  }
}

/** What became of an exam, and of its control where that sat it too. */
export interface Examined {
  readonly exam: Exam;
  readonly sat: Sat;
  readonly control?: Sat;
}

/** Of an exam whose control did not fail: it proves nothing, whatever the target answered. */
const worthlessExitCode = 5;
/** A fault that is still in place, books that are not in order and a dead node are no answers of an exam: they stand. */
const beforeDoubt: ReadonlySet<number> = new Set([15, 11, 4]);

/** A fault that the control's run left in place is told as well, for somebody has to take it back. */
export function examinedCode({ sat, control }: Examined): number {
  if (control === undefined) return sat.verdict.exitCode;
  if (control.verdict.exitCode === 15) return 15;
  const stands = control.verdict.status === "refuted" || beforeDoubt.has(sat.verdict.exitCode);
  return stands ? sat.verdict.exitCode : worthlessExitCode;
}

export function examinedLines({ exam, sat, control }: Examined): readonly string[] {
  if (control === undefined) return examLines(sat);
  const line = controlLine(exam, control.verdict.status);
  return [...examLines(sat), "", ...wrapped("", line, width), "", ...examLines(control)];
}

export function examinedJson({ sat, control }: Examined): object {
  return { ...examJson(sat), ...(control !== undefined && { control: examJson(control) }) };
}

export function examJson({ exam, target, answer, verdict, folder }: Sat) {
  return {
    exam,
    target,
    verdict: { status: verdict.status, exitCode: verdict.exitCode },
    rows: answer.rows,
    findings: verdict.findings.map(({ kind: _, ...finding }) => finding),
    notes: answer.notes,
    folder,
  };
}
