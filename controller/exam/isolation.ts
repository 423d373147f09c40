/** Isolation: one part is overloaded, starved, or waits for what stands still, and who does not need it notices nothing. */
import type { FaultWish } from "../../chaos/chaos-plan.ts";
import type { FaultSeen } from "../../metrics/fault-seen.ts";
import type { Member } from "../../targets/launch/members.ts";
import type { Evidence } from "../../verdict/evidence.ts";
import type { Finding } from "../../verdict/finding.ts";
import { secondsWithin, stretchOf } from "../../verdict/recovery/stretch.ts";
import { ms, percent } from "../../verdict/telling/figures.ts";
import { type Exam, type ExamRow, type Sitting, signedInRatio } from "./exam.ts";
import { strangersAmong } from "./strangers.ts";

/** Sources of the first two: research notes on principles as experiments; the others are our choice. */
export const limits = {
  /** Share of good answers to those who ask for something else. */
  availability: 0.999,
  /** Their p99, of what it was before anything was done. */
  p99Ratio: 1.3,
  /** So much more than usual says nothing: our own lateness is inside it. */
  p99GraceMs: 10,
  /** Whoever answers more of a flood than this well was not overloaded by it. */
  floodFineRatio: 0.9,
} as const;

const troubles = ["flood", "neighbour", "freeze"] as const;
type Trouble = (typeof troubles)[number];

/** What is usual is learnt in it, in two halves. */
const leadS = 30;
const usualHoldS = 20;
const usualGapS = 20;
/** Searches are being asked for when their part gets into trouble, so that they pile up in it. */
const aheadS = 5;
/** Share of an ordinary day's requests that are searches. Source: the mix of scenarios/mixed-daily.ts. */
const searchRatio = 0.25;
const busyProcesses = 4;
/** Of the rate that is claimed for an ordinary day. Source: research notes, which flood with twice what can be carried. */
const floodRatio = 2;
/** What the requests beside the load can be at most, a second. */
const mostPerS = 500;

export const isolation: Exam = {
  name: "isolation",
  does:
    "floods search, gives it busy neighbours, and stops what it asks, one at a time, while shoppers who are signed in buy: 99.9 % good " +
    "answers to them, and a p99 of at most 1.3 times the usual",
  scenario: "signed-in",
  loadRatio: signedInRatio,
  control: {
    target: "stage-02",
    variants: [],
    because: "one application and one database do everything, so what fills them fills them for all",
  },
  plan({ faults = troubles, members, dailyPerS = 0, holdS = usualHoldS, gapS = usualGapS }) {
    const problems = strangersAmong(faults, troubles).map(
      (name) => `isolation knows ${troubles.join(", ")} as trouble, not "${name}"`,
    );
    if (problems.length > 0) return { problems };
    const asked = troubles.filter((trouble) => faults.includes(trouble));
    const turnS = aheadS + holdS + gapS;
    const wishes = asked.flatMap((trouble, turn) =>
      wishesFor(trouble, { members, dailyPerS }, { atS: leadS + turn * turnS, holdS }),
    );
    return { chaos: { wishes, quiet: [] }, durationS: Math.ceil(leadS + asked.length * turnS) };
  },
  judge(evidence) {
    const usual = usualIn(evidence);
    const rows = turnsOf(evidence.faults ?? []).map((turn) => rowOf(evidence, turn, usual));
    const notes = [
      "search is the part that was put in trouble; of other parts nothing is said, nor of memory, disks and the network they may share",
    ];
    return { rows, findings: rows.map(findingOf), notes };
  },
};

function wishesFor(
  trouble: Trouble,
  { members, dailyPerS = 0 }: Pick<Sitting, "members" | "dailyPerS">,
  { atS, holdS }: { readonly atS: number; readonly holdS: number },
): readonly FaultWish[] {
  const asking = (perS: number): FaultWish => ({
    fault: "flood",
    value: `${Math.max(1, Math.min(mostPerS, Math.round(perS)))}/s,search`,
    atS,
    forS: aheadS + holdS,
  });
  const usually = asking(searchRatio * dailyPerS);
  const inTrouble = { atS: atS + aheadS, forS: holdS };
  switch (trouble) {
    case "flood":
      return [asking(floodRatio * dailyPerS)];
    case "neighbour":
      return [
        usually,
        ...onDifferentMachines(searchers(members)).map(({ name }) => ({
          ...inTrouble,
          fault: "neighbour",
          value: String(busyProcesses),
          where: name,
        })),
      ];
    case "freeze":
      return [usually, ...askedBySearch(members).map((where) => ({ ...inTrouble, fault: "freeze", where }))];
    default:
      return trouble satisfies never;
  }
}

/** Applications that answer searches, whatever else they do. */
const searchers = (members: readonly Member[]): readonly Member[] =>
  members.filter(
    ({ component, settings }) => component === "shop" && settings.areas?.includes("search") !== false,
  );

const onDifferentMachines = (members: readonly Member[]): readonly Member[] =>
  members.filter(
    ({ machine }, index) =>
      machine === undefined || members.findIndex((other) => other.machine === machine) === index,
  );

/** Whom they ask for what is searched: the engine; without one, replicas of the catalogue; without those, the catalogue. */
function askedBySearch(members: readonly Member[]): readonly string[] {
  const called = new Set(searchers(members).flatMap(({ calls }) => calls));
  const asked = members.filter(({ name }) => called.has(name));
  const kinds = [
    asked.filter(({ component }) => component === "groonga"),
    asked.filter(({ holds, replicaOf }) => holds.includes("catalog") && replicaOf !== undefined),
    asked.filter(({ holds }) => holds.includes("catalog")),
  ];
  return (kinds.find((kind) => kind.length > 0) ?? []).map(({ name }) => name);
}

