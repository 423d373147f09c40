/** Intervals on the wire and off it. */
import type { AttemptOutcome, Interval, LatencyDelta } from "../metrics/interval.ts";
import { type Booked, type Outcome, outcomes } from "../metrics/outcome.ts";
import type { Interval as IntervalMessage, Latency as LatencyMessage } from "./generated/bench.ts";

export function toMessage(interval: Interval): IntervalMessage {
  const { counts, health, attempts } = interval;
  return {
    drive: interval.drive,
    second: interval.second,
    phase: interval.phase,
    ...counts,
    latencies: interval.latencies.map((delta) => ({ ...delta, outcomes: { ...delta.outcomes } })),
    ...health,
    accepted: numbersOf(attempts, "accepted"),
    rejected: numbersOf(attempts, "rejected"),
    indeterminate: numbersOf(attempts, "indeterminate"),
    neverSent: numbersOf(attempts, "never-sent"),
  };
}

/**
 * The interval that `toMessage` was given, its attempts grouped by what became of them.
 * @throws when an outcome has a name we do not know, which another build must have sent
 */
export function fromMessage(message: IntervalMessage): Interval {
  const { planned, fired, completed, failed, dropped, inFlight, waiting } = message;
  const { slip, connectionWait, eventLoopDelay, cpuRatio, gcMs, stalledMs } = message;
  return {
    drive: message.drive,
    second: message.second,
    phase: message.phase,
    counts: { planned, fired, completed, failed, dropped, inFlight, waiting },
    latencies: message.latencies.map(deltaOf),
    health: { slip, connectionWait, eventLoopDelay, cpuRatio, gcMs, stalledMs },
    attempts: [
      ...attemptsOf(message.accepted, "accepted"),
      ...attemptsOf(message.rejected, "rejected"),
      ...attemptsOf(message.indeterminate, "indeterminate"),
      ...attemptsOf(message.neverSent, "never-sent"),
    ],
  };
}

function numbersOf(attempts: readonly AttemptOutcome[], booked: Booked): number[] {
  return attempts.filter((attempt) => attempt.booked === booked).map((attempt) => attempt.attempt);
}

function attemptsOf(attempts: readonly number[], booked: Booked): AttemptOutcome[] {
  return attempts.map((attempt) => ({ attempt, booked }));
}

function deltaOf({
  plannedSecond,
  operation,
  outcomes: counted,
  response,
  service,
}: LatencyMessage): LatencyDelta {
  const named: Partial<Record<Outcome, number>> = {};
  for (const [outcome, count] of Object.entries(counted)) {
    if (!isOutcome(outcome)) throw new Error(`an agent sent an outcome we do not know: "${outcome}"`);
    named[outcome] = count;
  }
  return { plannedSecond, operation, outcomes: named, response, service };
}

function isOutcome(word: string): word is Outcome {
  return (outcomes as readonly string[]).includes(word);
}
