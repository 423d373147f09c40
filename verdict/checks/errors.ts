/** The share of bad answers stays within the claim. Sold out and refused are good answers. */
import { isGood, type Outcome } from "../../metrics/outcome.ts";
import type { Check } from "../check.ts";
import type { OperationSeen } from "../evidence.ts";
import type { Finding } from "../finding.ts";
import { count, percent } from "../telling/figures.ts";

const limits = {
  clearlyBad: {
    value: 6,
    unit: "requests",
    source: "Poisson: with a mean of at most 1, six or more happen in fewer than 6 of 10,000 runs",
  },
  halfBad: {
    value: 0.5,
    unit: "ratio",
    source: "judgement: without a claim, mostly bad answers still make every other figure doubtful",
  },
} as const;

export const errors: Check = {
  name: "errors",
  title: "the share of bad answers is within the claim",
  kind: "performance",
  limits,
  judge(evidence) {
    const { overall, plan } = evidence;
    const bad = badOf(overall);
    const ratio = overall.count === 0 ? 0 : bad / overall.count;
    const allowed = plan.claim?.errorRatio;
    const finding = (status: Finding["status"], because: string): readonly Finding[] => [
      {
        check: "errors",
        kind: "performance",
        subject: "all operations",
        status,
        because,
        observed: ratio,
        ...(allowed === undefined ? {} : { limit: allowed }),
        unit: "ratio",
      },
    ];
    const seen = `${count(bad)} of ${count(overall.count)} answers were bad (${percent(ratio)}${worst(overall)})`;

    if (allowed === undefined) {
      return overall.count > 0 && ratio > limits.halfBad.value
        ? finding("inconclusive", `${seen}, and no limit was claimed`)
        : [];
    }
    if (overall.count === 0) return finding("inconclusive", "not one request was answered or failed");
    const needed = allowed > 0 ? Math.ceil(1 / allowed) : 1;
    const isEnough = overall.count >= needed;
    if (ratio > allowed && (isEnough || bad >= limits.clearlyBad.value)) {
      return finding("refuted", `${seen}; the claim allows ${percent(allowed)}`);
    }
    if (!isEnough) {
      return finding(
        "inconclusive",
        `too few requests: ${count(overall.count)}, and ${percent(allowed)} takes ${count(needed)} to see`,
      );
    }
    return finding("upheld", `${seen}; the claim allows ${percent(allowed)}`);
  },
};

/** Requests whose outcome no shopper could be content with. */
export function badOf(seen: OperationSeen): number {
  return entriesOf(seen).reduce((sum, [outcome, times]) => sum + (isGood(outcome) ? 0 : times), 0);
}

/** `, mostly timeout`. */
function worst(seen: OperationSeen): string {
  const most = entriesOf(seen)
    .filter(([outcome, times]) => !isGood(outcome) && times > 0)
    .toSorted((a, b) => b[1] - a[1])[0];
  return most === undefined ? "" : `, mostly ${most[0]}`;
}

const entriesOf = (seen: OperationSeen): readonly [Outcome, number][] =>
  Object.entries(seen.outcomes) as [Outcome, number][];
