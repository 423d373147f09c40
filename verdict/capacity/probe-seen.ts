/** What one probe says, from its evidence and the verdict on it. Pure. */
import type { Evidence } from "../evidence.ts";
import { hostFullRatio } from "../instrument-limits.ts";
import { withoutSeconds } from "../left-out.ts";
import { markedSeconds, shadowOf } from "../marks.ts";
import { ms, percent } from "../telling/figures.ts";
import { markedWords } from "../telling/marked.ts";
import type { Verdict } from "../verdict.ts";
import {
  answerOf,
  badness,
  type CapacityObjective,
  isFull,
  type ProbeAim,
  type ProbeSeen,
  sharesOf,
  spoiltBy,
} from "./probe.ts";
import { pooled } from "./proven.ts";

export interface ProbeAsked {
  readonly aim: ProbeAim;
  readonly objective: CapacityObjective;
  /** Of earlier probes at this rate that could prove nothing: what they saw counts with it. */
  readonly earlier: readonly Shares[];
  /** Cores of this machine. */
  readonly cores: number;
  /** Within the folder of the search. */
  readonly folder: string;
}

type Shares = Pick<ProbeSeen, "late" | "errors">;
type Answer = Pick<ProbeSeen, "answer" | "because" | "isCold">;

export function probeSeen(asked: ProbeAsked, evidence: Evidence, verdict: Verdict): ProbeSeen {
  const { plan, ending, nodes, overall, instrument, targetSeen } = evidence;
  const shares = sharesOf(evidence);
  const spanS = ending.measuredS || plan.durationS;
  const { offeredPerS, completedPerS } = evidence.load;
  const cores = coresOf(evidence, asked.cores);
  const measured = { ratePerS: plan.ratePerS, ...shares, nodes, offeredPerS, completedPerS };
  const answer = answerIn({ asked, evidence, verdict, shares, cores, measured });
  const { p50, p90, p99 } = overall.responseMs;
  return {
    ...{ aim: asked.aim, spanS, folder: asked.folder, ...measured, ...answer },
    ...badness({ ...measured, ...answer }, targetSeen.budgets.mechanism),
    goodPerS: (shares.late.of - shares.late.missed) / spanS,
    ...{ p50Ms: p50, p90Ms: p90, p99Ms: p99 },
    agentCpuRatio: instrument.agentCpuRatio,
    ...cores,
  };
}

interface Looked {
  readonly asked: ProbeAsked;
  readonly evidence: Evidence;
  readonly verdict: Verdict;
  readonly shares: Shares;
  readonly cores: Cores;
  readonly measured: Omit<Parameters<typeof badness>[0], "answer">;
}

/** The first that applies: worthless or guilty, a full machine, seconds of our own doing, a cold start; else what it showed. */
function answerIn({ asked, evidence, verdict, shares, cores, measured }: Looked): Answer {
  const { objective, earlier, aim } = asked;
  const by = (seen: Shares) => answerOf(together(earlier, seen), objective);
  const growsMs = growthIn(evidence);
  const answer = growsMs === undefined ? by(shares) : "bad";
  const { late, errors } = shares;
  const p99Ms = evidence.overall.responseMs.p99;
  const grows = growsMs === undefined ? "" : `, and longer by ${ms(growsMs)} each second`;
  const words = `p99 ${ms(p99Ms)}${grows}, ${percent(ratioOf(late))} late or bad, ${percent(ratioOf(errors))} bad, of ${late.of} requests`;
  const spoilt = spoiltBy(verdict);
  if (spoilt !== undefined) return spoilt;
  const full = answer === "good" ? undefined : spoiltByHost(cores, asked.cores);
  if (full !== undefined) return full;
  // A tenth late while a machine of the target had nothing left: no bad second of ours makes that.
  const { isPlain = false } = badness({ ...measured, answer }, evidence.targetSeen.budgets.mechanism);
  if (answer === "good" || isPlain) return { answer, because: words };
  const sick = sickWords(evidence, (rest) => by(sharesOf(rest)), answer);
  if (sick !== undefined) return { answer: "unsound", because: `${words}; ${sick}` };
  // What comes after an overload is slow at first, and that is what is looked at.
  const startedCold =
    answer === "bad" && growsMs === undefined && aim !== "comeback" && isCold(evidence, objective);
  return startedCold
    ? { answer: "open", isCold: true, because: `${words}; all in its first second: it was not warm yet` }
    : { answer, because: words };
}

