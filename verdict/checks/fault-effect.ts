/** Every fault of the plan was carried out and seen to bite; one that was not proves nothing. */
import type { FaultSeen } from "../../metrics/fault-seen.ts";
import type { Check } from "../check.ts";
import type { Finding } from "../finding.ts";
import { counted, instant, ms } from "../telling/figures.ts";

const limits = {
  relayLateP99Ms: {
    value: 5,
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
  judge: ({ faults = [] }) => faults.map(findingOf),
};

function findingOf(fault: FaultSeen): Finding {
  const about = { check: "fault-effect", kind: "instrument", subject: fault.id } as const;
  const why = fault.because ?? "nobody knows why";
  const past = fault.figures?.["pastRelayConnections"] ?? 0;
  const lateMs = fault.figures?.["relayLateP99Ms"] ?? 0;
  const { relayLateP99Ms: lateness } = limits;
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
      return fault.effectAtS === undefined
        ? { ...about, status: "inconclusive", because: `${fault.id} was not seen to bite` }
        : {
            ...about,
            status: "upheld",
            because: `${fault.id} was seen to bite ${instant(fault.effectAtS)}: ${fault.effect}`,
          };
    case "vacuous":
      return { ...about, status: "inconclusive", because: `${fault.id} proves nothing: ${why}` };
    case "failed": {
      const what = fault.effectAtS === undefined ? "could not be carried out:" : "was carried out, but";
      return { ...about, status: "inconclusive", because: `${fault.id} ${what} ${why}` };
    }
    case "not-reached":
      return { ...about, status: "inconclusive", because: `${fault.id} never had its turn: ${why}` };
    default:
      return fault.status satisfies never;
  }
}
