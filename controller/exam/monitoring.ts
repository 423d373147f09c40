/** Monitoring: whatever node is in trouble, the target's own signals say so, soon, of that node, and are silent otherwise. */
import type { FaultSeen } from "../../metrics/fault-seen.ts";
import type { Evidence } from "../../verdict/evidence.ts";
import type { Finding, Status } from "../../verdict/finding.ts";
import { percent, seconds } from "../../verdict/telling/figures.ts";
import { type Alarms, alarmsIn } from "./alarms.ts";
import type { Exam, ExamRow } from "./exam.ts";
import { oneAtATime } from "./one-at-a-time.ts";
import { strangersAmong } from "./strangers.ts";

/** Source of all: research notes on principles as experiments, but for the length of the quiet, which is ours. */
export const limits = {
  /** From seen to bite until the target says so. */
  noticedS: 30,
  /** Share of the faults that were seen to bite. */
  noticedRatio: 0.95,
  /** Share of the noticed ones of which it is said of the right node most. */
  namedRatio: 0.8,
  /** Less undisturbed time than this says nothing of false alarms; ten minutes would be better. */
  quietS: 30,
} as const;

const knownFaults = ["kill", "freeze"] as const;
const usualHoldS = 30;
const usualGapS = 25;
const leadS = 45;

export const monitoring: Exam = {
  name: "monitoring",
  does:
    "kills and freezes every node in turn: 95 % are noticed by the target itself within 30 s, four in five with the right node named " +
    "most, and nothing is said in quiet times",
  scenario: "mixed-daily",
  loadRatio: 0.7,
  control: { target: "stage-02", variants: [], because: "nobody watches its only shop" },
  plan({ members, faults = knownFaults, holdS = usualHoldS, gapS = usualGapS }) {
    const problems = strangersAmong(faults, knownFaults).map(
      (name) => `monitoring knows ${knownFaults.join(" and ")} as trouble, not "${name}"`,
    );
    if (problems.length > 0) return { problems };
    return oneAtATime({ members, faults, leadS, holdS, gapS });
  },
  judge(evidence) {
    const { watched, faults = [] } = evidence;
    if (watched === undefined) return deaf(faults);
    const alarms = alarmsIn(watched, faults, evidence.ending.measuredS);
    const asked = faults.filter(isSeen);
    const told = asked.map((fault) => toldOf(evidence, fault, alarms));
    const rows = faults.map((fault) => rowOf(fault, told[asked.indexOf(fault)]));
    return { rows, findings: findingsOf(told, alarms), notes: notesOf(told, alarms) };
  },
};

/** What was said of one fault. */
interface Told {
  readonly fault: FaultSeen;
  /** Nodes of it that somebody watches. */
  readonly isWatched: boolean;
  /** From seen to bite; absent: not in time. */
  readonly noticedS?: number;
  /** By whom first, in its own words. */
  readonly words?: string;
  /** Of whom it was said most. */
  readonly blamed?: string;
  readonly isNamed: boolean;
}

function toldOf({ watched, ending }: Evidence, fault: FaultSeen, alarms: Alarms): Told {
  const { nodes, requestedAtS = 0, effectAtS = requestedAtS, stoppedAtS = ending.measuredS } = fault;
  const isWatched = (watched?.detectors ?? []).some(({ about }) =>
    about.some((name) => nodes.includes(name)),
  );
  const lastS = Math.min(effectAtS + limits.noticedS, stoppedAtS);
  const said = alarms.during(fault).filter(({ atS }) => atS <= lastS);
  const first = said.find(({ about }) => about.some((name) => nodes.includes(name)));
  const blamed = mostBlamed(said);
  return {
    ...{ fault, isWatched, isNamed: blamed !== undefined && nodes.includes(blamed) },
    ...(blamed !== undefined && { blamed }),
    ...(first !== undefined && {
      noticedS: Math.max(0, first.atS - effectAtS),
      words: `${first.by} (${first.source}): ${first.says}`,
    }),
  };
}

/** The node that most others speak of; of several the one that was spoken of first. */
function mostBlamed(said: ReturnType<Alarms["during"]>): string | undefined {
  const speakers = new Map<string, Set<string>>();
  for (const { by, about } of said)
    for (const name of about) speakers.set(name, (speakers.get(name) ?? new Set()).add(by));
  const most = Math.max(0, ...[...speakers.values()].map(({ size }) => size));
  return [...speakers].find(([, { size }]) => size === most)?.[0];
}