/**
 * A bad answer stands when the other seconds alone are bad too, as in verdict/leaning.ts; an open one unless they alone are
 * good. Undefined: it stands.
 */
function sickWords(
  evidence: Evidence,
  answerOfRest: (rest: Evidence) => ProbeSeen["answer"],
  answer: ProbeSeen["answer"],
): string | undefined {
  const marked = markedSeconds(evidence);
  if (marked.length === 0) return undefined;
  const alone = answerOfRest(withoutSeconds(evidence, shadowOf(evidence, marked)));
  if (answer === "bad" ? alone === "bad" : alone !== "good") return undefined;
  return `that leans on seconds in which our instrument was not well (${markedWords(evidence, marked)})`;
}

/**
 * A queue that gets longer by this much in a second is given two hundredths more than is taken from it. Judgement: less than
 * the search leaves open, and more than the medians of seconds differ by at a load that is carried.
 */
const growsMsPerS = 20;

/**
 * How much longer half of the requests take from each second to the next, milliseconds, when it is ever longer: a full
 * machine is given more than it can do, and whatever limit there is will be broken. In a few seconds it need not be yet.
 * Undefined: nothing grows, or the load itself did.
 */
function growthIn({ timeline, nodes, plan, targetSeen }: Evidence): number | undefined {
  const isEven = plan.meanPerS !== undefined && plan.meanPerS >= plan.ratePerS * 0.99;
  if (!isEven || !isFull(nodes, targetSeen.budgets.mechanism)) return undefined;
  const steps = timeline.slice(1).map(({ p50Ms }, at) => p50Ms - timeline[at]!.p50Ms);
  const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length;
  return steps.every((step) => step >= 0) && mean >= growsMsPerS ? mean : undefined;
}

/** Whether everything but its first second proves the objective kept. */
function isCold(evidence: Evidence, objective: CapacityObjective): boolean {
  const [first, ...others] = evidence.timeline;
  if (first === undefined || others.length === 0) return false;
  return answerOf(sharesOf(withoutSeconds(evidence, new Set([first.atS]))), objective) === "good";
}

type Cores = Pick<ProbeSeen, "usedCores" | "otherCores">;

/** What nodes and agents used of this machine, and what the rest of it did. A node without a budget tells the share of a core. */
function coresOf({ nodes, instrument, plan, targetSeen }: Evidence, cores: number): Cores {
  const isHeld = targetSeen.budgets.mechanism !== "none";
  const ofNodes = nodes.reduce(
    (sum, { cpuUsedRatio, cpuBudgetMillicores }) =>
      sum + cpuUsedRatio * (isHeld ? cpuBudgetMillicores / 1000 : 1),
    0,
  );
  const usedCores = ofNodes + instrument.agentCpuRatio * plan.agents;
  const busyRatio = instrument.hostPressure.cpuBusyRatio;
  return busyRatio === undefined
    ? { usedCores }
    : { usedCores, otherCores: Math.max(0, busyRatio * cores - usedCores) };
}

/** A full machine makes any target slow. */
function spoiltByHost({ usedCores, otherCores = 0 }: Cores, cores: number): Answer | undefined {
  if (usedCores + otherCores < cores * hostFullRatio) return undefined;
  const words = `${usedCores.toFixed(2)} by the target and our agents, ${otherCores.toFixed(2)} by the rest`;
  return { answer: "unsound", because: `the machine itself was full: of ${cores} cores ${words}` };
}

function together(earlier: readonly Shares[], seen: Shares): Shares {
  const all = [...earlier, seen];
  return { late: pooled(all.map(({ late }) => late)), errors: pooled(all.map(({ errors }) => errors)) };
}

const ratioOf = ({ of, missed }: Shares["late"]): number => missed / Math.max(1, of);
