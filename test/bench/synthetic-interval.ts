/** What a busy agent reports in one second, made up but shaped like the real thing, for benchmarks of the control plane. */
import { Random } from "../../base/random.ts";
import type { Interval, LatencyDelta } from "../../metrics/interval.ts";
import { Recorder, type Vitals } from "../../metrics/recorder.ts";

export const operationsPerAgent = 20;
/** Requests planned each second by each agent, per operation. */
export const samplesPerOperation = 50;
export const requestsPerS = operationsPerAgent * samplesPerOperation;
/** One operation of the twenty buys. */
export const attemptsPerS = samplesPerOperation;

const names = Array.from({ length: operationsPerAgent }, (_, index) => `operation-${index}`);
/** Log-normal with this spread: p99 is about three times the median, as of a service that is not overloaded. */
const spread = 0.5;

/**
 * The interval an agent reports in the middle of a drive: of each operation 49 answers to requests of this second and
 * one to a request of the second before, because that many are in flight when a second ends. Median service times lie
 * between 1 and 40 ms, each operation's own, and differ by up to 20 % between agents.
 */
export function steadyInterval(agent: number, variant: number, vitals: Vitals): Interval {
  const chance = new Random(agent, variant);
  const recorder = new Recorder({ drive: 0, operations: names });
  const blank = { inFlight: 0, waiting: 0 };
  recorder.close(0, blank).interval("open", vitals);
  const pace = chance.between(0.8, 1.2);
  for (let operation = 0; operation < operationsPerAgent; operation++) {
    const medianUs = 1000 * 40 ** (operation / (operationsPerAgent - 1)) * pace;
    for (let sample = 0; sample < samplesPerOperation; sample++) {
      const slipUs = chance.exponential(120);
      const serviceUs = medianUs * Math.exp(spread * normal(chance));
      recorder.planned(1);
      recorder.fired(1, slipUs, 0);
      const isBusy = chance.happens(0.01);
      const plannedSecond = sample === 0 ? 0 : 1;
      recorder.settled(1, plannedSecond, operation, isBusy ? "busy" : "ok", serviceUs + slipUs, serviceUs);
    }
  }
  return recorder.close(1, blank).interval("open", vitals);
}

/**
 * The same interval as second `second` of a drive of `spanS` seconds. In second 0 nothing of a second before is
 * answered; second `spanS` is the drain, in which nothing but that is.
 */
export function atSecond(steady: Interval, second: number, spanS: number): Interval {
  const isDrain = second === spanS;
  const kept: LatencyDelta[] = [];
  for (const delta of steady.latencies) {
    const isOfBefore = delta.plannedSecond === 0;
    if (isOfBefore ? second > 0 : !isDrain) {
      kept.push({ ...delta, plannedSecond: isOfBefore ? second - 1 : second });
    }
  }
  const fired = isDrain ? 0 : requestsPerS;
  const inFlight = isDrain ? 0 : operationsPerAgent;
  const completed = fired - inFlight + (second > 0 ? operationsPerAgent : 0);
  return {
    ...steady,
    second,
    latencies: kept,
    counts: { planned: fired, fired, completed, failed: 0, dropped: 0, inFlight, waiting: 0 },
  };
}

/** One in ten of these attempts is accepted. Numbers are dense over all agents and seconds. */
export function attemptsOf(agent: number, agents: number, second: number): Interval["attempts"] {
  const first = (second * agents + agent) * attemptsPerS;
  return Array.from({ length: attemptsPerS }, (_, index) => ({
    attempt: first + index,
    booked: index % 10 === 0 ? "accepted" : "rejected",
  }));
}

/** Standard normal, by Box and Muller. */
function normal(chance: Random): number {
  return Math.sqrt(-2 * Math.log(1 - chance.next())) * Math.cos(2 * Math.PI * chance.next());
}
