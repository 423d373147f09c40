/** What makes a run or a search no evidence for some kinds of figures, by rules that do not know what it would say. */
import type { CapacitySeen } from "../capacity/capacity-seen.ts";
import type { Evidence } from "../evidence.ts";
import type { Finding } from "../finding.ts";
import { hostFullRatio, instrumentLimits } from "../instrument-limits.ts";
import { markedSeconds, shadowOf } from "../marks.ts";
import { percent } from "../telling/figures.ts";
import type { Verdict } from "../verdict.ts";
import { isMember } from "./members.ts";

export interface Doubt {
  /**
   * *all*: what was asked for did not take place, so a count of 0 says nothing either; *course*: our instrument or the
   * machine was the limit; *work*: others had this machine's CPU, and what they had is charged to whoever was at work;
   * *speed*: nothing kept the machine out of it. See `Nature.about`.
   */
  readonly spoils: "all" | "course" | "work" | "speed";
  /** One sentence. */
  readonly because: string;
}

/** @param nobodyAt see `RunExperiment` */
export function doubtsOfRun(evidence: Evidence, { findings }: Verdict, nobodyAt?: string): readonly Doubt[] {
  const { instrument, targetSeen, timeline } = evidence;
  const shadow = shadowOf(evidence, markedSeconds(evidence));
  const busyRatio = instrument.hostPressure.cpuBusyRatio ?? 0;
  return [
    ...findings.filter((each) => !isUnmet(each, evidence, nobodyAt)).flatMap(doubtIn),
    ...(shadow.size > timeline.length - shadow.size
      ? [course("our instrument was not well in, or beside, more than half of the seconds")]
      : []),
    ...(busyRatio >= hostFullRatio
      ? [
          course(
            `this machine was busy ${percent(busyRatio)} of the time: it was the limit, and not the target`,
          ),
        ]
      : []),
    ...stolenDoubt(instrument.hostPressure.stealRatio ?? 0),
    ...budgetDoubt(targetSeen.budgets.mechanism, targetSeen.budgets.because),
  ];
}

/** A guest charges a task with the time in which the hypervisor let the core do something else. Source: docs/own-health.md. */
function stolenDoubt(stealRatio: number): readonly Doubt[] {
  if (stealRatio <= instrumentLimits.stealRatio.value) return [];
  const because = `the hypervisor took ${percent(stealRatio)} of this machine's CPU time, which is charged to whoever was at work`;
  return [{ spoils: "work", because }];
}

export const doubtsOfSearch = ({ budgets }: Pick<CapacitySeen, "budgets">): readonly Doubt[] =>
  budgetDoubt(budgets);

/** A fault that nobody could meet, because nobody went where it was. */
function isUnmet(
  { check, subject }: Finding,
  { faults = [], nodes }: Evidence,
  nobodyAt: string | undefined,
): boolean {
  if (nobodyAt === undefined || check !== "fault-effect") return false;
  const isVacuous = faults.some(({ id, status }) => id === subject && status === "vacuous");
  const asked = nodes.filter(({ name }) => isMember(name, nobodyAt));
  return isVacuous && asked.length > 0 && asked.every(({ requests }) => requests === 0);
}

function doubtIn({ check, kind, status, because }: Finding): readonly Doubt[] {
  if (status === "upheld") return [];
  if (check === "own-health" || check === "agents-present") return [course(because)];
  // Half a run, a fault of which nothing was seen or that is still there, a node that died by itself.
  const isAnother = kind === "instrument" || kind === "leaked" || kind === "target";
  return isAnother ? [{ spoils: "all", because }] : [];
}

const course = (because: string): Doubt => ({ spoils: "course", because });

function budgetDoubt(mechanism: string, why?: string): readonly Doubt[] {
  if (mechanism !== "none") return [];
  const because = `CPU budgets could not be applied${why === undefined ? "" : ` (${why})`}: how fast it is, is how fast this machine is`;
  return [{ spoils: "speed", because }];
}
