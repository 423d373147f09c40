/** Rollback: a release with a defect is taken back, and neither the defect nor the two exchanges cost much. */
import type { FaultSeen } from "../../metrics/fault-seen.ts";
import type { Evidence } from "../../verdict/evidence.ts";
import type { Finding } from "../../verdict/finding.ts";
import { percent, seconds } from "../../verdict/telling/figures.ts";
import type { Exam, ExamRow } from "./exam.ts";
import { type FaultFigures, faultFigures } from "./fault-figures.ts";
import { leadFor } from "./lead.ts";
import { oneAtATime } from "./one-at-a-time.ts";
import { strangersAmong } from "./strangers.ts";

/** The figures are our choice. */
const limits = {
  /** From the order to take it back until all is well. */
  backS: 60,
  /** Share of what may go wrong in a month. */
  burnedRatio: 0.05,
  /** An exchange is announced, so nobody has to do without: a tenth of a second without one good answer is the least we see. */
  blackoutS: 0.1,
} as const;

/** One answer in five of a node is an error: enough to be seen, and its health does not show it. */
const defect = "20%";
/** An exchange, and looks at many answers before one can tell that some are errors. */
const usualHoldS = 20;
/** Two starts of a shop under its budget, and five seconds of being well. */
const usualGapS = 20;
const leastLeadS = 12;

export const rollback: Exam = {
  name: "rollback",
  does:
    "releases a version with a defect on one shop after the other and takes it back: well again within 60 s, never dark for more " +
    "than 0.1 s, at most 5 % of a month's allowance of bad answers, no order lost by either exchange",
  scenario: "mixed-daily",
  loadRatio: 0.7,
  control: {
    target: "stage-02",
    variants: [],
    because: "its only shop is away for as long as it is exchanged",
  },
  plan({ members, requestsPerS, faults = ["bad-deploy"], holdS = usualHoldS, gapS = usualGapS }) {
    const problems = strangersAmong(faults, ["bad-deploy"]).map(
      (name) => `rollback takes back releases; "bad-deploy" is the only fault it knows, not "${name}"`,
    );
    if (problems.length > 0) return { problems };
    const shops = members.filter(({ component }) => component === "shop");
    const leadS = leadFor(requestsPerS, leastLeadS);
    const { chaos, durationS } = oneAtATime({ members: shops, faults, leadS, holdS, gapS });
    const wishes = chaos.wishes.map((wish) => ({ ...wish, value: defect }));
    return { chaos: { ...chaos, wishes }, durationS };
  },
  judge(evidence) {
    const rows = (evidence.faults ?? []).map((fault) => rowOf(evidence, fault));
    const findings = rows.map(findingOf);
    const notes = [
      "only a defect that was planted was taken back; nothing is said about those nobody planted, nor about changed data",
    ];
    return { rows, findings, notes };
  },
};

const findingOf = ({ subject, status, because, answer }: ExamRow): Finding => ({
  ...{ check: "rollback", kind: "recovery", subject, status },
  because: `the release on ${subject}: ${answer}; ${because}`,
});

function rowOf(evidence: Evidence, fault: FaultSeen): ExamRow {
  const about = { subject: fault.nodes.join(","), fault: fault.fault };
  const seen = faultFigures(evidence, fault);
  if ("because" in seen)
    return { ...about, because: seen.because, answer: "unknown", status: "inconclusive", figures: {} };
  const backS = backAfterS(fault, seen);
  const { availability, darkUntilGoneS: blackoutS, burnedRatio } = seen;
  const figures = { availability, blackoutS, backS: backS ?? null, burnedRatio: burnedRatio ?? null };
  const because = [
    `${percent(availability)} good answers while it was there`,
    backS === undefined
      ? "not well again before the next one"
      : `well ${seconds(backS)} after the order to take it back`,
    ...(blackoutS > 0 ? [`dark for ${seconds(blackoutS)}`] : []),
    ...(burnedRatio === undefined ? [] : [`${percent(burnedRatio)} of a month's allowance`]),
  ].join(", ");
  if (backS === undefined || backS > limits.backS)
    return { ...about, answer: "not taken back in time", status: "refuted", because, figures };
  const isGentle = blackoutS <= limits.blackoutS && (burnedRatio ?? 0) <= limits.burnedRatio;
  return isGentle
    ? { ...about, answer: "taken back", status: "upheld", because, figures }
    : { ...about, answer: "felt too much", status: "refuted", because, figures };
}

function backAfterS(
  { stoppedAtS, undoneAtS }: FaultSeen,
  { recoveredAfterS }: FaultFigures,
): number | undefined {
  if (stoppedAtS === undefined || undoneAtS === undefined || recoveredAfterS === undefined) return undefined;
  return undoneAtS - stoppedAtS + recoveredAfterS;
}
