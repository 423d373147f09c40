/** One repetition of an experiment, as a question sees it: a figure, and what makes it doubtful. */
import type { CapacitySeen } from "../capacity/capacity-seen.ts";
import type { Saturated } from "../capacity/saturated.ts";
import type { Evidence } from "../evidence.ts";
import type { LedgerTally } from "../tally.ts";
import type { Verdict } from "../verdict.ts";
import { calmOf } from "./calm.ts";
import { type Doubt, doubtsOfRun, doubtsOfSearch } from "./doubts.ts";
import { measureKnee, saturatedBy } from "./measure-knee.ts";
import { measureRun } from "./measure-run.ts";
import { isMissing, type Measured, type Missing, type Nature } from "./measured.ts";
import type { KneeMeasure, RunMeasure } from "./measures.ts";

export interface Sample<Seen extends object = Measured> {
  /** The run or the search it is from. */
  readonly runId: string;
  /** Samples of two sides with the same one were made one after the other. */
  readonly round: number;
  readonly seen: Seen;
  /**
   * What it would be without the seconds in which our instrument was not well. Absent: it was well in all of them, or the
   * figure is not one of those that are known second by second.
   */
  readonly calm?: Seen;
  readonly doubts: readonly Doubt[];
}

export type TierSample = Sample<Saturated | Missing>;

export interface RunMade {
  readonly evidence: Evidence;
  readonly tally: LedgerTally | undefined;
  /** What `judge` says of the two. */
  readonly verdict: Verdict;
  /** See `RunExperiment`. */
  readonly nobodyAt?: string | undefined;
}

export function sampleOfRun(
  measure: RunMeasure,
  { evidence, tally, verdict, nobodyAt }: RunMade,
  round: number,
): Sample {
  const seen = measureRun(measure, evidence, tally);
  const calm = calmOf(measure, evidence, seen);
  return {
    ...{ runId: evidence.runId, round, seen },
    ...(calm && { calm }),
    doubts: doubtsOfRun(evidence, verdict, nobodyAt),
  };
}

export function sampleOfSearch(measure: KneeMeasure, search: CapacitySeen, round: number): Sample {
  return {
    ...{ runId: search.runId, round },
    seen: measureKnee(measure, search),
    doubts: doubtsOfSearch(search),
  };
}

export function tierSampleOf(search: CapacitySeen, round: number): TierSample {
  return {
    ...{ runId: search.runId, round },
    seen: saturatedBy(search),
    doubts: doubtsOfSearch(search),
  };
}

/** Why nothing can be taken from it; undefined when something can. Knows nothing of what the figure is. */
export function whyUnfit({ seen, doubts }: Sample<object>, nature: Nature): string | undefined {
  const doubt = doubts.find((each) => isSpoiltBy(each, nature));
  return doubt?.because ?? (isMissing(seen) ? seen.missing : undefined);
}

/**
 * Why it is unfit where only our instrument or the machine was not well, so that another try may have what this has not:
 * what did not take place as asked will not the next time either.
 */
export function whyNotWell({ doubts }: Sample<object>, nature: Nature): string | undefined {
  const spoiling = doubts.filter((each) => isSpoiltBy(each, nature));
  return spoiling.every(({ spoils }) => spoils === "course" || spoils === "work")
    ? spoiling[0]?.because
    : undefined;
}

function isSpoiltBy({ spoils }: Doubt, { about }: Nature): boolean {
  switch (spoils) {
    case "all":
      return true;
    case "course":
      return about === "course" || about === "speed";
    case "work":
      return about === "work";
    case "speed":
      return about === "speed";
    default:
      return spoils satisfies never;
  }
}