interface Turn {
  /** What was done, as far as it was planned for one stretch of time. */
  readonly faults: readonly FaultSeen[];
  readonly trouble: string;
  /** Those faults among them that are the trouble. */
  readonly main: readonly FaultSeen[];
}

/** Faults whose planned times touch belong together; what began last is what was asked about. */
function turnsOf(faults: readonly FaultSeen[]): readonly Turn[] {
  const endOf = ({ plannedAtS, plannedForS = 0 }: FaultSeen) => plannedAtS + plannedForS;
  const groups: FaultSeen[][] = [];
  for (const fault of faults.toSorted((one, other) => one.plannedAtS - other.plannedAtS)) {
    const group = groups.at(-1);
    if (group !== undefined && fault.plannedAtS < Math.max(...group.map(endOf))) group.push(fault);
    else groups.push([fault]);
  }
  return groups.map((group) => {
    const trouble = group.at(-1)!.fault;
    return { faults: group, trouble, main: group.filter(({ fault }) => fault === trouble) };
  });
}

interface Usual {
  /** Share of good answers. */
  readonly availability: number;
  readonly p99Ms: number;
}

/** Of the undisturbed time; the higher p99 of its two halves, so that chance alone is not held against what follows. */
function usualIn({ timeline, faults = [] }: Evidence): Usual | undefined {
  const endS = Math.floor(Math.min(...faults.map(({ plannedAtS }) => plannedAtS))) - 1;
  if (!(endS >= 2)) return undefined;
  const half = Math.floor(endS / 2);
  const whole = stretchOf(secondsWithin(timeline, 0, endS));
  const halves = [secondsWithin(timeline, 0, half), secondsWithin(timeline, half, endS)].map(stretchOf);
  const p99s = halves.flatMap((each) => each?.p99Ms ?? []);
  if (whole === undefined || p99s.length < halves.length || !p99s.every(Number.isFinite)) return undefined;
  return { availability: 1 - whole.bad / whole.planned, p99Ms: Math.max(...p99s) };
}

function rowOf(evidence: Evidence, turn: Turn, usual: Usual | undefined): ExamRow {
  const { main, trouble } = turn;
  const subject = trouble === "flood" ? "search" : main.flatMap(({ nodes }) => nodes).join(",");
  const about = { subject, fault: trouble };
  const unknown = (because: string): ExamRow => ({
    ...{ ...about, answer: "unknown", status: "inconclusive", because, figures: {} },
  });
  const dull = main.find((fault) => !isSeen(fault));
  if (dull !== undefined) return unknown(`${dull.id} proves nothing: ${dull.because ?? dull.status}`);
  if (usual === undefined) return unknown("nothing is known to be usual");
  const usualMs = usual.p99Ms;
  if (usual.availability < limits.availability)
    return unknown(
      `only ${percent(usual.availability)} of the answers were good before anything was done: the load is too much for it, take a lower --rate`,
    );
  const fromS = Math.max(...main.map(({ effectAtS = 0 }) => effectAtS));
  const toS = Math.min(...main.map(({ stoppedAtS = evidence.ending.measuredS }) => stoppedAtS));
  const seen = stretchOf(secondsWithin(evidence.timeline, fromS, toS));
  if (seen === undefined) return unknown("nothing else was asked for while it was on");
  const availability = 1 - seen.bad / seen.planned;
  const p99Ratio = seen.p99Ms / usualMs;
  const figures = {
    availability,
    p99Ms: finite(seen.p99Ms),
    usualP99Ms: usualMs,
    p99Ratio: finite(p99Ratio),
  };
  const because = [
    `${percent(availability)} good answers to the others`,
    Number.isFinite(seen.p99Ms)
      ? `p99 ${ms(seen.p99Ms)} (usually ${ms(usualMs)})`
      : "more than one in a hundred never answered",
  ].join(", ");
  const isSlow = p99Ratio > limits.p99Ratio && seen.p99Ms > usualMs + limits.p99GraceMs;
  if (availability < limits.availability || isSlow)
    return { ...about, answer: "taken along", status: "refuted", because, figures };
  const doubt = doubtIn(turn);
  return doubt === undefined
    ? { ...about, answer: "left alone", status: "upheld", because, figures }
    : { ...unknown(`${because}; ${doubt}`), figures };
}

/** Why it proves nothing that the others noticed nothing. */
function doubtIn({ faults, main, trouble }: Turn): string | undefined {
  const unasked = faults.find((fault) => !main.includes(fault) && !isSeen(fault));
  if (unasked !== undefined) return "nobody searched meanwhile";
  const fineRatio = main[0]?.figures?.floodFineRatio;
  return trouble === "flood" && fineRatio !== undefined && fineRatio > limits.floodFineRatio
    ? `but search answered ${percent(fineRatio)} of the flood well, so it was not overloaded`
    : undefined;
}

const isSeen = ({ status }: FaultSeen): boolean => status === "effective" || status === "leaked";

const finite = (figure: number): number | null => (Number.isFinite(figure) ? figure : null);

const findingOf = ({ subject, fault, status, because, answer }: ExamRow): Finding => ({
  ...{ check: "isolation", kind: "recovery", subject: `${fault} ${subject}`, status },
  because: `${fault} of ${subject}: others ${answer}; ${because}`,
});
