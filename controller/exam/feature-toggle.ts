/** Feature toggles: what shoppers can do without is switched off and on, and the centre that says so may itself be away. */
import type { FaultWish } from "../../chaos/chaos-plan.ts";
import type { FaultSeen } from "../../metrics/fault-seen.ts";
import type { Evidence } from "../../verdict/evidence.ts";
import type { Finding } from "../../verdict/finding.ts";
import { calmUntilS, spansOf } from "../../verdict/recovery/fault-window.ts";
import { percent, seconds } from "../../verdict/telling/figures.ts";
import { type Exam, type ExamRow, type Sitting, signedInRatio } from "./exam.ts";
import { goodBetween } from "./good-between.ts";

/** The figures are our choice. */
const limits = {
  /** From the order to when every application says so and refuses it. */
  everywhereS: 5,
  /** Of what does not need what is switched off, nor the centre. */
  availability: 0.999,
} as const;

/** Nobody who is signed in asks for it; that it is refused is seen by the fault, which asks at the front door and behind it. */
const toggled = "search";
const toggleAtS = 12;
const toggleForS = 12;
const centreAtS = 36;
/** Long enough for an application to end, and to start under its budget, while the centre is away. */
const centreForS = 40;
const applicationAtS = 46;
const applicationForS = 2;
const durationS = 90;

export const featureToggle: Exam = {
  name: "feature-toggle",
  does:
    "switches search off for all applications and on again, then takes the configuration centre away and starts an application " +
    "again meanwhile: refused everywhere within 5 s, 99.9 % good answers to all else, and it starts with what it knew last",
  scenario: "signed-in",
  loadRatio: signedInRatio,
  control: {
    target: "stage-11",
    variants: ["config-snapshot=off"],
    because: "nothing that the centre said is kept for a start without it",
  },
  plan(sitting) {
    const wishes = wishesFor(sitting);
    return "problems" in wishes ? wishes : { chaos: { wishes, quiet: [] }, durationS };
  },
  judge(evidence) {
    const { faults = [] } = evidence;
    const centre = faults.find(({ fault, plannedAtS }) => fault === "kill" && plannedAtS === centreAtS);
    const rows = faults.map((fault) => {
      if (fault.fault === "toggle") return toggleRow(evidence, fault);
      return fault === centre ? centreRow(evidence, fault) : applicationRow(fault, centre);
    });
    return {
      rows,
      findings: rows.map(findingOf),
      notes: [
        `one toggle was asked for (${toggled}), of an operation that these shoppers do not need: that it is refused was seen by asking for it`,
      ],
    };
  },
};

function wishesFor({
  members,
  faults,
  holdS,
  gapS,
}: Sitting): readonly FaultWish[] | { readonly problems: readonly string[] } {
  const hasOwnTimes = faults === undefined && holdS === undefined && gapS === undefined;
  const problems = hasOwnTimes
    ? []
    : ["feature-toggle is one story with times of its own; leave --faults, --hold and --gap out"];
  const centre = members.find(({ component }) => component === "zookeeper");
  const application = members.find(
    ({ component, calls }) => component === "shop" && centre !== undefined && calls.includes(centre.name),
  );
  if (centre === undefined || application === undefined)
    problems.push("toggles are kept in a configuration centre, and none of its applications calls one");
  if (problems.length > 0 || centre === undefined || application === undefined) return { problems };
  return [
    { fault: "toggle", value: toggled, atS: toggleAtS, forS: toggleForS },
    { fault: "kill", where: centre.name, atS: centreAtS, forS: centreForS },
    { fault: "kill", where: application.name, atS: applicationAtS, forS: applicationForS },
  ];
}

type Answered = Omit<ExamRow, "subject" | "fault">;

function rowOf({ fault, nodes }: FaultSeen, subject: string, answered: Answered): ExamRow {
  return { fault, subject: nodes[0] ?? subject, ...answered };
}

const unknown = (because: string): Answered => ({
  answer: "unknown",
  status: "inconclusive",
  because,
  figures: {},
});

const isSeen = ({ status }: FaultSeen): boolean => status === "effective" || status === "leaked";

