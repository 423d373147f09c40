/** Where no fault holds replicas back, what shoppers read is hardly older than what was written. */
import type { FaultSeen } from "../../metrics/fault-seen.ts";
import type { Check } from "../check.ts";
import type { Finding } from "../finding.ts";
import { ms } from "../telling/figures.ts";

export const boundedStaleness: Check = {
  name: "bounded-staleness",
  title: "reads are no further behind than is claimed, before replicas are held back and once they are not",
  kind: "recovery",
  limits: {},
  judge({ faults = [], plan: { claim } }) {
    const limit = claim?.behindMs;
    return limit === undefined ? [] : faults.flatMap((fault) => findingOf(fault, limit));
  },
};

/** Only of faults during which somebody read the heartbeat where shoppers read. */
function findingOf({ id, figures = {} }: FaultSeen, limit: number): readonly Finding[] {
  if (figures["reads"] === undefined) return [];
  const about = { check: "bounded-staleness", kind: "recovery", subject: id } as const;
  const { behindBeforeMs: before, behindAfterMs: after } = figures;
  const worst = Math.max(before ?? 0, after ?? 0);
  const figuresOf = { observed: worst, limit, unit: "ms" };
  const allowed = `${ms(limit)} are allowed`;
  if (worst > limit) {
    const when = worst === after ? `after ${id} was gone` : `before ${id}`;
    const because = `reads were behind by up to ${ms(worst)} ${when}; ${allowed}`;
    return [{ ...about, ...figuresOf, status: "refuted", because }];
  }
  if (before === undefined || after === undefined) {
    const because = `nobody could read ${before === undefined ? `before ${id}` : `after ${id} was gone`}`;
    return [{ ...about, status: "inconclusive", because }];
  }
  const because = `reads were behind by ${ms(before)} at most before ${id}, and by ${ms(after)} after it was gone; ${allowed}`;
  return [{ ...about, ...figuresOf, status: "upheld", because }];
}
