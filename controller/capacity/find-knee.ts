/**
 * A search once the target stands: probes follow each other until one load is proven, and then what is worth knowing of the
 * target around it. Starts nothing itself: whoever calls it hands over who probes.
 */
import { Failure, sentenceOf } from "../../base/failure.ts";
import type { SettledSecond } from "../../metrics/timeline-second.ts";
import { afterOverload } from "../../verdict/capacity/after-overload.ts";
import type { CapacitySeen } from "../../verdict/capacity/capacity-seen.ts";
import { missingPoints } from "../../verdict/capacity/curve.ts";
import { badAbove, saturatedAbove } from "../../verdict/capacity/knee.ts";
import { nextProbe, rounded, type SearchOptions } from "../../verdict/capacity/knee-search.ts";
import { type Ended, outcomeOf } from "../../verdict/capacity/outcome.ts";
import { keptAfterProof, type ProbeAim, type ProbeSeen } from "../../verdict/capacity/probe.ts";
import { decidedBy, type Relief, reliefOf, tiersToRelieve } from "../../verdict/capacity/relief.ts";
import type { RunPlan } from "../plan.ts";
import type { Loosened } from "./more-cpu.ts";

export interface KneePlan {
  /**
   * The plan of a probe; `after`: of one that begins at the end of so much load, without a pause; `number`: with arrivals
   * of its own, for with those of an earlier one at its rate it would prove the same moments twice.
   * @throws {Failure} `usage` when there cannot be one
   */
  probe(ratePerS: number, spanS: number, after?: After, number?: number): RunPlan;
  /** Seconds that prove the objective at this rate, when all goes well; of a probe that only looks around, fewer. */
  spanS(ratePerS: number, aim: ProbeAim): number;
  readonly search: SearchOptions;
  /** Loads at which the curve is to be known, as shares of the knee; those without a probe near get one. */
  readonly curve: { readonly shares: readonly number[]; readonly spanS: number };
  /** How long the target is given too much right before less, seconds. Absent: there cannot but be a pause between the two. */
  readonly overloadS?: number;
}

export interface After {
  readonly ratePerS: number;
  /** Whole seconds. */
  readonly spanS: number;
}

export interface ProbeOrder {
  readonly aim: ProbeAim;
  readonly ratePerS: number;
  /** What proves the objective there when absent. */
  readonly spanS?: number;
  readonly after?: After;
}

