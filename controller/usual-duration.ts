/** How long the measured part is when nobody said: until what it is asked to show can be seen. Pure. */
import type { FaultWish } from "../chaos/chaos-plan.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import type { Claim } from "../targets/claim.ts";
import { holdS, isHealing } from "../verdict/recovery/objective.ts";
import type { RunRequest } from "./plan.ts";

/** A run nobody asked anything about. The others are as many times as long. */
const stepS = 30;
const longestS = 300;
/** Ten of them beyond the 99th percentile, which the verdict wants to see, and a fifth more for chance. */
const requestsForP99 = 1_200;
/** After the last fault, where nobody said how soon it has to be over; as long as the claims are given (decision 0017). */
const usualWithinS = 10;

/** Whole half minutes: enough requests for a limit on the tail, and for every fault its time and the time after it. */
export function usualDurationAt(ratePerS: number, request: RunRequest, own: Claim | undefined): number {
  const { scenario, objectives = own } = request;
  const leastS = endOfFaultsS(request);
  const needsTail = objectives?.p99Ms !== undefined && ratePerS > 0;
  const isEnough = (durationS: number) =>
    durationS >= leastS && (!needsTail || meanRequests(scenario, { ratePerS, durationS }) >= requestsForP99);
  let durationS = stepS;
  while (durationS < longestS && !isEnough(durationS)) durationS += stepS;
  return durationS;
}

/** When the last fault is over and its target could be seen to be itself again; 0 without faults. */
function endOfFaultsS({ chaos, recover = [] }: RunRequest): number {
  const ends = (chaos?.plan.wishes ?? []).map(endOf);
  if (ends.length === 0) return 0;
  return (
    Math.max(...ends) +
    Math.max(usualWithinS, ...recover.filter(isHealing).map(({ withinS }) => withinS)) +
    holdS
  );
}

const endOf = ({ atS, forS = 0, repeat }: FaultWish): number =>
  atS + forS + ((repeat?.times ?? 1) - 1) * (repeat?.everyS ?? 0);

/** By the load's curve; of a population that waits for answers nobody knows, and it is taken for enough. */
function meanRequests(
  scenario: Scenario,
  shape: { readonly ratePerS: number; readonly durationS: number },
): number {
  const load = scenario.load(shape);
  return load.kind === "closed"
    ? Number.POSITIVE_INFINITY
    : load.arrivalsBy(load.spanS) * scenario.requestsPerArrival;
}
