/** Request to search: which rates may be tried, how long a probe is, and where to begin. Pure. */
import { Failure } from "../../base/failure.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import { type CapacityObjective, lateRatio, type ProbeAim } from "../../verdict/capacity/probe.ts";
import { requestsToProve } from "../../verdict/capacity/proven.ts";
import { planRun, type RunPlan, type RunRequest } from "../plan.ts";
import type { After } from "./find-knee.ts";
import type { CapacityPlan } from "./search-capacity.ts";

/** Where a target claims nothing, and nobody asked for anything: as our own stages. */
const usualObjective: CapacityObjective = { p99Ms: 250, errorRatio: 0.001 };
/** Whole seconds between the start of a probe and its measured part: connections open, queues fill. */
const probeWarmupS = 1;
/** Exercise drives take the seeds right after that of the search, and so do the next rounds of a verification. */
const SEEDS_APART = 1_000;
/** A probe is never shorter: pauses of garbage collection and checkpoints come every second or two. Judgement. */
const shortestS = 3;
/** Of a sale: a third each for gathering, rush and afterwards. */
const shortestSaleS = 9;
const longestS = 30;
/**
 * Rising only looks for the neighbourhood, and far above the knee every second says the same: what is proven is proven by
 * longer ones.
 */
const shortestRiseS = 2;
/** A point of the curve shows how the target answers there; it proves nothing. */
const curveS = 2;
/** Whole seconds: twice as long as the time-out of a request, 1 s for our objective, after which no queue of ours grows. Judgement. */
const overloadS = 2;
/** More than enough to prove the objective when everything is in time: half of them may be thrown away. */
const margin = 1.5;
/** As with the limit on the agents themselves: controller/plan.ts. */
const mostPerAgentPerS = 150_000;

export interface PlannedBefore {
  /** Knee found before for the same target and scenario on the same machine, arrivals per second. */
  readonly kneePerS: number;
}

/** Words of a run that have no place in a search, and why. */
export const refusedInSearch = {
  chaos: "--chaos: a knee is that of a target nobody disturbs; use bench run",
  recover: "--recover: there is nothing to recover from; use bench run",
  duration: "--duration: how long a probe is follows from its rate",
  warmup: "--warmup: probes follow a target that was exercised until steady",
} as const;

/**
 * @param before what an earlier search found: this one begins just below it
 * @throws {Failure} `usage` with every problem found
 */
export function planCapacity(request: RunRequest, before: PlannedBefore | undefined): CapacityPlan {
  const { chaos, recover, durationS, warmupS, objectives, ...plain } = request;
  const problems: string[] = [
    ...(chaos === undefined ? [] : [refusedInSearch.chaos]),
    ...(recover === undefined ? [] : [refusedInSearch.recover]),
    ...(durationS === undefined ? [] : [refusedInSearch.duration]),
    ...(warmupS === undefined ? [] : [refusedInSearch.warmup]),
    ...objectiveProblems(objectives),
    ...closedProblems(request.scenario),
  ];
  const first = plannedOr(problems, () => planRun({ ...plain, durationS: 30, warmupS: probeWarmupS }));
  if (problems.length > 0 || first === undefined)
    throw new Failure("usage", "this knee cannot be searched for", { problems });
  const { objective, source } = objectiveOf(objectives, first);
  const timeoutMs = request.timeoutMs ?? timeoutFor(objective);
  const probe = (ratePerS: number, spanS: number, after?: After, number = 0): RunPlan => ({
    ...planRun({
      ...{ ...plain, seed: first.seed + SEEDS_APART * number },
      ...{ ratePerS, durationS: spanS, timeoutMs, warmupS: after?.spanS ?? probeWarmupS },
      ...(after !== undefined && { warmupRatePerS: after.ratePerS }),
    }),
    claim: { scenario: first.scenario, ratePerS, ...objective, source },
    goodWithinMs: objective.p99Ms,
  });
  const spanS = (ratePerS: number, aim: ProbeAim): number =>
    spanFor(request, first, ratePerS, aim === "rise" || aim === "overload" ? shortestRiseS : shortestS);
  const firstPerS = request.ratePerS ?? (before === undefined ? first.ratePerS : before.kneePerS * 0.9);
  return {
    base: probe(firstPerS, spanS(firstPerS, "confirm")),
    ...{ probe, spanS, objective },
    search: {
      firstPerS,
      growth: before === undefined ? 2 : 1.2,
      resolutionRatio: 0.05,
      proofs: 3,
      leastPerS: 1,
      mostPerS: mostPerAgentPerS * (request.agents ?? 1),
      mostProbes: 40,
    },
    curve: { shares: [0.1, 0.5, 1.2], spanS: scenarioSpanS(request, curveS) },
    // A sale opens once in a drive, so that one cannot follow another without a pause.
    ...(request.scenario.sale === undefined && { overloadS }),
  };
}

/** The shape every scenario was tried with when it was defined; which kind of load it is does not depend on it. */
const trialShape = { ratePerS: 100, durationS: 30 };

/** A population that waits for answers offers less when they are late. */
export function closedProblems(scenario: Scenario): readonly string[] {
  if (scenario.load(trialShape).kind === "open") return [];
  return [
    `${scenario.name} is a closed load, and a population that waits for answers has no knee; take a scenario whose arrivals do not wait, for example browse`,
  ];
}

/** What it makes; undefined when it cannot, with the reasons added to `problems`. */
function plannedOr<T>(problems: string[], plan: () => T): T | undefined {
  try {
    return plan();
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== "usage") throw error;
    problems.push(...(error.problems.length > 0 ? error.problems : [error.message]));
    return undefined;
  }
}

function objectiveProblems(asked: RunRequest["objectives"]): readonly string[] {
  if (asked === undefined) return [];
  return [
    ...(asked.p99Ms === undefined
      ? ["--slo: a knee is where answers become late, so it needs a limit on p99, as in p99<250ms"]
      : []),
    ...(asked.behindMs === undefined
      ? []
      : ["--slo behind: how old what is read may be is looked at beside faults; use bench run --chaos"]),
  ];
}

/** What was asked for, alone; else what the target claims, as far as it is about answers. What nobody names is not limited. */
function objectiveOf(
  asked: RunRequest["objectives"],
  { claim }: RunPlan,
): { readonly objective: CapacityObjective; readonly source: string } {
  const limits = asked ?? claim;
  if (limits === undefined)
    return { objective: usualObjective, source: "usual objective of bench capacity: nothing was claimed" };
  const { p99Ms = usualObjective.p99Ms, errorRatio } = limits;
  return {
    objective: { p99Ms, ...(errorRatio !== undefined && { errorRatio }) },
    source: asked === undefined ? (claim?.source ?? "") : "--slo",
  };
}

/** An answer that takes four times what it may is of no use, and a queue of such answers only holds up the next probe. */
const timeoutFor = ({ p99Ms }: CapacityObjective): number => Math.max(1_000, Math.min(10_000, 4 * p99Ms));

function spanFor(request: RunRequest, first: RunPlan, ratePerS: number, leastS: number): number {
  const requestsPerS = (first.expectedRequests / first.durationS) * (ratePerS / first.ratePerS);
  const wantedS = Math.ceil((requestsToProve(lateRatio) * margin) / requestsPerS);
  return Math.min(longestS, scenarioSpanS(request, Math.max(leastS, wantedS)));
}

const scenarioSpanS = ({ scenario }: RunRequest, leastS: number): number =>
  scenario.sale === undefined ? leastS : Math.max(shortestSaleS, leastS);
