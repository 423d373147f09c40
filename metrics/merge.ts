/** The same second of several agents as if one agent had seen it all. Exact: histograms add up, percentiles come after. */
import type { Counts, Interval, LatencyDelta } from "./interval.ts";
import { Latency } from "./latency.ts";
import type { Outcome } from "./outcome.ts";
import { compare } from "./recorder.ts";

/**
 * Counts, latencies, slip, waits, delays and attempts are sums; CPU, garbage collection and stalls are those of the
 * agent that was worst off, because an instrument is as good as its worst part.
 * @throws when there is nothing to merge, or the intervals are of different seconds or drives
 */
export function mergeIntervals(intervals: readonly Interval[]): Interval {
  const [first, ...others] = intervals;
  if (first === undefined) throw new Error("nothing to merge");
  for (const { drive, second } of others) {
    if (drive === first.drive && second === first.second) continue;
    throw new Error(
      `second ${second} of drive ${drive} is not second ${first.second} of drive ${first.drive}`,
    );
  }
  const health = intervals.map((interval) => interval.health);
  return {
    drive: first.drive,
    second: first.second,
    phase: first.phase,
    counts: intervals.map((interval) => interval.counts).reduce(plus),
    latencies: mergeDeltas(intervals.flatMap((interval) => interval.latencies)),
    health: {
      slip: mergeEncoded(health.map((seen) => seen.slip)),
      connectionWait: mergeEncoded(health.map((seen) => seen.connectionWait)),
      eventLoopDelay: mergeEncoded(health.map((seen) => seen.eventLoopDelay)),
      cpuRatio: Math.max(...health.map((seen) => seen.cpuRatio)),
      gcMs: Math.max(...health.map((seen) => seen.gcMs)),
      stalledMs: Math.max(...health.map((seen) => seen.stalledMs)),
    },
    attempts: intervals
      .flatMap((interval) => interval.attempts)
      .sort((a, b) => a.attempt - b.attempt || compare(a.booked, b.booked)),
  };
}

/** The counts of both together. */
export function plus(a: Counts, b: Counts): Counts {
  return {
    planned: a.planned + b.planned,
    fired: a.fired + b.fired,
    completed: a.completed + b.completed,
    failed: a.failed + b.failed,
    dropped: a.dropped + b.dropped,
    inFlight: a.inFlight + b.inFlight,
    waiting: a.waiting + b.waiting,
  };
}

/** `into` grows by `more`. */
export function addOutcomes(into: Partial<Record<Outcome, number>>, more: LatencyDelta["outcomes"]): void {
  for (const [outcome, count] of Object.entries(more) as [Outcome, number][]) {
    into[outcome] = (into[outcome] ?? 0) + count;
  }
}

function mergeDeltas(deltas: readonly LatencyDelta[]): LatencyDelta[] {
  const groups = new Map<string, LatencyDelta[]>();
  for (const delta of deltas) {
    const key = `${delta.plannedSecond} ${delta.operation}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [delta]);
    else group.push(delta);
  }
  return [...groups.values()]
    .map(mergeGroup)
    .sort((a, b) => a.plannedSecond - b.plannedSecond || compare(a.operation, b.operation));
}

function mergeGroup(group: readonly LatencyDelta[]): LatencyDelta {
  const outcomes: Partial<Record<Outcome, number>> = {};
  for (const delta of group) addOutcomes(outcomes, delta.outcomes);
  const { plannedSecond, operation } = group[0]!;
  return {
    plannedSecond,
    operation,
    outcomes,
    response: mergeEncoded(group.map((delta) => delta.response)),
    service: mergeEncoded(group.map((delta) => delta.service)),
  };
}

function mergeEncoded(encoded: readonly string[]): string {
  if (encoded.length === 1) return encoded[0]!;
  const sum = Latency.blank();
  for (const one of encoded) sum.addEncoded(one);
  const merged = sum.encode();
  sum.release();
  return merged;
}
