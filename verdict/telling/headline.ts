/** The verdict in words a visitor understands: what was tried, and what came of it. */

import { salesOf } from "../books.ts";
import { badOf } from "../checks/errors.ts";
import type { Evidence } from "../evidence.ts";
import { decidingFindings, type Verdict } from "../verdict.ts";
import { count, counted, figure, ms, percent, seconds } from "./figures.ts";

export const statusWord = { upheld: "UPHELD", refuted: "REFUTED", inconclusive: "INCONCLUSIVE" } as const;

/** One sentence that says it all when nothing else is read, without the status word. */
export function headline(evidence: Evidence, verdict: Verdict): string {
  const { scenario, correctness } = evidence;
  if (verdict.status === "upheld") {
    const books = correctness === undefined ? "" : ", and its books agree";
    return `${targetWords(evidence)} carried ${scenario} ${load(evidence)}${through(evidence)}${books}`;
  }
  return decidingFindings(verdict)[0]?.because ?? "nothing was claimed and nothing could be checked";
}

/** ` through 2 faults`: of those that bit. */
function through({ faults = [] }: Evidence): string {
  const bit = faults.filter(({ status }) => status === "effective").length;
  return bit === 0 ? "" : ` through ${counted(bit, "fault")}`;
}

/** `stage-08`, or `stage-08 with shops=3 lb=ip-hash`. */
export function targetWords({ target, plan: { unusual = [] } }: Evidence): string {
  return unusual.length === 0 ? target : `${target} with ${unusual.join(" ")}`;
}

/** The sentence after it: what was tried, as far as the headline has not said so, and the figures. */
export function summary(evidence: Evidence, verdict: Verdict): string {
  const { scenario, plan } = evidence;
  const strategy = plan.strategy === undefined ? "" : ` (strategy ${plan.strategy})`;
  const tried =
    verdict.status === "upheld"
      ? ""
      : `${scenario} on ${targetWords(evidence)}${strategy}, ${load(evidence)}: `;
  return `${tried}${achieved(evidence)}${more(verdict)}`;
}

/**
 * `for 30 s, peaking at 500 arrivals/s`, or `at 250 arrivals/s` when the rate is the same all the time. An arrival may
 * make several requests, so it is never called a request.
 */
function load({ plan: { openOrClosed, ratePerS, meanPerS, durationS } }: Evidence): string {
  const span = `for ${seconds(durationS)}`;
  if (openOrClosed === "closed") return `${span} with a fixed number of shoppers`;
  const hasPeak = meanPerS !== undefined && meanPerS < ratePerS * steadyRatio;
  return `${span}${hasPeak ? ", peaking" : ""} at ${figure(ratePerS)} arrivals/s`;
}

/** A load whose mean is this near to its peak is as good as steady. */
const steadyRatio = 0.99;

function achieved(evidence: Evidence): string {
  const { overall, plan, correctness } = evidence;
  if (overall.count === 0) return "not one request was answered or failed";
  const bad = badOf(overall);
  const without = (evidence.faults ?? []).length === 0 ? "" : " without faults";
  const claimed = plan.claim?.p99Ms === undefined ? "" : ` (claim ${ms(plan.claim.p99Ms)}${without})`;
  const parts = [
    `${counted(overall.count, "request")} (mean ${figure(evidence.load.completedPerS)}/s)`,
    `p99 ${ms(overall.responseMs.p99)}${claimed}`,
    bad === 0 ? "no bad answer" : `${percent(bad / overall.count)} bad answers`,
  ];
  const sales = correctness === undefined ? [] : salesOf(correctness);
  if (sales.length > 0) {
    const sold = sales.reduce((sum, sale) => sum + sale.sold, 0);
    const initial = sales.reduce((sum, sale) => sum + sale.initial, 0);
    parts.push(`${count(sold)} of ${counted(initial, "unit")} sold`);
  }
  return parts.join(", ");
}

function more(verdict: Verdict): string {
  const [first, ...others] = decidingFindings(verdict);
  // What a sick instrument casts doubt on follows from it, and is no news.
  if (verdict.status === "upheld" || first?.kind === "instrument" || others.length === 0) return "";
  return `; ${others.length === 1 ? "one more finding" : `${count(others.length)} more findings`} below`;
}
