/** What a reader has to know to weigh the figures, although it refutes nothing. */
import type { Claim } from "../../targets/claim.ts";
import type { Evidence } from "../evidence.ts";
import { perS } from "./figures.ts";

/** One sentence each; none when there is nothing to know. */
export function notes(evidence: Evidence): readonly string[] {
  const { plan, targetSeen, correctness, notes: told } = evidence;
  const { budgets, standIns } = targetSeen;
  const said: string[] = [];
  if (budgets.mechanism === "none" && targetSeen.launcher !== "external") {
    const why = budgets.because === undefined ? "" : ` (${budgets.because})`;
    said.push(
      `no CPU budgets were applied${why}: throughput depends on this host and cannot be compared between stages`,
    );
  }
  for (const standIn of standIns) said.push(`stand-in: ${standIn}`);
  if (correctness === undefined && targetSeen.launcher === "external") {
    said.push("the target has no audit endpoint that was named, so nothing about its books was judged");
  }
  if (plan.openOrClosed === "closed") {
    said.push(
      "closed load: shoppers waited for answers, so overload shows as fewer requests, not as longer waits",
    );
  }
  said.push(...unlimited(plan.claim));
  if (plan.claim !== undefined && plan.ratePerS < plan.claim.ratePerS) {
    said.push(
      `the claim is about ${perS(plan.claim.ratePerS)}; this run offered less (${perS(plan.ratePerS)})`,
    );
  }
  return [...said, ...told, certified(evidence)];
}

/** Whether the instrument has proven itself where the run was made. */
function certified({ certificate }: Evidence): string {
  return certificate?.isForThisHost === true
    ? `instrument certified ${certificate.date.slice(0, 10)} for up to ${perS(certificate.maxRatePerAgentPerS)} per agent`
    : "instrument not certified on this machine: bench calibrate";
}

function unlimited(claim: Claim | undefined): readonly string[] {
  const missing = [
    ...(claim?.p99Ms === undefined ? ["latency"] : []),
    ...(claim?.errorRatio === undefined ? ["errors"] : []),
  ];
  if (missing.length === 0) return [];
  const verb = missing.join() === "latency" ? "was" : "were";
  return [`${missing.join(" and ")} ${verb} not judged, because no limit was claimed`];
}
