/** Evidence in, verdict out. Nothing else is consulted, so judging can be repeated elsewhere and later. */
import { checks } from "./catalog.ts";
import type { Check } from "./check.ts";
import type { Evidence } from "./evidence.ts";
import { type Finding, measuredKinds } from "./finding.ts";
import { leaned } from "./leaning.ts";
import type { LedgerTally } from "./tally.ts";
import { undisturbed } from "./undisturbed.ts";
import { type Verdict, verdictOf } from "./verdict.ts";

/**
 * Every check, the instrument first; then what a sick instrument could have made is taken back: all of it when it was
 * sick as a whole, what leans on single seconds when it was sick in those. Claims are about a target that nobody
 * disturbs: they are held against the seconds that no fault touched.
 */
export function judge(evidence: Evidence, tally: LedgerTally | undefined): Verdict {
  const calm = undisturbed(evidence);
  const [claims, others] = [true, false].map((isClaim) =>
    checks.filter(({ kind }) => (kind === "performance") === isClaim),
  ) as [Check[], Check[]];
  const ofOthers = (seen: Evidence) => others.flatMap((check) => check.judge(seen, tally)).map(numbered);
  const ofClaims = (seen: Evidence) =>
    claims.flatMap((check) => check.judge(seen, tally)).map((finding) => numbered(calm.worded(finding)));
  const whole = ofOthers(evidence);
  const findings = tempered([...whole, ...ofClaims(calm.evidence)]);
  return verdictOf([
    ...leaned(findings.slice(0, whole.length), evidence, ofOthers),
    ...leaned(findings.slice(whole.length), calm.evidence, ofClaims),
  ]);
}

/** A comparison with what is not a number is never true, so it must not pass for a limit that was kept. */
function numbered(finding: Finding): Finding {
  return finding.observed === undefined || Number.isFinite(finding.observed)
    ? finding
    : { ...finding, status: "inconclusive", because: `its figure is not a number: ${finding.because}` };
}

/**
 * Rates and latencies become inconclusive, either way, when the instrument was the limit or an agent was lost: an
 * upheld tail under less load than planned says as little as a refuted one. Correctness stands.
 */
function tempered(findings: readonly Finding[]): readonly Finding[] {
  const doubts = findings.filter((finding) => finding.kind === "instrument" && finding.status === "refuted");
  const lost = findings.filter(
    (finding) => finding.check === "agents-present" && finding.status === "inconclusive",
  );
  const doubt = [...doubts, ...lost][0];
  if (doubt === undefined) return findings;
  return findings.map((finding) =>
    measuredKinds.has(finding.kind) && finding.status !== "inconclusive"
      ? { ...finding, status: "inconclusive" as const, because: `${finding.because}, but ${doubt.because}` }
      : finding,
  );
}
