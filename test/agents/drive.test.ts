import { expect, test } from "vitest";
import { Drive, type DriveEnd, type DriveOrder } from "../../agents/drive.ts";
import { NoneSender } from "../../agents/senders/none.ts";
import type { Sender } from "../../agents/senders/sender.ts";
import { hold } from "../../load/hold.ts";
import { shoppersOnline } from "../../load/shoppers-online.ts";
import { identityBreaks } from "../../metrics/conservation.ts";
import type { Interval } from "../../metrics/interval.ts";
import { Latency } from "../../metrics/latency.ts";
import type { Journey, Operation, Scenario } from "../../scenarios/scenario.ts";
import { ManualClock } from "../fakes/manual-clock.ts";
import { type ScriptedAnswer, ScriptedSender } from "../fakes/scripted-sender.ts";
import { calm } from "../metrics/calm.ts";

const startMs = 500;
const get: Operation = { request: () => ({ method: "GET", path: "/" }) };
const tryToBuy: Operation = {
  attempts: true,
  request: (shopper) => ({
    method: "POST",
    path: "/try",
    headers: { "idempotency-key": shopper.attemptKey(), "x-user": String(shopper.userId) },
  }),
};

/** Ten arrivals a second, 50, 150, 250, ... ms into each; one operation unless told otherwise. */
function scenarioOf(more: Partial<Scenario> = {}): Scenario {
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

interface Driven {
  readonly clock: ManualClock;
  readonly drive: Drive;
  readonly intervals: Interval[];
  readonly sender: Sender;
  end(): DriveEnd | Error | undefined;
}

function driven(more: Partial<DriveOrder> & { sender?: (clock: ManualClock) => Sender } = {}): Driven {
  const { sender: make = (clock) => new NoneSender(clock), ...order } = more;
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
    { sender, clock, vitals: { take: () => calm }, emit: (interval) => intervals.push(interval) },
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
const told = () => new Promise<void>((resolve) => setImmediate(resolve));

const scripted = (script: (number: number) => ScriptedAnswer, connections?: number) => (clock: ManualClock) =>
  new ScriptedSender(clock, (_, number) => script(number), connections);

function requestsOf(sender: Sender) {
  return (sender as ScriptedSender).requests;
}

function sumOf(intervals: readonly Interval[], count: keyof Interval["counts"]): number {
  return intervals.reduce((sum, { counts }) => sum + counts[count], 0);
}

function attemptsOf(intervals: readonly Interval[]): [number, string][] {
  return intervals.flatMap(({ attempts }) =>
    attempts.map(({ attempt, booked }): [number, string] => [attempt, booked]),
  );
}

function latencyOf(encoded: string): { count: number; maxUs: number } {
  const latency = Latency.decode(encoded);
  const seen = { count: latency.count, maxUs: latency.maxUs };
  latency.release();
  return seen;
}

test("every arrival is fired at its exact instant, and every second is reported once", async () => {
  const { clock, sender, intervals, end } = driven({ sender: scripted(() => ({ afterMs: 3 })) });
  clock.pass(3_000);
  await told();
  expect(requestsOf(sender).map(({ atMs }) => atMs - startMs)).toEqual(
    Array.from({ length: 20 }, (_, arrival) => expect.closeTo(50 + 100 * arrival, 5)),
  );
  expect(intervals.map(({ drive, second, phase }) => [drive, second, phase])).toEqual([
    [2, 0, "all of it"],
    [2, 1, "all of it"],
  ]);
  expect(intervals.map(({ counts }) => [counts.planned, counts.completed])).toEqual([
    [10, 10],
    [10, 10],
  ]);
  expect(latencyOf(intervals[0]!.health.slip)).toEqual({ count: 10, maxUs: 0 });
  expect(end()).toEqual({ intervals: 2, cutShort: 0, because: "all of it was driven" });
  expect(clock.timers).toBe(0);
});

test("the drive drains: answers after the end are still awaited, second by second", () => {
  const { clock, intervals } = driven({ sender: scripted(() => ({ afterMs: 2_200 })) });
  clock.pass(6_000);
  expect(
    intervals.map(({ second, phase, counts }) => [second, phase, counts.completed, counts.inFlight]),
  ).toEqual([
    [0, "all of it", 0, 10],
    [1, "all of it", 0, 20],
    [2, "drain", 8, 12],
    [3, "drain", 10, 2],
    [4, "drain", 2, 0],
  ]);
  expect(identityBreaks("agent 0", intervals)).toEqual([]);
  expect(intervals[2]!.latencies.map(({ plannedSecond }) => plannedSecond)).toEqual([0]);
});

test("what is still in flight when the drain is over stays in flight, its attempt indeterminate", async () => {
  const scenario = scenarioOf({ operations: { home: tryToBuy } });
  const { clock, intervals, end } = driven({ scenario, drainS: 1, sender: scripted(() => ({})) });
  clock.pass(10_000);
  await told();
  expect(intervals.at(-1)!.counts.inFlight).toBe(20);
  expect(attemptsOf(intervals)).toEqual(Array.from({ length: 20 }, (_, k) => [4 * k, "indeterminate"]));
  expect(identityBreaks("agent 0", intervals)).toEqual([]);
  expect(end()).toMatchObject({ intervals: 4 });
});

test("a late loop is seen as slip, is in the response time, and moves no arrival to another second", () => {
  const { clock, intervals } = driven({ sender: scripted(() => ({ afterMs: 10 })) });
  clock.pass(startMs + 100);
  clock.stall(2_000);
  clock.pass(3_000);
  expect(intervals.map(({ counts }) => [counts.planned, counts.fired])).toEqual([
    [10, 1],
    [10, 0],
    [0, 19],
  ]);
  const { count, maxUs } = latencyOf(intervals[2]!.health.slip);
  expect(count).toBe(19);
  expect(Math.round(maxUs / 1_000)).toBeCloseTo(1_950, -1);
  const [planned0] = intervals[2]!.latencies;
  expect(planned0!.plannedSecond).toBe(0);
  expect(latencyOf(planned0!.response).maxUs).toBeGreaterThan(1_950_000);
  expect(latencyOf(planned0!.service).maxUs).toBeLessThan(10_100);
  expect(identityBreaks("agent 0", intervals)).toEqual([]);
});

test("waiting for the only connection is response time and connection wait, but not our slip", () => {
  const { clock, intervals } = driven({
    shape: { ratePerS: 10, durationS: 1 },
    sender: scripted(() => ({ afterMs: 200 }), 1),
  });
  clock.pass(10_000);
  expect(intervals.map(({ counts }) => counts.waiting)).toEqual([5, 0, 0]);
  expect(latencyOf(intervals[0]!.health.slip).maxUs).toBe(0);
  expect(latencyOf(intervals[1]!.health.connectionWait).maxUs).toBeGreaterThan(890_000);
  expect(identityBreaks("agent 0", intervals)).toEqual([]);
});

test("above the limit of requests in flight arrivals are dropped and counted, their attempts never sent", () => {
  const scenario = scenarioOf({ operations: { home: tryToBuy } });
  const { clock, intervals } = driven({
    scenario,
    maxInFlight: 4,
    sender: scripted(() => ({ afterMs: 950 })),
  });
  clock.pass(6_000);
  expect(intervals.map(({ counts }) => [counts.planned, counts.fired, counts.dropped])).toEqual([
    [10, 4, 6],
    [10, 4, 6],
    [0, 0, 0],
  ]);
  const booked = attemptsOf(intervals);
  expect(booked.filter(([, how]) => how === "never-sent")).toHaveLength(12);
  expect(new Set(booked.map(([attempt]) => attempt)).size).toBe(20);
  expect(identityBreaks("agent 0", intervals)).toEqual([]);
});

test.each([
  { fails: "timeout", outcome: "timeout", booked: "indeterminate", services: 10 },
  { fails: "disconnected", outcome: "disconnected", booked: "indeterminate", services: 10 },
  { fails: "refused", outcome: "disconnected", booked: "never-sent", services: 0 },
] as const)(
  "a request that ends by $fails is $outcome, its attempt $booked",
  ({ fails, outcome, booked, services }) => {
    const scenario = scenarioOf({ operations: { home: tryToBuy } });
    const { clock, intervals } = driven({
      scenario,
      shape: { ratePerS: 10, durationS: 1 },
      sender: scripted(() => ({ afterMs: 20, fails })),
    });
    clock.pass(3_000);
    expect(intervals).toHaveLength(1);
    const [{ counts, latencies, attempts }] = intervals as [Interval];
    expect(counts).toMatchObject({ planned: 10, fired: 10, completed: 0, failed: 10 });
    expect(latencies[0]!.outcomes).toEqual({ [outcome]: 10 });
    expect(latencyOf(latencies[0]!.response).count).toBe(10);
    expect(latencyOf(latencies[0]!.service).count).toBe(services);
    expect(attempts.map((one) => one.booked)).toEqual(new Array(10).fill(booked));
  },
);

const twice: Journey = function* () {
  const outcome = yield { operation: "home" };
  if (outcome === "ok") yield { operation: "again", afterS: 0.3 };
};

test("a next step is planned at the answer plus the think time, and gets the outcome of the step before", () => {
  const scenario = scenarioOf({ operations: { home: get, again: get }, journeys: { twice } });
  const { clock, sender } = driven({
    scenario,
    shape: { ratePerS: 1, durationS: 4 },
    sender: scripted((number) => ({ afterMs: 100, status: number === 2 ? 500 : 200 })),
  });
  clock.pass(6_000);
  // Arrivals at 500, 1,500, 2,500 and 3,500; the third request is the second arrival's first, and is not good.
  expect(requestsOf(sender).map(({ atMs }) => Math.round(atMs - startMs))).toEqual([
    500, 900, 1_500, 2_500, 2_900, 3_500, 3_900,
  ]);
});

test("steps that would come after the end are not planned, and counted as cut short", async () => {
  const scenario = scenarioOf({ operations: { home: get, again: get }, journeys: { twice } });
  const { clock, intervals, end } = driven({
    scenario,
    shape: { ratePerS: 1, durationS: 1 },
    sender: scripted(() => ({ afterMs: 300 })),
  });
  clock.pass(6_000);
  await told();
  expect(sumOf(intervals, "planned")).toBe(1);
  expect(end()).toMatchObject({ cutShort: 1 });
});

test("an attempt of a journey has a number of its own, and exactly one entry in the books", () => {
  const thrice: Journey = function* () {
    for (let n = 0; n < 3; n++) yield { operation: "home", afterS: 0.01 };
  };
  const scenario = scenarioOf({ operations: { home: tryToBuy }, journeys: { thrice } });
  const { clock, sender, intervals } = driven({
    scenario,
    shape: { ratePerS: 2, durationS: 1 },
    sender: scripted(() => ({ afterMs: 5 })),
  });
  clock.pass(3_000);
  expect(requestsOf(sender).map(({ request }) => request.headers!["idempotency-key"])).toEqual([
    "t.0",
    "t.1",
    "t.2",
    "t.4",
    "t.5",
    "t.6",
  ]);
  expect(attemptsOf(intervals)).toEqual([0, 1, 2, 4, 5, 6].map((attempt) => [attempt, "accepted"]));
});

test("warm-up comes first, under its own name and the lowest numbers", () => {
  const scenario = scenarioOf({
    operations: { home: { request: (shopper) => ({ method: "GET", path: `/${shopper.arrival}` }) } },
  });
  const { clock, sender, intervals } = driven({
    scenario,
    warmupS: 1,
    shape: { ratePerS: 2, durationS: 2 },
    sender: scripted(() => ({ afterMs: 1 })),
  });
  clock.pass(5_000);
  expect(intervals.map(({ phase, counts }) => [phase, counts.planned])).toEqual([
    ["warm-up", 2],
    ["all of it", 2],
    ["all of it", 2],
  ]);
  expect(requestsOf(sender).map(({ request }) => request.path)).toEqual(["/0", "/1", "/2", "/3", "/4", "/5"]);
});

test.each([1, 2, 5])("%i agents send the same multiset of requests", (agents) => {
  const scenario = scenarioOf({
    operations: {
      home: {
        request: (shopper) => ({ method: "GET", path: `/${shopper.userId}/${shopper.drawItem()}` }),
      },
      buy: tryToBuy,
    },
    load: ({ ratePerS, durationS }) => hold({ ratePerS, spanS: durationS }),
    phases: ({ durationS }) => [{ name: "p", fromS: 0, toS: durationS, mix: { home: 2, buy: 1 } }],
  });
  const all = Array.from({ length: agents }, (_, index) => {
    const { clock, sender } = driven({
      scenario,
      share: { index, count: agents },
      shape: { ratePerS: 40, durationS: 3 },
      sender: scripted(() => ({ afterMs: 1 })),
    });
    clock.pass(5_000);
    return requestsOf(sender).map(({ request }) => JSON.stringify(request));
  });
  expect(all.flat().sort()).toEqual(oneAgent(scenario));
});

function oneAgent(scenario: Scenario): string[] {
  const { clock, sender } = driven({
    scenario,
    shape: { ratePerS: 40, durationS: 3 },
    sender: scripted(() => ({ afterMs: 1 })),
  });
  clock.pass(5_000);
  const requests = requestsOf(sender).map(({ request }) => JSON.stringify(request));
  expect(requests.length).toBeGreaterThan(80);
  return requests.sort();
}

test("a stop drops what waits, gives what flies a second, and leaves nothing of the journeys", async () => {
  const scenario = scenarioOf({ operations: { home: tryToBuy, again: get }, journeys: { twice } });
  const { clock, drive, intervals, end } = driven({
    scenario,
    shape: { ratePerS: 10, durationS: 60 },
    // The first two are answered, the third takes too long, the rest waits; the first shopper has come back by then.
    sender: scripted((number) => (number < 2 ? { afterMs: 10 } : {}), 1),
  });
  clock.pass(startMs + 400);
  drive.stop("somebody pressed Ctrl-C");
  clock.pass(5_000);
  await told();
  expect(end()).toEqual({ intervals: 2, cutShort: 1, because: "somebody pressed Ctrl-C" });
  expect(attemptsOf(intervals)).toEqual([
    [0, "accepted"],
    [4, "accepted"],
    [12, "never-sent"],
    [8, "indeterminate"],
  ]);
  expect(intervals.at(-1)!.counts).toMatchObject({ inFlight: 1, waiting: 0 });
  expect(identityBreaks("agent 0", intervals)).toEqual([]);
  expect(clock.timers).toBe(0);
});

test("a stop before the start ends without an interval", async () => {
  const { clock, drive, intervals, end } = driven();
  clock.pass(100);
  drive.stop("another agent was lost");
  clock.pass(5_000);
  await told();
  expect(intervals).toEqual([]);
  expect(end()).toEqual({ intervals: 0, cutShort: 0, because: "another agent was lost" });
});

test("a judge that cannot read an answer finds it wrong, and the farewell says so", async () => {
  const judge = (answer: { text(): string }) =>
    (JSON.parse(answer.text()) as { ok: true }) && ("ok" as const);
  const { clock, intervals, end } = driven({
    scenario: scenarioOf({ operations: { home: { ...get, judge } } }),
    shape: { ratePerS: 2, durationS: 1 },
    sender: scripted(() => ({ afterMs: 1, text: "<html>" })),
  });
  clock.pass(3_000);
  await told();
  expect(intervals[0]!.latencies[0]!.outcomes).toEqual({ wrong: 2 });
  expect(end()).toMatchObject({
    because: expect.stringMatching(
      /^all of it was driven; 2 answers could not be judged, the first at "home"/,
    ),
  });
});

test("a scenario that breaks ends the drive with a sentence for its author", async () => {
  const scenario = scenarioOf({
    operations: {
      home: {
        request() {
          throw new Error("no such item");
        },
      },
    },
  });
  const { clock, end } = driven({ scenario });
  clock.pass(5_000);
  await told();
  expect(end()).toMatchObject({ kind: "usage", message: 'scenario "small" broke: no such item' });
});

const online = (shoppers: number, rampS = 0) =>
  scenarioOf({ load: ({ durationS }) => shoppersOnline({ shoppers, spanS: durationS, rampS }) });

test("in a closed load each shopper asks again when answered, and no sooner", () => {
  const { clock, sender, intervals } = driven({
    scenario: online(2),
    shape: { ratePerS: 1, durationS: 1 },
    sender: scripted(() => ({ afterMs: 400 })),
  });
  clock.pass(5_000);
  expect(requestsOf(sender).map(({ atMs }) => atMs - startMs)).toEqual([0, 0, 400, 400, 800, 800]);
  expect(intervals.map(({ counts }) => counts.completed)).toEqual([4, 2]);
  expect(identityBreaks("agent 0", intervals)).toEqual([]);
});

test("shoppers of a closed load come by and by, shared out over agents, under numbers nobody else has", () => {
  const scenario = {
    ...online(4, 1),
    operations: {
      home: { request: (shopper) => ({ method: "GET", path: `/${shopper.arrival}` }) } as Operation,
    },
  };
  const paths = [0, 1].map((index) => {
    const { clock, sender } = driven({
      scenario,
      share: { index, count: 2 },
      shape: { ratePerS: 1, durationS: 2 },
      sender: scripted(() => ({ afterMs: 300 })),
    });
    clock.pass(5_000);
    return requestsOf(sender).map(({ request }) => request.path);
  });
  expect(paths[0]!.slice(0, 4)).toEqual(["/0", "/4", "/2", "/8"]);
  expect(new Set(paths.flat()).size).toBe(paths.flat().length);
});

test("a sender that answers at once does not hold up the clock in a closed load", async () => {
  const { clock, intervals, end } = driven({ scenario: online(1), shape: { ratePerS: 1, durationS: 1 } });
  clock.pass(3_000);
  await told();
  expect(sumOf(intervals, "completed")).toBeGreaterThan(1_000);
  expect(end()).toMatchObject({ intervals: 1 });
});
