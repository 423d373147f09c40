/** N+1: whatever single node fails, by ending or by standing still, shoppers hardly notice. */
import type { FaultSeen } from "../../metrics/fault-seen.ts";
import type { Evidence } from "../../verdict/evidence.ts";
import type { Finding } from "../../verdict/finding.ts";
import { percent, seconds } from "../../verdict/telling/figures.ts";
import type { Exam, ExamAnswer, ExamRow } from "./exam.ts";
import { faultFigures } from "./fault-figures.ts";
import { leadFor } from "./lead.ts";
import { oneAtATime } from "./one-at-a-time.ts";
import { strangersAmong } from "./strangers.ts";

/** Sources of all: research notes on principles as experiments; the figures are our choice. */
export const limits = {
  /** Share of good answers while the fault is on. */
  availability: 0.99,
  /** From seen to bite until all is well again although the fault is still on. */
  recoverS: 10,
  /** Longest time without one good answer. */
  blackoutS: 3,
} as const;

const knownFaults = ["kill", "freeze"] as const;
/** Long enough for ten seconds of getting over it and five of being over it. */
const usualHoldS = 20;
/** A database or a shop that starts again under its budget takes a few seconds. */
const usualGapS = 15;
const leastLeadS = 10;

export const nPlusOne: Exam = {
  name: "n-plus-1",
  does:
    "kills and freezes every node in turn: 99 % good answers meanwhile, over it within 10 s, never dark for more than 3 s; " +
    "prints the single points of failure",
  scenario: "mixed-daily",
  loadRatio: 0.7,
  control: { target: "stage-02", variants: [], because: "it has one of everything" },
  plan({ members, requestsPerS, faults = knownFaults, holdS = usualHoldS, gapS = usualGapS }) {
    const problems = strangersAmong(faults, knownFaults).map(
      (name) => `n-plus-1 knows ${knownFaults.join(" and ")} as ways to fail, not "${name}"`,
    );
    if (problems.length > 0) return { problems };
    return oneAtATime({ members, faults, leadS: leadFor(requestsPerS, leastLeadS), holdS, gapS });
  },
  judge(evidence) {
    const rows = (evidence.faults ?? []).map((fault) => rowOf(evidence, fault));
    return { rows, findings: rows.map(findingOf), notes: notesOf(rows) };
  },
};

function rowOf(evidence: Evidence, fault: FaultSeen): ExamRow {
  const about = { subject: fault.nodes.join(","), fault: fault.fault };
  const seen = faultFigures(evidence, fault);
  if ("because" in seen)
    return { ...about, because: seen.because, answer: "unknown", status: "inconclusive", figures: {} };
  const { availability, blackoutS, recoveredUnderFaultS: overAfterS, recoveredAfterS } = seen;
  const figures = {
    ...{ availability, blackoutS },
    recoveredUnderFaultS: overAfterS ?? null,
    recoveredAfterS: recoveredAfterS ?? null,
  };
  const because = [
    `${percent(availability)} good answers while it was on`,
    ...(overAfterS === undefined ? ["never over it"] : []),
    ...(overAfterS === 0 ? ["never felt"] : []),
    ...(overAfterS !== undefined && overAfterS > 0 ? [`over it after ${seconds(overAfterS)}`] : []),
    ...(blackoutS > 0 ? [`dark for ${seconds(blackoutS)}`] : []),
    ...(recoveredAfterS === undefined ? ["not well again before the next one"] : []),
  ].join(", ");
  if (overAfterS === undefined)
    return { ...about, answer: "single point of failure", status: "refuted", because, figures };
  const isCarried =
    availability >= limits.availability && overAfterS <= limits.recoverS && blackoutS <= limits.blackoutS;
  return isCarried
    ? { ...about, answer: "carried", status: "upheld", because, figures }
    : { ...about, answer: "felt too much", status: "refuted", because, figures };
}

const findingOf = ({ subject, fault, status, because, answer }: ExamRow): Finding => ({
  ...{ check: "n-plus-1", kind: "recovery", subject: `${fault} ${subject}`, status },
  because: `${fault} of ${subject}: ${answer}; ${because}`,
});

function notesOf(rows: readonly ExamRow[]): readonly string[] {
  const points = pointsOfFailure(rows);
  const asked = new Set(rows.map(({ subject }) => subject)).size;
  return [
    points.length === 0
      ? `none of ${asked} nodes is a single point of failure, as far as it was asked`
      : `single points of failure: ${points.join(", ")} (${points.length} of ${asked} nodes)`,
    "whether all but one of each kind carry the whole peak was not measured: it takes a search for the knee without it",
  ];
}

/** Nodes without which things did not become well, in the order they were asked. */
export const pointsOfFailure = (rows: ExamAnswer["rows"]): readonly string[] => [
  ...new Set(rows.filter(({ answer }) => answer === "single point of failure").map(({ subject }) => subject)),
];
