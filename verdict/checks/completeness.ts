/** The run was driven to its planned end: half a run answers half a question. */
import type { Check } from "../check.ts";
import { seconds } from "../telling/figures.ts";

const limits = {
  measuredRatio: {
    value: 0.99,
    unit: "ratio",
    source: "judgement: the last interval of a run may be cut by less than itself",
  },
} as const;

export const completeness: Check = {
  name: "completeness",
  title: "the measured part was driven to its end",
  kind: "instrument",
  limits,
  judge(evidence) {
    const about = { check: "completeness", kind: "instrument", subject: "run" } as const;
    const { ending, plan } = evidence;
    const figures = { observed: ending.measuredS, limit: plan.durationS, unit: "s" };
    const driven = `${seconds(ending.measuredS)} of ${seconds(plan.durationS)}`;
    if (ending.status !== "complete") {
      const because = `the measured part ended after ${driven}: ${ending.because}`;
      return [{ ...about, status: "inconclusive", because, ...figures }];
    }
    if (ending.measuredS <= 0 || ending.measuredS < plan.durationS * limits.measuredRatio.value) {
      return [{ ...about, status: "inconclusive", because: `only ${driven} were driven`, ...figures }];
    }
    return [{ ...about, status: "upheld", because: `${driven} were driven`, ...figures }];
  },
};
