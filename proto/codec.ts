/** Intervals on the wire and off it. */
import { Failure } from "../base/failure.ts";
import { type Guarantee, guarantees, type Looks } from "../metrics/guarantee.ts";
import type { AgentHealth, AttemptOutcome, Interval, LatencyDelta } from "../metrics/interval.ts";
import { type Booked, type Outcome, outcomes } from "../metrics/outcome.ts";
import { type TenthsDelta, tenthsPerSecond } from "../metrics/tenths.ts";
import type {
  Interval as IntervalMessage,
  Latency as LatencyMessage,
  Looks as LooksMessage,
  Tenths as TenthsMessage,
} from "./generated/bench.ts";

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
    tenths: (interval.tenths ?? []).map(({ plannedSecond, planned, good }) => ({
      plannedSecond,
      planned: [...planned],
      good: [...good],
    })),
    looks: (interval.looks ?? []).map((looks) => ({ ...looks })),
  };
}

/**
 * The interval that `toMessage` was given, its attempts grouped by what became of them.
 * @throws {Failure} `agents` when an outcome has a name we do not know, or there are not ten tenths, which another build
 *   must have sent
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
    ...(message.tenths.length > 0 && { tenths: message.tenths.map(tenthsOf) }),
    ...(message.looks.length > 0 && { looks: message.looks.map(looksOf) }),
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

function looksOf({ guarantee, checked, broken }: LooksMessage): Looks {
  const known = guarantees.find((each): each is Guarantee => each === guarantee);
  if (known === undefined)
    throw new Failure("agents", `an agent looked at what we do not know: "${guarantee}"`);
  return { guarantee: known, checked, broken };
}

function tenthsOf({ plannedSecond, planned, good }: TenthsMessage): TenthsDelta {
  if (planned.length !== tenthsPerSecond || good.length !== tenthsPerSecond)
    throw new Failure("agents", `an agent sent a second of ${planned.length} and ${good.length} tenths`);
  return { plannedSecond, planned, good };
}

/** A view, not a copy. */
function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function isOutcome(word: string): word is Outcome {
  return (outcomes as readonly string[]).includes(word);
}
