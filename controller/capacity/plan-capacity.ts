/** Request to search: which rates may be tried, how long a probe is, and where to begin. Pure. */
import { Failure } from "../../base/failure.ts";
import { type CapacityObjective, lateRatio } from "../../verdict/capacity/probe.ts";
import { requestsToProve } from "../../verdict/capacity/proven.ts";
import { planRun, type RunPlan, type RunRequest } from "../plan.ts";
import type { CapacityPlan } from "./search-capacity.ts";

/** Where a target claims nothing, and nobody asked for anything: as our own stages. */
const usualObjective: CapacityObjective = { p99Ms: 250, errorRatio: 0.001 };
/** Whole seconds between the start of a probe and its measured part: connections open, queues fill. */
const probeWarmupS = 1;
/** A probe is never shorter: pauses of garbage collection and checkpoints come every second or two. Judgement. */
const shortestS = 3;
/** Of a sale: a third each for gathering, rush and afterwards. */
const shortestSaleS = 9;
const longestS = 30;
/** A point of the curve shows how the target answers there; it proves nothing. */
const curveS = 4;
/** More than enough to prove the objective when everything is in time: half of them may be thrown away. */
const margin = 1.5;
/** As with the limit on the agents themselves: controller/plan.ts. */
const mostPerAgentPerS = 150_000;

export interface PlannedBefore {
  /** Knee found before for the same target and scenario on the same machine, arrivals per second. */
  readonly kneePerS: number;
}

/**
 * @param before what an earlier search found: this one begins just below it
 * @throws {Failure} `usage` with every problem found
 */
export function planCapacity(request: RunRequest, before: PlannedBefore | undefined): CapacityPlan {
  const problems = [
    ...(request.chaos === undefined
      ? []
      : ["--chaos: a knee is that of a target nobody disturbs; use bench run"]),
    ...(request.recover === undefined ? [] : ["--recover: there is nothing to recover from; use bench run"]),
    ...(request.durationS === undefined ? [] : ["--duration: how long a probe is follows from its rate"]),
    ...(request.warmupS === undefined
      ? []
      : ["--warmup: probes follow a target that was exercised until steady"]),
  ];
  if (problems.length > 0) throw new Failure("usage", "this knee cannot be searched for", { problems });
  const first = planRun({ ...request, durationS: 30, warmupS: probeWarmupS });
  demandOpen(first);
  const objective = objectiveOf(first);
  const timeoutMs = request.timeoutMs ?? timeoutFor(objective);
  const probe = (ratePerS: number, spanS: number): RunPlan => ({
    ...planRun({
      ...request,
      ...{ ratePerS, durationS: spanS, warmupS: probeWarmupS, timeoutMs },
      objectives: objective,
    }),
    goodWithinMs: objective.p99Ms,
  });
  const spanS = (ratePerS: number): number => spanFor(request, first, ratePerS);
  const firstPerS = request.ratePerS ?? (before === undefined ? first.ratePerS : before.kneePerS * 0.9);
  return {
    base: probe(firstPerS, spanS(firstPerS)),
    ...{ probe, spanS, objective },
    search: {
      firstPerS,
      growth: before === undefined ? 1.4 : 1.15,
      resolutionRatio: 0.05,
      confirmations: 3,
      leastPerS: 1,
      mostPerS: mostPerAgentPerS * (request.agents ?? 1),
      mostProbes: 40,
    },
    curve: { shares: [0.1, 0.25, 0.5, 0.75, 1.2], spanS: scenarioSpanS(request, curveS) },
  };
}

function objectiveOf({ claim }: RunPlan): CapacityObjective {
  return {
    p99Ms: claim?.p99Ms ?? usualObjective.p99Ms,
    errorRatio: claim?.errorRatio ?? usualObjective.errorRatio,
  };
}

/** An answer that takes four times what it may is of no use, and a queue of such answers only holds up the next probe. */
const timeoutFor = ({ p99Ms }: CapacityObjective): number => Math.max(1_000, Math.min(10_000, 4 * p99Ms));

function spanFor(request: RunRequest, first: RunPlan, ratePerS: number): number {
  const requestsPerS = (first.expectedRequests / first.durationS) * (ratePerS / first.ratePerS);
  const wantedS = Math.ceil((requestsToProve(lateRatio) * margin) / requestsPerS);
  return Math.min(longestS, scenarioSpanS(request, Math.max(shortestS, wantedS)));
}

const scenarioSpanS = ({ scenario }: RunRequest, leastS: number): number =>
  scenario.sale === undefined ? leastS : Math.max(shortestSaleS, leastS);

function demandOpen({ loadKind, scenario }: RunPlan): void {
  if (loadKind === "open") return;
  throw new Failure(
    "usage",
    `${scenario} is a closed load, and a population that waits for answers has no knee`,
    {
      hint: "take a scenario whose arrivals do not wait, for example browse",
    },
  );
}
