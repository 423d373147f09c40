/** The verdict in words a visitor understands: what was tried, and what came of it. */

import { salesOf } from "../books.ts";
import { badOf } from "../checks/errors.ts";
import type { Evidence } from "../evidence.ts";
import { decidingFindings, type Verdict } from "../verdict.ts";
import { count, counted, ms, percent, perS, seconds } from "./figures.ts";

export const statusWord = { upheld: "UPHELD", refuted: "REFUTED", inconclusive: "INCONCLUSIVE" } as const;

/** One sentence, without the status word. */
export function headline(evidence: Evidence, verdict: Verdict): string {
  if (verdict.status === "upheld")
    return `${evidence.target} carried ${traffic(evidence)}: ${achieved(evidence)}`;
  const [first, ...others] = decidingFindings(verdict);
  if (first === undefined) return "nothing was claimed and nothing could be checked";
  // What a sick instrument casts doubt on follows from it, and is no news.
  if (first.kind === "instrument" || others.length === 0) return first.because;
  return `${first.because}; ${others.length === 1 ? "one more finding" : `${count(others.length)} more findings`} below`;
}

/** `the flash-sale traffic at 400 /s for 30 s`. */
export function traffic({ scenario, plan }: Evidence): string {
  if (plan.openOrClosed === "closed")
    return `the ${scenario} traffic of a fixed number of shoppers for ${seconds(plan.durationS)}`;
  return `the ${scenario} traffic at ${perS(plan.ratePerS)} for ${seconds(plan.durationS)}`;
}

function achieved(evidence: Evidence): string {
  const { overall, plan, correctness } = evidence;
  const bad = badOf(overall);
  const parts = [
    `p99 ${ms(overall.responseMs.p99)}${plan.claim === undefined ? "" : ` of ${ms(plan.claim.p99Ms)} claimed`}`,
    bad === 0
      ? `no bad answer in ${count(overall.count)}`
      : `${percent(bad / overall.count)} bad answers in ${count(overall.count)}`,
  ];
  const sales = correctness === undefined ? [] : salesOf(correctness);
  if (sales.length > 0) {
    const sold = sales.reduce((sum, sale) => sum + sale.sold, 0);
    const initial = sales.reduce((sum, sale) => sum + sale.initial, 0);
    parts.push(`${count(sold)} of ${counted(initial, "unit")} sold and accounted for`);
  } else if (correctness !== undefined) {
    parts.push("the books agree");
  }
  return parts.join(", ");
}
