/** Response time at the 99th percentile, counted from the planned instant, is within the claim. */
import type { Check } from "../check.ts";
import type { Finding } from "../finding.ts";
import { count, ms, perS } from "../telling/figures.ts";

/** Share of requests beyond the 99th percentile. */
const beyondRatio = 0.01;

const limits = {
  tailSamples: {
    value: 10,
    unit: "requests beyond the percentile",
    source:
      "order statistics: with 10 beyond it, the 95 % interval of the measured 99th percentile runs from about the 98.4th to the 99.6th; a comparison of runs wants 100",
  },
} as const;

export const tailLatency: Check = {
  name: "tail-latency",
  title: "99 % of requests were answered within the claimed time",
  kind: "performance",
  limits,
  judge(evidence) {
    const { claim, ratePerS } = evidence.plan;
    if (claim?.p99Ms === undefined) return [];
    const { p99Ms } = claim;
    const { responseMs, count: requests } = evidence.overall;
    const finding = (status: Finding["status"], because: string): readonly Finding[] => [
      {
        check: "tail-latency",
        kind: "performance",
        subject: "all operations",
        status,
        because,
        observed: responseMs.p99,
        limit: p99Ms,
        unit: "ms",
      },
    ];
    const needed = limits.tailSamples.value / beyondRatio;
    if (requests < needed) {
      return finding(
        "inconclusive",
        `too few samples: ${count(requests)} requests, and a 99th percentile takes ${count(needed)}`,
      );
    }
    const above =
      ratePerS > claim.ratePerS ? ` (at ${perS(ratePerS)}; the claim is about ${perS(claim.ratePerS)})` : "";
    return responseMs.p99 > p99Ms
      ? finding("refuted", `p99 was ${ms(responseMs.p99)}, the claim is ${ms(p99Ms)}${above}`)
      : finding("upheld", `p99 was ${ms(responseMs.p99)} of ${ms(p99Ms)} claimed${above}`);
  },
};
