/** A drive on simulated time with a scripted target, for the tests of drives. */
import { Drive, type DriveEnd, type DriveOrder } from "../../agents/drive.ts";
import { NoneSender } from "../../agents/senders/none.ts";
import type { Sender } from "../../agents/senders/sender.ts";
import { hold } from "../../load/hold.ts";
import type { Interval } from "../../metrics/interval.ts";
import { Latency } from "../../metrics/latency.ts";
import type { Journey, Operation, Scenario } from "../../scenarios/scenario.ts";
import { ManualClock } from "../fakes/manual-clock.ts";
import { type ScriptedAnswer, ScriptedSender } from "../fakes/scripted-sender.ts";
import { calm } from "../metrics/calm.ts";

export const startMs = 500;
export const get: Operation = { request: () => ({ method: "GET", path: "/" }) };
export const tryToBuy: Operation = {
  attempts: true,
  request: (shopper) => ({
    method: "POST",
    path: "/try",
    headers: { "idempotency-key": shopper.attemptKey(), "x-user": String(shopper.userId) },
  }),
};

/** Ten arrivals a second, 50, 150, 250, ... ms into each; one operation unless told otherwise. */
export function scenarioOf(more: Partial<Scenario> = {}): Scenario {
  return {
    name: "small",
    title: "a small scenario",
    operations: { home: get },
    journeys: {},
    load: ({ ratePerS, durationS }) => hold({ ratePerS, spanS: durationS, spacing: "even" }),
    phases: ({ durationS }) => [
      {
        name: "all of it",
        fromS: 0,
        toS: durationS,
        mix: { [Object.keys(more.journeys ?? {})[0] ?? "home"]: 1 },
      },
    ],
    popularity: { exponent: 0 },
    requestsPerArrival: 1,
    source: "made up for this test",
    ...more,
  };
}

export interface Driven {
  readonly clock: ManualClock;
  readonly drive: Drive;
  readonly intervals: Interval[];
  readonly sender: Sender;
  end(): DriveEnd | Error | undefined;
}

export function driven(
  more: Partial<DriveOrder> & { sender?: (clock: ManualClock) => Sender; spinBelowMs?: number } = {},
): Driven {
  const { sender: make = (clock) => new NoneSender(clock), spinBelowMs = 0, ...order } = more;
  const clock = new ManualClock();
  const sender = make(clock);
  const intervals: Interval[] = [];
  let end: DriveEnd | Error | undefined;
  const drive = new Drive(
    {
      drive: 2,
      scenario: scenarioOf(),
      shape: { ratePerS: 10, durationS: 2 },
      seed: 1,
      share: { index: 0, count: 1 },
      warmupS: 0,
      drainS: 5,
      maxInFlight: 1_000,
      world: { items: 100, categories: 10, users: 100, tag: "t" },
      ...order,
    },
    {
      sender,
      clock,
      vitals: { take: () => calm },
      spinBelowMs,
      emit: (interval) => intervals.push(interval),
    },
  );
  drive.run(startMs).then(
    (reached) => {
      end = reached;
    },
    (error: Error) => {
      end = error;
    },
  );
  return { clock, drive, intervals, sender, end: () => end };
}

/** Lets promises be told. */
export const told = () => new Promise<void>((resolve) => setImmediate(resolve));

export const scripted =
  (script: (number: number) => ScriptedAnswer, connections?: number) => (clock: ManualClock) =>
    new ScriptedSender(clock, (_, number) => script(number), connections);

export function requestsOf(sender: Sender) {
  return (sender as ScriptedSender).requests;
}

export function sumOf(intervals: readonly Interval[], count: keyof Interval["counts"]): number {
  return intervals.reduce((sum, { counts }) => sum + counts[count], 0);
}

export function attemptsOf(intervals: readonly Interval[]): [number, string][] {
  return intervals.flatMap(({ attempts }) =>
    attempts.map(({ attempt, booked }): [number, string] => [attempt, booked]),
  );
}

export function latencyOf(packed: Uint8Array): { count: number; maxUs: number } {
  const latency = Latency.unpack(packed);
  const seen = { count: latency.count, maxUs: latency.maxUs };
  latency.release();
  return seen;
}

/** Asks once, and again 0.3 s after the answer if it was a good one. */
export const twice: Journey = function* () {
  const outcome = yield { operation: "home" };
  if (outcome === "ok") yield { operation: "again", afterS: 0.3 };
};
