/** The target completed, in time, what was offered on time. */
import type { Check } from "../check.ts";
import type { Evidence } from "../evidence.ts";
import type { Finding } from "../finding.ts";
import { count, percent, perS } from "../telling/figures.ts";

const limits = {
  completedRatio: {
    value: 0.99,
    unit: "ratio",
    source: "judgement, as load generators commonly call a rate reached: achieved at least 99 % of offered",
  },
  graceS: {
    value: 1,
    unit: "s",
    source:
      "judgement: at most what was planned within the last second may still be under way, or the claimed p99 if shorter",
  },
} as const;

export const throughput: Check = {
  name: "throughput",
  title: "the target completed at least 99 % of what was offered",
  kind: "performance",
  limits,
  judge(evidence) {
    const { load } = evidence;
    const completed = completedInTime(evidence);
    const ratio = load.planned === 0 ? 0 : completed / load.planned;
    const finding = (status: Finding["status"], because: string): readonly Finding[] => [
      {
        check: "throughput",
        kind: "performance",
        subject: "all operations",
        status,
        because,
        observed: ratio,
        limit: limits.completedRatio.value,
        unit: "ratio",
      },
    ];
    if (load.planned === 0) return finding("inconclusive", "nothing was offered");
    const seen = `${perS(load.completedPerS)} completed of ${perS(load.offeredPerS)} offered`;
    if (ratio < limits.completedRatio.value) {
      return finding(
        "refuted",
        `only ${percent(ratio)} of ${count(load.planned)} requests were completed in time: ${seen}${missing(evidence)}`,
      );
    }
    return finding(
      "upheld",
      `${percent(ratio)} of ${count(load.planned)} requests were completed in time: ${seen}`,
    );
  },
};

/**
 * Completed answers, without those that only came because the drain waited for a backlog.
 * In the window itself c were completed and b were planned in its last moments, so c + b is all that may be in time.
 */
function completedInTime({ load, timeline, plan }: Evidence): number {
  const last = timeline.at(-1);
  if (last === undefined) return load.completed;
  const graceS = Math.min(limits.graceS.value, (plan.claim?.p99Ms ?? Number.POSITIVE_INFINITY) / 1_000);
  const inWindow = timeline.reduce((sum, second) => sum + second.completed, 0);
  return Math.min(load.completed, inWindow + last.planned * graceS);
}

/** `; 12 failed, 40 were dropped`. */
function missing({ load }: Evidence): string {
  const parts = [
    load.failed > 0 ? `${count(load.failed)} failed` : "",
    load.dropped > 0 ? `${count(load.dropped)} were never sent because too many were waiting` : "",
    load.inFlightAtEnd > 0 ? `${count(load.inFlightAtEnd)} were still unanswered at the end` : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "" : `; ${parts.join(", ")}`;
}
