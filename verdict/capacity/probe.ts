/** One probe of a search for the knee: a short open-loop run at one rate, and whether the target kept the objective. */
import { isGood, type Outcome } from "../../metrics/outcome.ts";
import type { Evidence, NodeSeen } from "../evidence.ts";
import type { Verdict } from "../verdict.ts";
import { proven, type Share } from "./proven.ts";
import { busiestUse } from "./saturated.ts";

/** Held against every probe. */
export interface CapacityObjective {
  /** 99 % of the requests are answered well within this, milliseconds from the planned instant. */
  readonly p99Ms: number;
  /** Share of requests without a good answer, 0-1. Absent: not limited by itself; a bad answer is late as well. */
  readonly errorRatio?: number;
}

/** Share of requests that may miss `p99Ms`; what a 99th percentile is. */
export const lateRatio = 0.01;

/** Why it was made. */
export type ProbeAim = "rise" | "bisect" | "again" | "confirm" | "overload" | "comeback" | "relief" | "curve";

export interface ProbeSeen {
  readonly aim: ProbeAim;
  /** Peak arrivals per second. */
  readonly ratePerS: number;
  readonly spanS: number;
  /** Requests planned per second over the measured part; journeys make it more than arrivals. */
  readonly offeredPerS: number;
  /** Complete answers per second. */
  readonly completedPerS: number;
  /** Good answers within `p99Ms`, per second. */
  readonly goodPerS: number;
  /** Requests that were not answered well within `p99Ms`. */
  readonly late: Share;
  /** Requests without a good answer at all. */
  readonly errors: Share;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly answer: ProbeAnswer;
  /** Of a bad one: so far beyond, and by a node that had nothing left, that no stall of the machine explains it. */
  readonly isPlain?: boolean;
  /** Of an open one: it was bad in its first second only, so it began before the target was warm at this rate. */
  readonly isCold?: boolean;
  /** Of a bad one that fell behind: arrivals per second that it carried. */
  readonly carriedPerS?: number;
  /** One sentence. */
  readonly because: string;
  readonly nodes: readonly NodeSeen[];
  /** CPU used by the busiest agent, 1 = one core; by all nodes and agents together, in cores. */
  readonly agentCpuRatio: number;
  readonly usedCores: number;
  /** In cores: what the machine did besides, other programs and the kernel's own work. Absent: it does not tell. */
  readonly otherCores?: number;
  /** Within the folder of the search. */
  readonly folder: string;
}

/**
 * *good*: the objective is proven kept; *bad*: proven broken; *open*: too few requests to prove either; *unsound*: the
 * instrument was not well, or the machine was full, so nothing is known; *broken*: the books do not agree, at whatever rate.
 */
export type ProbeAnswer = "good" | "bad" | "open" | "unsound" | "broken";

/** Of requests that take the measured part; their tenths hold what was good in time. */
export function sharesOf({ timeline, overall, load }: Evidence): Pick<ProbeSeen, "late" | "errors"> {
  const planned = timeline.reduce((sum, { tenths }) => sum + total(tenths?.planned), 0);
  const good = timeline.reduce((sum, { tenths }) => sum + total(tenths?.good), 0);
  const answeredWell = Object.entries(overall.outcomes).reduce(
    (sum, [outcome, requests]) => sum + (isGood(outcome as Outcome) ? requests : 0),
    0,
  );
  return {
    late: { of: planned, missed: planned - good },
    errors: { of: load.planned, missed: Math.max(0, load.planned - answeredWell) },
  };
}

/** What the shares say of the objective. An error share that is only not proven is no reason to doubt a good probe. */
export function answerOf(
  { late, errors }: Pick<ProbeSeen, "late" | "errors">,
  { errorRatio }: CapacityObjective,
): "good" | "bad" | "open" {
  const onTime = proven(late, lateRatio);
  if (onTime === "beyond") return "bad";
  if (errorRatio !== undefined && proven(errors, errorRatio) === "beyond") return "bad";
  const isWellSoFar = errorRatio === undefined || errors.missed <= errors.of * errorRatio;
  return onTime === "within" && isWellSoFar ? "good" : "open";
}

/** Whether it is one of those that prove a knee: long enough, and made by the search, not around what it had found. */
export const provesKnee = (
  { aim, ratePerS, answer }: Pick<ProbeSeen, "aim" | "ratePerS" | "answer">,
  kneePerS: number,
): boolean =>
  ratePerS === kneePerS && answer === "good" && (aim === "bisect" || aim === "again" || aim === "confirm");

/** Made after the proof, with the target as it is, and good. While rising, one good probe above a bad rate was lucky. */
export const keptAfterProof = ({ aim, answer }: Pick<ProbeSeen, "aim" | "answer">): boolean =>
  answer === "good" && (aim === "overload" || aim === "curve");

/** Late requests as a multiple of what may be late: judgement. */
const plainLateRatio = 10 * lateRatio;
/** Who used this much of its budget had nothing left: judgement. */
const fullRatio = 0.9;
/** Who answers less than this share of what is asked falls behind. */
const keepsUpRatio = 0.97;

/** Whether a machine of the target had nothing left. Without budgets none can be full. */
export const isFull = (nodes: readonly NodeSeen[], budgets: string): boolean =>
  budgets !== "none" && busiestUse(nodes) >= fullRatio;

/**
 * How bad a bad probe was. Nodes on one machine are full together or not at all; without budgets no node is full.
 * @param budgets how they were held; `none`: not at all
 */
export function badness(
  {
    answer,
    late,
    nodes,
    ratePerS,
    offeredPerS,
    completedPerS,
  }: Pick<ProbeSeen, "answer" | "late" | "nodes" | "ratePerS" | "offeredPerS" | "completedPerS">,
  budgets: string,
): Pick<ProbeSeen, "isPlain" | "carriedPerS"> {
  if (answer !== "bad") return {};
  const hasFull = isFull(nodes, budgets);
  const keptUp = offeredPerS > 0 ? completedPerS / offeredPerS : 1;
  return {
    ...(hasFull && proven(late, plainLateRatio) === "beyond" && { isPlain: true }),
    ...(hasFull && keptUp < keepsUpRatio && { carriedPerS: ratePerS * keptUp }),
  };
}

/** What makes a probe worthless or the target guilty at any rate, before the objective is asked; undefined: neither. */
export function spoiltBy({ findings }: Verdict): Pick<ProbeSeen, "answer" | "because"> | undefined {
  const broken = findings.find(({ kind, status }) => kind === "correctness" && status === "refuted");
  if (broken !== undefined) return { answer: "broken", because: broken.because };
  const sick = findings.find(
    ({ kind, status, check }) =>
      (kind === "instrument" && status !== "upheld") ||
      (check === "agents-present" && status === "inconclusive"),
  );
  return sick && { answer: "unsound", because: sick.because };
}

const total = (counts: readonly number[] | undefined): number =>
  (counts ?? []).reduce((sum, count) => sum + count, 0);
