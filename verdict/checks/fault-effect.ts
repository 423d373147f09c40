/** Every fault of the plan was carried out and seen to bite; one that was not proves nothing. */
import type { FaultSeen } from "../../metrics/fault-seen.ts";
import { relayLateLimitMs } from "../../metrics/relay-lateness.ts";
import type { Check } from "../check.ts";
import type { Evidence } from "../evidence.ts";
import type { Finding } from "../finding.ts";
import { isNeverGone } from "../recovery/fault-window.ts";
import { isHealing } from "../recovery/objective.ts";
import { counted, instant, ms, seconds } from "../telling/figures.ts";

const limits = {
  relayLateP99Ms: {
    value: relayLateLimitMs,
    unit: "ms",
    source:
      "judgement: above it nobody can tell what the relay did from what it was told to do (docs/relay.md)",
  },
} as const;

export const faultEffect: Check = {
  name: "fault-effect",
  title: "every fault was carried out, and was seen to bite",
  kind: "instrument",
  limits,
  judge: (evidence) => (evidence.faults ?? []).map((fault) => findingOf(fault, evidence)),
};

function findingOf(
  fault: FaultSeen,
  { ending: { measuredS }, plan: { recover = [] } }: Pick<Evidence, "ending" | "plan">,
): Finding {
  const about = { check: "fault-effect", kind: "instrument", subject: fault.id } as const;
  const why = fault.because ?? "nobody knows why";
  const past = fault.figures?.["pastRelayConnections"] ?? 0;
  const lateMs = fault.figures?.["relayLateP99Ms"] ?? 0;
  const { relayLateP99Ms: lateness } = limits;
  const { effectAtS } = fault;
  if (effectAtS !== undefined && effectAtS >= measuredS) {
    const because =
      `${fault.id} proves nothing: it was seen to bite only ${instant(effectAtS)}, ` +
      `and the load was over after ${seconds(measuredS)}`;
    return { ...about, status: "inconclusive", because };
  }
  switch (fault.status) {
    case "effective":
    case "leaked":
      if (past > 0) {
        const because = `${fault.id} was seen to bite, but not for all: ${counted(past, "connection")} of its edges led past the relay`;
        return { ...about, status: "inconclusive", because };
      }
      if (lateMs > lateness.value) {
        const because =
          `${fault.id} was seen to bite, but so was the relay: it was late by ${ms(lateMs)} at the 99th percentile, ` +
          `the limit is ${ms(lateness.value)}`;
        const { unit, value: limit } = lateness;
        return { ...about, status: "inconclusive", because, observed: lateMs, limit, unit };
      }
      return effectAtS === undefined
        ? { ...about, status: "inconclusive", because: `${fault.id} was not seen to bite` }
        : {
            ...about,
            status: "upheld",
            because: `${fault.id} was seen to bite ${instant(effectAtS)}: ${fault.effect}`,
          };
    case "vacuous":
      return { ...about, status: "inconclusive", because: `${fault.id} proves nothing: ${why}` };
    case "failed": {
      // Whether the target got over it is what was asked, and is answered by the check of recovery.
      if (isNeverGone(fault) && recover.some(isHealing)) {
        const because = `${fault.id} was seen to bite ${instant(effectAtS ?? 0)}: ${fault.effect}; ${why}`;
        return { ...about, status: "upheld", because };
      }
      const what = effectAtS === undefined ? "could not be carried out:" : "was carried out, but";
      return { ...about, status: "inconclusive", because: `${fault.id} ${what} ${why}` };
    }
    case "not-reached":
      return { ...about, status: "inconclusive", because: `${fault.id} never had its turn: ${why}` };
    default:
      return fault.status satisfies never;
  }
}
