/** While a database changes its primary, at no time do two members take writes: what one of them took would be lost. */
import type { FaultSeen } from "../../metrics/fault-seen.ts";
import type { Check } from "../check.ts";
import type { Finding } from "../finding.ts";
import { counted, ms } from "../telling/figures.ts";

const limits = {
  primaries: { value: 1, unit: "members", source: "by definition of a primary" },
} as const;

export const onePrimary: Check = {
  name: "one-primary",
  title: "at no time do two members of a database take writes",
  kind: "correctness",
  limits,
  judge: ({ faults = [] }) => faults.flatMap(findingOf),
};

/** Only of faults during which somebody looked at who takes writes. */
function findingOf({ id, figures = {} }: FaultSeen): readonly Finding[] {
  const { mostPrimaries: observed, severalPrimariesMs = 0 } = figures;
  if (observed === undefined) return [];
  const limit = limits.primaries.value;
  const about = {
    check: "one-primary",
    kind: "correctness",
    subject: id,
    observed,
    limit,
    unit: "members",
  } as const;
  if (observed > limit) {
    const because = `${counted(observed, "member")} took writes at the same time during ${id}, for ${ms(severalPrimariesMs)}`;
    return [{ ...about, status: "refuted", because }];
  }
  return observed === 0
    ? [{ ...about, status: "inconclusive", because: `nobody was seen to take writes during ${id}` }]
    : [{ ...about, status: "upheld", because: `at no time did two members take writes during ${id}` }];
}