export interface Probed {
  readonly seen: ProbeSeen;
  readonly seconds: readonly SettledSecond[];
  /** Of its measured part, on a clock that never goes back. */
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface Prober {
  /** In the order they were made. */
  readonly probes: readonly ProbeSeen[];
  /** @throws {Failure} when the search is over: a node died, agents are gone, the user interrupts */
  make(order: ProbeOrder): Promise<Probed>;
}

export interface Means {
  readonly prober: Prober;
  /** How CPU budgets are held; `none`: not at all. */
  readonly budgets: string;
  /** While the nodes of that tier have more CPU than their budgets. */
  withMoreCpu<T>(tier: string, meanwhile: () => Promise<T>): Promise<Loosened<T>>;
}

/** What the probes made so far come to. */
export type KneeFound = Pick<
  CapacitySeen,
  | "status"
  | "because"
  | "knee"
  | "probes"
  | "saturated"
  | "reliefs"
  | "afterOverload"
  | "overloadUnseen"
  | "cutShort"
>;

/**
 * @param noted called with what is known by then, when the search for the knee is over and after everything that follows
 * @throws {Failure} when it is over before a knee was proven, or the user interrupts
 */
export async function findKnee(
  plan: KneePlan,
  means: Means,
  noted: (so: KneeFound) => void,
): Promise<KneeFound> {
  for (let resumptions = 0; ; resumptions++) {
    const made = means.prober.probes.length;
    const found = await findOnce(plan, means, noted);
    const isRefuted = found.status === "inconclusive" && found.probes.slice(made).some(keptAfterProof);
    if (!isRefuted || resumptions === mostResumptions) return found;
  }
}

/**
 * So often a search goes on from a load that was kept beyond one that was bad; a machine that disturbs it more often has no
 * knee to show. Judgement.
 */
const mostResumptions = 2;

/** One proof, on what is believed of the probes made so far, and what is to be known around it. */
async function findOnce(plan: KneePlan, means: Means, noted: (so: KneeFound) => void): Promise<KneeFound> {
  const { prober, budgets } = means;
  const ended = await proveKnee(plan, prober);
  let more: Pick<KneeFound, "reliefs" | "afterOverload" | "overloadUnseen" | "cutShort"> = {};
  const soFar = (): KneeFound => {
    const { probes } = prober;
    const used = saturatedAbove(probes, ended.kind === "found" ? ended.kneePerS : 0, budgets);
    const saturated = used && decidedBy(used, more.reliefs ?? []);
    return { ...outcomeOf(ended, probes), probes: [...probes], ...(saturated && { saturated }), ...more };
  };
  noted(soFar());
  if (ended.kind !== "found") return soFar();
  // What changes the target comes last: when its budgets cannot be put back, nothing after it is wrong.
  for (const next of [watchOverload, fillCurve, relieve]) {
    // Books that do not agree, or a knee that was none: more probes around it would tell nothing of it.
    if (soFar().knee === undefined) break;
    try {
      more = { ...more, ...(await next(plan, means, ended.kneePerS)) };
    } catch (error) {
      // The knee was proven, whatever becomes of the target afterwards.
      if (!(error instanceof Failure) || error.kind === "interrupted") throw error;
      more = { ...more, cutShort: { kind: error.kind, because: error.message } };
    }
    noted(soFar());
    if (more.cutShort !== undefined) break;
  }
  return soFar();
}

async function proveKnee({ search }: KneePlan, prober: Prober): Promise<Ended> {
  for (;;) {
    const next = nextProbe(prober.probes, search);
    if (next.kind !== "probe") return next;
    await prober.make({ aim: next.aim, ratePerS: next.ratePerS });
  }
}

/** Given too much, as a share of the knee, and less again. Judgement: far enough above and below that chance plays no part. */
const overloadOfKnee = 1.5;
const afterOverloadOfKnee = 0.75;
/**
 * Arithmetic: who does all that was too much although nobody waits for it any more has half a knee's work left for each
 * second of overload, and a quarter of a knee to spare: two seconds for each of those, and two more to see that it is over.
 */
const watchedS = (overloadS: number): number =>
  Math.ceil((overloadS * (overloadOfKnee - 1)) / (1 - afterOverloadOfKnee)) + 2;
/** Where there is a pause, the target had it to work in. */
const watchedAfterPauseS = 6;

async function watchOverload(
  plan: KneePlan,
  { prober }: Means,
  kneePerS: number,
): Promise<Pick<KneeFound, "afterOverload" | "overloadUnseen">> {
  const overloadPerS = rounded(kneePerS * overloadOfKnee);
  const lessPerS = rounded(kneePerS * afterOverloadOfKnee);
  const { overloadS } = plan;
  const leastS = overloadS === undefined ? watchedAfterPauseS : watchedS(overloadS);
  const overload = await soundly(plan, prober, {
    ...{ aim: "overload", ratePerS: overloadPerS, spanS: plan.spanS(kneePerS, "overload") },
  });
  if (typeof overload === "string") return { overloadUnseen: overload };
  // It is the end of the search, and no overload.
  if (overload.seen.answer === "good" || overload.seen.answer === "broken") return {};
  const order: ProbeOrder = {
    ...{ aim: "comeback", ratePerS: lessPerS, spanS: Math.max(leastS, plan.spanS(kneePerS, "comeback")) },
    ...(overloadS !== undefined && { after: { ratePerS: overloadPerS, spanS: overloadS } }),
  };
  // Without an overload of its own a second one would come after nothing.
  const after = await soundly(plan, prober, order, order.after === undefined ? 1 : 2);
  if (typeof after === "string") return { overloadUnseen: after };
  const pauseS = overloadS === undefined ? (after.fromMs - overload.untilMs) / 1000 : 0;
  return { afterOverload: afterOverload(overload.seen, { ...after, pauseS }) };
}

/** Again when the instrument was not well or the machine was full; a sentence when it still was, or nobody can make such a probe. */
async function soundly(
  plan: KneePlan,
  prober: Prober,
  order: ProbeOrder,
  tries = 2,
): Promise<Probed | string> {
  const problem = problemOf(plan, order, prober.probes.length + 1);
  if (problem !== undefined) return problem;
  const { seen, ...rest } = await prober.make(order);
  if (seen.answer !== "unsound") return { seen, ...rest };
  return tries > 1 ? soundly(plan, prober, order, tries - 1) : seen.because;
}

async function fillCurve(plan: KneePlan, { prober }: Means, kneePerS: number): Promise<object> {
  const { shares, spanS } = plan.curve;
  for (const atPerS of missingPoints(prober.probes, kneePerS, shares)) {
    const order = { aim: "curve", ratePerS: rounded(atPerS), spanS } as const;
    // So few arrivals that perhaps none comes, or more than our agents can make: that point is left out.
    if (problemOf(plan, order, prober.probes.length + 1) === undefined) await prober.make(order);
  }
  return {};
}

/** Rates that follow from the knee may be such as nobody can drive. */
function problemOf(
  plan: KneePlan,
  { aim, ratePerS, spanS, after }: ProbeOrder,
  number: number,
): string | undefined {
  try {
    plan.probe(ratePerS, spanS ?? plan.spanS(ratePerS, aim), after, number);
    return undefined;
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== "usage") throw error;
    return [sentenceOf(error), ...error.problems].at(-1);
  }
}

/**
 * With each of the tiers between which their use cannot decide held less tightly than usual, as much too much as the target
 * was given before. Budgets that nobody holds cannot be loosened.
 */
async function relieve(
  _: KneePlan,
  { prober, budgets, withMoreCpu }: Means,
  kneePerS: number,
): Promise<Pick<KneeFound, "reliefs">> {
  const { probes } = prober;
  const used = saturatedAbove(probes, kneePerS, budgets);
  const overload = probes.findLast(({ aim, answer }) => aim === "overload" && answer === "bad");
  if (used === undefined || overload === undefined || budgets === "none") return {};
  const reliefs: Relief[] = [];
  let leftOver: string | undefined;
  for (const tier of tiersToRelieve(badAbove(probes, kneePerS), used)) {
    if (leftOver !== undefined) {
      reliefs.push(reliefOf(tier, overload, `after one that could not be taken back: ${leftOver}`));
      continue;
    }
    const { result, trouble, left } = await withMoreCpu(tier, () =>
      prober.make({ aim: "relief", ratePerS: overload.ratePerS, spanS: overload.spanS }),
    );
    reliefs.push(reliefOf(tier, overload, result?.seen ?? trouble ?? "nobody probed"));
    leftOver = left;
  }
  return reliefs.length > 0 ? { reliefs } : {};
}
