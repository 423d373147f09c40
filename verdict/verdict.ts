/** Findings become one verdict: the gravest that applies decides the status and the exit code. */
import type { Finding, FindingKind, Status } from "./finding.ts";

export interface Verdict {
  readonly status: Status;
  readonly exitCode: VerdictExitCode;
  /** All of them, in the order of the checks. */
  readonly findings: readonly Finding[];
}

/** Meanings in docs/exit-codes.md. */
export type VerdictExitCode = 0 | 4 | 5 | 10 | 11 | 12 | 13 | 15;

interface Rule {
  readonly exitCode: VerdictExitCode;
  readonly status: Status;
  applies(finding: Finding): boolean;
}

const refuted =
  (kind: FindingKind) =>
  (finding: Finding): boolean =>
    finding.kind === kind && finding.status === "refuted";

/**
 * Gravest first. A dead target comes right after the books: its death is why other findings are inconclusive, so the
 * doubt must not hide the cause. An instrument out of its limits makes doubt, not a refutation.
 */
const precedence: readonly Rule[] = [
  { exitCode: 15, status: "refuted", applies: refuted("leaked") },
  { exitCode: 11, status: "refuted", applies: refuted("correctness") },
  { exitCode: 4, status: "refuted", applies: refuted("target") },
  {
    exitCode: 5,
    status: "inconclusive",
    applies: (finding) => finding.status === "inconclusive" || refuted("instrument")(finding),
  },
  { exitCode: 13, status: "refuted", applies: refuted("recovery") },
  { exitCode: 10, status: "refuted", applies: refuted("performance") },
  { exitCode: 12, status: "refuted", applies: refuted("regression") },
];

/** Statements about how the target does its work; a healthy instrument and a living target alone prove nothing. */
const substantial: ReadonlySet<FindingKind> = new Set([
  "performance",
  "correctness",
  "recovery",
  "regression",
]);

/** The verdict over `findings`. Nothing checked is not a pass: it is inconclusive, exit code 5. */
export function verdictOf(findings: readonly Finding[]): Verdict {
  const rule = ruleOf(findings);
  if (rule !== undefined) return { status: rule.status, exitCode: rule.exitCode, findings };
  return findings.some((finding) => substantial.has(finding.kind))
    ? { status: "upheld", exitCode: 0, findings }
    : { status: "inconclusive", exitCode: 5, findings };
}

/** The status that decides among `findings`. */
export function gravest(findings: readonly Finding[]): Status {
  return verdictOf(findings).status;
}

/** The findings the verdict rests on: all of the deciding kind when it is not upheld, none when nothing decided. */
export function decidingFindings({ findings }: Verdict): readonly Finding[] {
  const rule = ruleOf(findings);
  return rule === undefined ? [] : findings.filter(rule.applies);
}

function ruleOf(findings: readonly Finding[]): Rule | undefined {
  return precedence.find((rule) => findings.some(rule.applies));
}
