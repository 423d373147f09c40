/** From an exam and whoever sits it to the request of its run. Pure. */
import { Failure } from "../../base/failure.ts";
import type { HostSeen } from "../../chaos/host-seen.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import { membersOf } from "../../targets/launch/members.ts";
import { chosenTarget, type RunRequest } from "../plan.ts";
import type { Exam, Sitting } from "./exam.ts";

/** Of a target that claims nothing about its ordinary day, requests per second. */
const modestRatePerS = 50;
/** A shopper does not wait longer, and a request that hangs must not become the trouble of the next fault. */
const usualTimeoutMs = 2_000;

/**
 * The run of an exam. What the request says of rate, time-out and the like stands.
 * @throws {Failure} `usage` when this target cannot sit it, or the request asks for what the exam decides
 */
export function examRequest(
  exam: Exam,
  request: RunRequest,
  { host, ...wanted }: Omit<Sitting, "members" | "dailyPerS" | "requestsPerS"> & { readonly host: HostSeen },
): RunRequest {
  const { target, scenario } = request;
  if (target.kind === "external") {
    throw new Failure(
      "usage",
      `${exam.name} takes a stage: of your own system we know no nodes that could be disturbed`,
      {
        hint: "faults of your own are hooks of a chaos plan: bench run --chaos",
      },
    );
  }
  const { spec } = chosenTarget(target);
  const claimedPerS = spec.claims.find((claim) => claim.scenario === "mixed-daily")?.ratePerS;
  const daily = claimedPerS ?? modestRatePerS;
  const ratePerS = request.ratePerS ?? rateOf(scenario, daily * exam.loadRatio);
  const requestsPerS = ratePerS * scenario.requestsPerArrival;
  const plan = exam.plan({ ...wanted, members: membersOf(spec), dailyPerS: daily, requestsPerS });
  if ("problem" in plan) throw new Failure("usage", `${spec.id} cannot sit ${exam.name}: ${plan.problem}`);
  return {
    ...request,
    timeoutMs: request.timeoutMs ?? usualTimeoutMs,
    ratePerS,
    durationS: plan.durationS,
    chaos: { plan: plan.chaos, host },
  };
}

/** Arrivals per second that make so many requests. */
const rateOf = ({ requestsPerArrival }: Scenario, requestsPerS: number): number =>
  Math.max(1, Math.round(requestsPerS / requestsPerArrival));
