/** Counts of several agents, or of several seconds, together. */
import type { Counts, LatencyDelta } from "./interval.ts";
import type { Outcome } from "./outcome.ts";

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
  for (const outcome in more) {
    const name = outcome as Outcome;
    into[name] = (into[name] ?? 0) + (more[name] ?? 0);
  }
}
