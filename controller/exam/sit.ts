/** From an exam and whoever sits it to the request of its run. Pure. */
import { Failure } from "../../base/failure.ts";
import type { HostSeen } from "../../chaos/host-seen.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import { membersOf } from "../../targets/launch/members.ts";
import { chosenTarget, type RunRequest } from "../plan.ts";
import type { Exam, ExamPlan, Sitting } from "./exam.ts";

/** Of a target that claims nothing about its ordinary day, requests per second. */
const modestRatePerS = 50;
/** A shopper does not wait longer, and a request that hangs must not become the trouble of the next fault. */
const usualTimeoutMs = 2_000;

/** What a command says of an exam besides who sits it. */
type Wanted = Pick<Sitting, "faults" | "holdS" | "gapS">;
type Asked = Pick<RunRequest, "scenario" | "target" | "ratePerS">;

/** Why this target cannot sit the exam as it is asked to, one sentence each; none when it can. */
export function examProblems(exam: Exam, asked: Asked, wanted: Wanted): readonly string[] {
  const planned = planOf(exam, asked, wanted);
  return "problems" in planned ? planned.problems : [];
}

/**
 * The run of an exam. What the request says of rate, time-out and the like stands.
 * @throws {Failure} `usage` when this target cannot sit it, with every reason
 */
export function examRequest(
  exam: Exam,
  request: RunRequest,
  { host, ...wanted }: Wanted & { readonly host: HostSeen },
): RunRequest {
  const planned = planOf(exam, request, wanted);
  if ("problems" in planned)
    throw new Failure("usage", "this exam cannot be sat", { problems: planned.problems });
  const { plan, ratePerS } = planned;
  return {
    ...request,
    timeoutMs: request.timeoutMs ?? usualTimeoutMs,
    ratePerS,
    durationS: plan.durationS,
    chaos: { plan: plan.chaos, host },
  };
}

function planOf(
  exam: Exam,
  { target, scenario, ratePerS: askedPerS }: Asked,
  wanted: Wanted,
): { readonly plan: ExamPlan; readonly ratePerS: number } | { readonly problems: readonly string[] } {
  if (target.kind === "external") {
    const because = "of your own system we know no nodes that could be disturbed";
    const instead = "faults of your own are hooks of a chaos plan: bench run --chaos";
    return { problems: [`${exam.name} takes a stage: ${because}; ${instead}`] };
  }
  const { spec } = chosenTarget(target);
  const claimedPerS = spec.claims.find((claim) => claim.scenario === "mixed-daily")?.ratePerS;
  const daily = claimedPerS ?? modestRatePerS;
  const ratePerS = askedPerS ?? rateOf(scenario, daily * exam.loadRatio);
  const requestsPerS = ratePerS * scenario.requestsPerArrival;
  const plan = exam.plan({ ...wanted, members: membersOf(spec), dailyPerS: daily, requestsPerS });
  return "problems" in plan
    ? { problems: plan.problems.map((problem) => `${spec.id} cannot sit ${exam.name}: ${problem}`) }
    : { plan, ratePerS };
}

/** Arrivals per second that make so many requests. */
const rateOf = ({ requestsPerArrival }: Scenario, requestsPerS: number): number =>
  Math.max(1, Math.round(requestsPerS / requestsPerArrival));
