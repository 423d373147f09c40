/** Every fault of the plan was carried out and seen to bite; one that was not proves nothing. */
import type { FaultSeen } from "../../metrics/fault-seen.ts";
import type { Check } from "../check.ts";
import type { Finding } from "../finding.ts";
import { counted, instant } from "../telling/figures.ts";

export const faultEffect: Check = {
  name: "fault-effect",
  title: "every fault was carried out, and was seen to bite",
  kind: "instrument",
  limits: {},
  judge: ({ faults = [] }) => faults.map(findingOf),
};

function findingOf(fault: FaultSeen): Finding {
  const about = { check: "fault-effect", kind: "instrument", subject: fault.id } as const;
  const why = fault.because ?? "nobody knows why";
  const past = fault.figures?.["pastRelayConnections"] ?? 0;
  switch (fault.status) {
    case "effective":
    case "leaked":
      if (past > 0) {
        const because = `${fault.id} was seen to bite, but not for all: ${counted(past, "connection")} of its edges led past the relay`;
        return { ...about, status: "inconclusive", because };
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
    case "failed":
      return { ...about, status: "inconclusive", because: `${fault.id} could not be carried out: ${why}` };
    case "not-reached":
      return { ...about, status: "inconclusive", because: `${fault.id} never had its turn: ${why}` };
    default:
      return fault.status satisfies never;
  }
}
