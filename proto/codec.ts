/** Intervals on the wire and off it. */
import { Failure } from "../base/failure.ts";
import type { AgentHealth, AttemptOutcome, Interval, LatencyDelta } from "../metrics/interval.ts";
import { type Booked, type Outcome, outcomes } from "../metrics/outcome.ts";
import type { Interval as IntervalMessage, Latency as LatencyMessage } from "./generated/bench.ts";

export function toMessage(interval: Interval): IntervalMessage {
  const { counts, attempts } = interval;
  const { pressure, throttling, ...health } = interval.health;
  return {
    drive: interval.drive,
    second: interval.second,
    phase: interval.phase,
    ...counts,
    latencies: interval.latencies.map(
      ({ plannedSecond, operation, outcomes: counted, response, service }) => ({
        plannedSecond,
        operation,
        outcomes: { ...counted },
        response: bufferOf(response),
        service: bufferOf(service),
      }),
    ),
    ...health,
    slip: bufferOf(health.slip),
    connectionWait: bufferOf(health.connectionWait),
    eventLoopDelay: bufferOf(health.eventLoopDelay),
    ...pressure,
    throttling,
    accepted: numbersOf(attempts, "accepted"),
    rejected: numbersOf(attempts, "rejected"),
    indeterminate: numbersOf(attempts, "indeterminate"),
    neverSent: numbersOf(attempts, "never-sent"),
  };
}

/**
 * The interval that `toMessage` was given, its attempts grouped by what became of them.
 * @throws {Failure} `agents` when an outcome has a name we do not know, which another build must have sent
 */
export function fromMessage(message: IntervalMessage): Interval {
  const { planned, fired, completed, failed, dropped, inFlight, waiting } = message;
  return {
    drive: message.drive,
    second: message.second,
    phase: message.phase,
    counts: { planned, fired, completed, failed, dropped, inFlight, waiting },
    latencies: message.latencies.map(deltaOf),
    health: healthOf(message),
    attempts: [
      ...attemptsOf(message.accepted, "accepted"),
      ...attemptsOf(message.rejected, "rejected"),
      ...attemptsOf(message.indeterminate, "indeterminate"),
      ...attemptsOf(message.neverSent, "never-sent"),
    ],
  };
}

/** proto3 leaves out what is not known; so do we, rather than reading it as 0. */
function healthOf(message: IntervalMessage): AgentHealth {
  const { slip, connectionWait, eventLoopDelay, cpuRatio, spunMs, gcMs, gcLongestMs, stalledMs } = message;
  const { throttling, cpuSomeRatio, stealRatio } = message;
  return {
    slip,
    connectionWait,
    eventLoopDelay,
    cpuRatio,
    spunMs,
    gcMs,
    gcLongestMs,
    stalledMs,
    ...(throttling === undefined ? {} : { throttling }),
    pressure: {
      ...(cpuSomeRatio === undefined ? {} : { cpuSomeRatio }),
      ...(stealRatio === undefined ? {} : { stealRatio }),
    },
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
    if (!isOutcome(outcome))
      throw new Failure("agents", `an agent sent an outcome we do not know: "${outcome}"`);
    named[outcome] = count;
  }
  return { plannedSecond, operation, outcomes: named, response, service };
}

/** A view, not a copy. */
function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function isOutcome(word: string): word is Outcome {
  return (outcomes as readonly string[]).includes(word);
}
