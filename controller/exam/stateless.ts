/** Stateless: no shop remembers what the others do not, so every one of them may go without taking a login or a cart along. */
import type { Guarantee } from "../../metrics/guarantee.ts";
import type { Finding } from "../../verdict/finding.ts";
import { type Exam, type ExamRow, signedInRatio } from "./exam.ts";
import { oneAtATime } from "./one-at-a-time.ts";
import { strangersAmong } from "./strangers.ts";

/** Enough for many visits to be in the middle when their shop goes, and to go on at others. */
const usualHoldS = 8;
const usualGapS = 12;
const leadS = 8;
const asked: ReadonlySet<string> = new Set<Guarantee>(["session-kept", "read-your-writes"]);

export const stateless: Exam = {
  name: "stateless",
  does: "kills every shop in turn while shoppers are logged in and fill carts: each login and each cart is found again",
  scenario: "signed-in",
  loadRatio: signedInRatio,
  control: {
    target: "stage-04",
    variants: ["session=sticky"],
    because: "each login is in the memory of one shop",
  },
  plan({ members, faults = ["kill"], holdS = usualHoldS, gapS = usualGapS }) {
    const shops = members.filter(({ tier }) => tier === "app");
    const problems = [
      ...(shops.length < 2
        ? ["one shop has nobody to leave anything to; stateless takes a target with two at least"]
        : []),
      ...strangersAmong(faults, ["kill"]).map(
        (name) => `stateless kills shops; "kill" is the only fault it knows, not "${name}"`,
      ),
    ];
    if (problems.length > 0) return { problems };
    return oneAtATime({ members: shops, faults, leadS, holdS, gapS });
  },
  judge(evidence, verdict) {
    const rows = (evidence.faults ?? []).map((fault): ExamRow => {
      const isOn = fault.status === "effective" || fault.status === "leaked";
      return {
        ...{ subject: fault.nodes.join(","), fault: fault.fault, figures: {} },
        answer: isOn ? "was away" : "unknown",
        status: isOn ? "upheld" : "inconclusive",
        because: isOn
          ? (fault.effect ?? "seen to bite")
          : `${fault.id} proves nothing: ${fault.because ?? fault.status}`,
      };
    });
    const findings = verdict.findings.filter(({ check }) => asked.has(check));
    return {
      rows,
      findings: [...findings, ...rows.filter(({ status }) => status === "inconclusive").map(vacuousOf)],
      notes: ["answers of different shops to one shopper at the same moment were not compared"],
    };
  },
};

const vacuousOf = ({ subject, fault, because }: ExamRow): Finding => ({
  ...{
    check: "stateless",
    kind: "correctness",
    subject: `${fault} ${subject}`,
    status: "inconclusive",
    because,
  },
});
