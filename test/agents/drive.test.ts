import { expect, test } from "vitest";
import { hold } from "../../load/hold.ts";
import { identityBreaks } from "../../metrics/conservation.ts";
import type { Interval } from "../../metrics/interval.ts";
import type { Journey, Scenario } from "../../scenarios/scenario.ts";
import {
  attemptsOf,
  driven,
  get,
  latencyOf,
  requestsOf,
  scenarioOf,
  scripted,
  startMs,
  sumOf,
  told,
  tryToBuy,
  twice,
} from "./driven.ts";

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

test("what was waited awake is told with the second it was waited in", () => {
  // Ten arrivals a second, 100 ms apart: all of it is nearer than this.
  const { clock, intervals } = driven({ spinBelowMs: 150 });
  clock.pass(3_000);
  const spunMs = intervals.map(({ health }) => health.spunMs);
  expect(spunMs).toHaveLength(2);
  for (const ms of spunMs) expect(ms).toBeGreaterThan(800);
  for (const ms of spunMs) expect(ms).toBeLessThanOrEqual(1_000);
});
