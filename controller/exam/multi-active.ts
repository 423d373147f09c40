/** More than one place that works: each zone is lost in turn, and the others do all there is to do. */
import type { FaultWish } from "../../chaos/chaos-plan.ts";
import type { FaultSeen } from "../../metrics/fault-seen.ts";
import type { Evidence } from "../../verdict/evidence.ts";
import type { Finding } from "../../verdict/finding.ts";
import { percent, seconds } from "../../verdict/telling/figures.ts";
import type { Exam, ExamRow } from "./exam.ts";
import { faultFigures } from "./fault-figures.ts";
import { goodBetween } from "./good-between.ts";
import { leadFor } from "./lead.ts";
import { strangersAmong } from "./strangers.ts";

/** The figures are our choice. */
const limits = {
  /** Names have to be asked for again, and connections given up, before the others do it all. */
  turnS: 30,
  /** Share of good answers from then on. */
  availability: 0.99,
} as const;

const usualHoldS = 45;
/** All nodes of a zone start, level after level. */
const usualGapS = 40;
const leastLeadS = 12;

export const multiActive: Exam = {
  name: "multi-active",
  does: "ends every node of one zone after the other: 30 s later 99 % good answers from what is left, and no order lost or sold twice",
  scenario: "mixed-daily",
  loadRatio: 0.5,
  control: {
    target: "stage-09",
    variants: [],
    because: "catalogue, users and carts are written in one of its zones only",
  },
  plan({ members, requestsPerS, faults = ["zone-lost"], holdS = usualHoldS, gapS = usualGapS }) {
    const zones = [...new Set(members.flatMap(({ zone }) => zone ?? []))];
    const problems = [
      ...strangersAmong(faults, ["zone-lost"]).map(
        (name) => `multi-active loses zones; "zone-lost" is the only fault it knows, not "${name}"`,
      ),
      ...(holdS <= limits.turnS
        ? [`what is left has ${limits.turnS} s to take over, so a zone has to be away for longer`]
        : []),
      ...(zones.length < 2 ? ["it stands in one place"] : []),
    ];
    if (problems.length > 0) return { problems };
    const leadS = leadFor(requestsPerS, leastLeadS);
    const wishes = zones.map(
      (where, turn): FaultWish => ({
        fault: "zone-lost",
        where,
        atS: leadS + turn * (holdS + gapS),
        forS: holdS,
      }),
    );
    return { chaos: { wishes, quiet: [] }, durationS: Math.ceil(leadS + zones.length * (holdS + gapS)) };
  },
  judge(evidence) {
    const rows = (evidence.faults ?? []).map((fault) => rowOf(evidence, fault));
    const notes = [
      "on one machine this shows whether the logic holds; distance and what lies between the places are not in it",
      "only the loss of a whole zone was asked about: not what two zones sell that do not see each other, nor how soon they agree again",
    ];
    return { rows, findings: rows.map(findingOf), notes };
  },
};

const findingOf = ({ subject, status, because, answer }: ExamRow): Finding => ({
  ...{ check: "multi-active", kind: "recovery", subject, status },
  because: `without ${subject}: ${answer}; ${because}`,
});

function rowOf(evidence: Evidence, fault: FaultSeen): ExamRow {
  const about = { subject: `zone ${fault.zone ?? ""}`, fault: fault.fault };
  const seen = faultFigures(evidence, fault);
  const { effectAtS = 0, stoppedAtS = evidence.ending.measuredS } = fault;
  const turned = goodBetween(evidence, effectAtS + limits.turnS, stoppedAtS);
  if ("because" in seen || turned === undefined) {
    const because = "because" in seen ? seen.because : "it was not away for long enough";
    return { ...about, because, answer: "unknown", status: "inconclusive", figures: {} };
  }
  const { availability, recoveredUnderFaultS, recoveredAfterS } = seen;
  const isCarried = turned >= limits.availability;
  return {
    ...about,
    answer: isCarried ? "carried" : "not carried",
    status: isCarried ? "upheld" : "refuted",
    because: [
      `${percent(turned)} good answers from ${limits.turnS} s on, ${percent(availability)} in all`,
      ...(recoveredUnderFaultS === undefined ? [] : [`over it after ${seconds(recoveredUnderFaultS)}`]),
      ...(recoveredAfterS === undefined ? ["not well again before the next one"] : []),
    ].join(", "),
    figures: {
      ...{ availability, availabilityAfterTurn: turned },
      recoveredUnderFaultS: recoveredUnderFaultS ?? null,
      recoveredAfterS: recoveredAfterS ?? null,
    },
  };
}