/** Why good answers tell nothing here: without any trouble there were too few of them. */
function overloadIn(evidence: Evidence): string | undefined {
  const { faults = [] } = evidence;
  const calmS = calmUntilS(spansOf(evidence), Math.min(...faults.map(({ plannedAtS }) => plannedAtS)));
  const usual = goodBetween(evidence, 0, calmS);
  if (usual === undefined) return "nothing is known to be usual";
  return usual < limits.availability
    ? `only ${percent(usual)} of the answers were good before anything was done: the load is too much for it, take a lower --rate`
    : undefined;
}

function toggleRow(evidence: Evidence, fault: FaultSeen): ExamRow {
  const { requestedAtS, effectAtS, stoppedAtS, because: why } = fault;
  if (fault.status === "failed" || requestedAtS === undefined)
    return rowOf(fault, toggled, unknown(`${fault.id} proves nothing: ${why ?? fault.status}`));
  if (effectAtS === undefined || stoppedAtS === undefined) {
    const because = `not every application said so and refused it within ${seconds(toggleForS)}`;
    return rowOf(fault, toggled, { answer: "not everywhere", status: "refuted", because, figures: {} });
  }
  const availability = goodBetween(evidence, effectAtS, stoppedAtS);
  if (availability === undefined)
    return rowOf(fault, toggled, unknown("nothing was asked for while it was off"));
  const overload = overloadIn(evidence);
  if (overload !== undefined) return rowOf(fault, toggled, unknown(overload));
  const everywhereS = effectAtS - requestedAtS;
  const isGood = everywhereS <= limits.everywhereS && availability >= limits.availability;
  return rowOf(fault, toggled, {
    answer: isGood ? "switched off without harm" : "felt too much",
    status: isGood ? "upheld" : "refuted",
    because: `said and refused everywhere after ${seconds(everywhereS)}, ${percent(availability)} good answers while it was off`,
    figures: { everywhereS, availability },
  });
}

/** Until an application is started again, which is a question of its own. */
function centreRow(evidence: Evidence, fault: FaultSeen): ExamRow {
  if (!isSeen(fault) || fault.effectAtS === undefined)
    return rowOf(fault, "", unknown(`${fault.id} proves nothing: ${fault.because ?? fault.status}`));
  const availability = goodBetween(evidence, fault.effectAtS, applicationAtS);
  if (availability === undefined) return rowOf(fault, "", unknown("nothing was asked for while it was away"));
  const overload = overloadIn(evidence);
  if (overload !== undefined) return rowOf(fault, "", unknown(overload));
  const isGood = availability >= limits.availability;
  return rowOf(fault, "", {
    answer: isGood ? "not missed" : "missed",
    status: isGood ? "upheld" : "refuted",
    because: `${percent(availability)} good answers while it was away, until an application was ended`,
    figures: { availability },
  });
}

function applicationRow(fault: FaultSeen, centre: FaultSeen | undefined): ExamRow {
  const { stoppedAtS, undoneAtS } = fault;
  const centreBackAtS = centre?.stoppedAtS;
  if (
    !isSeen(fault) ||
    stoppedAtS === undefined ||
    centre === undefined ||
    !isSeen(centre) ||
    centreBackAtS === undefined
  )
    return rowOf(
      fault,
      "",
      unknown(`${fault.id} proves nothing: ${fault.because ?? "the centre was not away"}`),
    );
  const isStarted = undoneAtS !== undefined && fault.status !== "leaked" && undoneAtS <= centreBackAtS;
  return rowOf(fault, "", {
    answer: isStarted ? "started without the centre" : "did not start without the centre",
    status: isStarted ? "upheld" : "refuted",
    because: isStarted
      ? `it was back ${seconds(undoneAtS - stoppedAtS)} after it was told to start, and the centre was still away`
      : `it was not back in the ${seconds(centreBackAtS - stoppedAtS)} until the centre was`,
    figures: { backAfterS: undoneAtS === undefined ? null : undoneAtS - stoppedAtS },
  });
}

const findingOf = ({ subject, fault, status, because, answer }: ExamRow): Finding => ({
  ...{ check: "feature-toggle", kind: "recovery", subject: `${fault} ${subject}`, status },
  because: `${fault} of ${subject}: ${answer}; ${because}`,
});