function rowOf(fault: FaultSeen, told: Told | undefined): ExamRow {
  const about = { subject: fault.nodes.join(","), fault: fault.fault };
  if (told === undefined) {
    const because = `${fault.id} proves nothing: ${fault.because ?? fault.status}`;
    return { ...about, because, answer: "unknown", status: "inconclusive", figures: {} };
  }
  const { isWatched, noticedS, words = "", blamed, isNamed } = told;
  const figures = { noticedS: noticedS ?? null };
  const other = blamed === undefined || isNamed ? "" : `; ${blamed} was spoken of most`;
  if (noticedS === undefined) {
    const answer = isWatched ? "not noticed" : "nobody watches it";
    const because = `nothing was said of it in time${other}`;
    return { ...about, answer, status: "refuted", because, figures };
  }
  const because = `${seconds(noticedS)} after it was seen to bite, by ${words}${other}`;
  return isNamed
    ? { ...about, answer: "noticed", status: "upheld", because, figures }
    : { ...about, answer: "noticed, another blamed", status: "refuted", because, figures };
}

function findingsOf(told: readonly Told[], { quiet, quietS }: Alarms): readonly Finding[] {
  const noticed = told.filter(({ noticedS }) => noticedS !== undefined);
  const named = noticed.filter(({ isNamed }) => isNamed);
  const findings = [
    told.length === 0
      ? finding("noticed", "inconclusive", "no fault was seen to bite")
      : finding(
          "noticed",
          statusOf(noticed.length / told.length >= limits.noticedRatio),
          `${share(noticed.length, told.length)} faults were noticed by the target itself within ${limits.noticedS} s (at least ${percent(limits.noticedRatio)})`,
        ),
  ];
  if (noticed.length > 0)
    findings.push(
      finding(
        "named",
        statusOf(named.length / noticed.length >= limits.namedRatio),
        `of ${share(named.length, noticed.length)} that were noticed the right node was spoken of most (at least ${percent(limits.namedRatio)})`,
      ),
    );
  findings.push(quietFinding(quiet, quietS));
  return findings;
}

function quietFinding(quiet: Alarms["quiet"], quietS: number): Finding {
  const [first] = quiet;
  if (first !== undefined) {
    const many = quiet.length === 1 ? "alarm" : "alarms";
    const where = `the first ${seconds(first.atS)} into the run, by ${first.by} of ${first.about.join(", ")}: ${first.says}`;
    return finding("quiet", "refuted", `${quiet.length} ${many} in ${seconds(quietS)} of quiet; ${where}`);
  }
  return quietS < limits.quietS
    ? finding("quiet", "inconclusive", `only ${seconds(quietS)} were quiet; it takes ${limits.quietS} s`)
    : finding("quiet", "upheld", `no alarm in ${seconds(quietS)} of quiet`);
}

function notesOf(told: readonly Told[], { quietS }: Alarms): readonly string[] {
  const unwatched = [
    ...new Set(told.filter(({ isWatched }) => !isWatched).flatMap(({ fault }) => fault.nodes)),
  ];
  return [
    unwatched.length === 0
      ? "every node that was asked about is watched by another one"
      : `watched by nobody: ${unwatched.join(", ")}`,
    `quiet for ${seconds(quietS)} in all: what is false once an hour is not seen in that`,
    "only what nodes say of others counts, as they write it; whether people are told was not asked",
  ];
}

/** Nobody listened to the target, so nothing it said is known. */
function deaf(faults: readonly FaultSeen[]) {
  const because = "nobody listened to what the target said of itself";
  const rows = faults.map(
    ({ nodes, fault }): ExamRow => ({
      ...{ subject: nodes.join(","), fault, because, answer: "unknown", status: "inconclusive", figures: {} },
    }),
  );
  return { rows, findings: [finding("noticed", "inconclusive", because)], notes: [] };
}

const isSeen = ({ status }: FaultSeen): boolean => status === "effective" || status === "leaked";
const statusOf = (isKept: boolean): Status => (isKept ? "upheld" : "refuted");
const share = (some: number, all: number): string => `${some} of ${all}`;
const finding = (subject: string, status: Status, because: string): Finding => ({
  ...{ check: "monitoring", kind: "recovery", subject, status, because },
});
