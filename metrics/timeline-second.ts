/** One second of all agents together: as it is told while the run goes on, and with all that came of it at the end. */
import type { LatencyDelta } from "./interval.ts";
import type { SecondHealth } from "./second-health.ts";
import type { Tenths } from "./tenths.ts";

/** Offered and thrown away by planned second, answers by completed second, latency by planned second. */
export interface TimelineSecond {
  /** Seconds since the start of the measured part; negative during warm-up. */
  readonly atS: number;
  readonly phase: string;
  readonly planned: number;
  readonly fired: number;
  readonly completed: number;
  readonly failed: number;
  readonly dropped: number;
  readonly inFlight: number;
  /** Response time of the requests planned in this second, as far as they are known. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Not good answers that became known in this second. */
  readonly bad: number;
  /** Absent when no agent reported this second. */
  readonly health?: SecondHealth;
  /** Ids of the faults that were in place for some of this second. Absent: none was. */
  readonly faults?: readonly string[];
}

/** Requests of one operation planned in one second. */
export interface Settled {
  /** Answered or given up; what was never sent is not among them. */
  readonly settled: number;
  /** At most so many of them well and in time: late ones are taken to be among the bad ones as far as there are any. */
  readonly good: number;
}

/** A second whose requests have all been answered or given up, so that it can be left out of a sum or kept in it. */
export interface SettledSecond extends TimelineSecond {
  /** What came of the requests planned in this second, whenever it became known. */
  readonly outcomes: LatencyDelta["outcomes"];
  /** Their response times, all operations: HDR V2 compressed, base64, microseconds. */
  readonly response: string;
  /** In runs with faults: requests planned in this second, and those of them that were answered well in time. */
  readonly tenths?: Tenths;
  /** In runs with faults: the same by operation, of those that were answered or given up. */
  readonly operations?: Readonly<Record<string, Settled>>;
}
