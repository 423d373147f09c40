import { expect, test } from "vitest";
import type { Interval } from "../../metrics/interval.ts";
import { Latency } from "../../metrics/latency.ts";
import type { Outcome } from "../../metrics/outcome.ts";
import { Recorder } from "../../metrics/recorder.ts";
import type { ReportedSecond } from "../../metrics/reported-second.ts";
import { Timeline } from "../../metrics/timeline.ts";
import { calm } from "./calm.ts";

/** One request: planned and completed on the drive's axis, fired at once. */
interface Request {
  readonly plannedS: number;
  readonly completedS: number;
  readonly outcome?: Outcome;
}

/** The intervals of an agent that sees these requests, `seconds` of them. */
function intervalsOf(requests: readonly Request[], seconds: number): Interval[] {
  const recorder = new Recorder({ drive: 0, operations: ["home"] });
  return Array.from({ length: seconds }, (_, second) => {
    for (const { plannedS, completedS, outcome = "ok" } of requests) {
      const planned = Math.floor(plannedS);
      if (planned === second) {
        recorder.planned(second);
        recorder.fired(second, 100, 0);
      }
      if (Math.floor(completedS) !== second) continue;
      const us = Math.round((completedS - plannedS) * 1e6);
      recorder.settled(second, planned, 0, outcome, us, us);
    }
    const started = requests.filter((request) => request.plannedS < second + 1);
    const inFlight = started.filter((request) => request.completedS >= second + 1).length;
    return recorder.close(second, { inFlight, waiting: 0 }).interval(second < 1 ? "warm-up" : "open", calm);
  });
}

const options = { agents: 1, warmupS: 1, durationS: 2 };

function timelineOf(requests: readonly Request[], seconds: number): Timeline {
  const timeline = new Timeline(options);
  for (const interval of intervalsOf(requests, seconds)) timeline.add(0, interval);
  return timeline;
}

test("latency stands where it was planned, throughput where it was completed", () => {
  const timeline = timelineOf([{ plannedS: 1.5, completedS: 2.5 }], 3);
  const [first, second] = timeline.seconds();
  expect(first).toMatchObject({ atS: 0, planned: 1, completed: 0, inFlight: 1 });
  expect(Math.round(first!.p99Ms)).toBe(1000);
  expect(second).toMatchObject({ atS: 1, planned: 0, completed: 1, p99Ms: 0 });
  timeline.release();
});

test("warm-up counts nowhere, and answers after the end count for what was planned before it", () => {
  const timeline = timelineOf(
    [
      { plannedS: 0.2, completedS: 1.2 },
      { plannedS: 1.1, completedS: 1.2 },
      { plannedS: 2.9, completedS: 3.4 },
      { plannedS: 2.8, completedS: 3.3, outcome: "timeout" },
    ],
    4,
  );
  expect(timeline.load()).toEqual({
    planned: 3,
    fired: 3,
    completed: 2,
    failed: 1,
    dropped: 0,
    inFlightAtEnd: 0,
    offeredPerS: 1.5,
    completedPerS: 1,
  });
  expect(timeline.overall()).toMatchObject({ count: 3, outcomes: { ok: 2, timeout: 1 } });
  expect(timeline.operations()).toEqual({ home: timeline.overall() });
  expect(timeline.measuredS()).toBe(2);
  timeline.release();
});

test("percentiles of several agents come from merged samples, not from averages", () => {
  const timeline = new Timeline({ ...options, agents: 2 });
  const fast = Array.from({ length: 99 }, () => ({ plannedS: 1, completedS: 1.001 }));
  for (const interval of intervalsOf(fast, 3)) timeline.add(0, interval);
  expect(timeline.latest()).toBeUndefined();
  for (const interval of intervalsOf([{ plannedS: 1, completedS: 1.9 }], 3)) timeline.add(1, interval);
  expect(Math.round(timeline.seconds()[0]!.p99Ms)).toBe(1);
  expect(Math.round(timeline.overall().responseMs.max)).toBe(900);
  expect(timeline.latest()).toMatchObject({ atS: 1 });
  expect(timeline.agent(1)).toEqual({ planned: 1, fired: 1, completed: 1 });
  timeline.release();
});

const measured = [
  { plannedS: 1.1, completedS: 1.2 },
  { plannedS: 1.9, completedS: 2.1 },
  { plannedS: 2.5, completedS: 2.6 },
];

/** What was settled, in order: the reported second, and how many answers it brought. */
function settling(agents: number): { timeline: Timeline; settled: [second: number, answers: number][] } {
  const settled: [number, number][] = [];
  const onSettled = (reported: ReportedSecond) =>
    void settled.push([
      reported.second,
      reported.tallies().reduce((answers, { response }) => answers + response.count, 0),
    ]);
  return { timeline: new Timeline({ ...options, agents, onSettled }), settled };
}

test("a second is settled once, when the last agent has reported it", () => {
  const { timeline, settled } = settling(2);
  const intervals = intervalsOf(measured, 3);
  for (const interval of intervals) timeline.add(0, interval);
  expect(settled).toEqual([]);
  for (const interval of intervals) timeline.add(1, interval);
  expect(settled).toEqual([
    [0, 0],
    [1, 2],
    [2, 4],
  ]);
  timeline.settle();
  expect(settled).toHaveLength(3);
  timeline.release();
});

test("an agent that stays away holds nothing up for longer than four seconds, and what it brings then still counts", () => {
  const { timeline, settled } = settling(2);
  const intervals = intervalsOf(measured, 6);
  for (const interval of intervals) timeline.add(0, interval);
  expect(settled).toEqual([
    [0, 0],
    [1, 1],
  ]);
  for (const interval of intervals) timeline.add(1, interval);
  timeline.settle();
  expect(settled.reduce((sum, [, answers]) => sum + answers, 0)).toBe(6);
  expect(timeline.overall().count).toBe(6);
  expect(timeline.load()).toMatchObject({ planned: 6, completed: 6, inFlightAtEnd: 0 });
  timeline.release();
});

test("a figure that is asked for has everything in it that was reported, by whomever", () => {
  const { timeline } = settling(3);
  const [warmUp, first] = intervalsOf(measured, 3);
  timeline.add(0, warmUp!);
  timeline.add(0, first!);
  expect(timeline.load()).toMatchObject({ planned: 2, completed: 1, inFlightAtEnd: 1 });
  expect(timeline.operations()["home"]).toMatchObject({ count: 1, outcomes: { ok: 1 } });
  expect(timeline.seconds()[0]).toMatchObject({ outcomes: { ok: 1 } });
  timeline.release();
});

test("a second keeps what came of the requests planned in it, so that it can be left out later", () => {
  const timeline = timelineOf(
    [
      { plannedS: 1.5, completedS: 2.5 },
      { plannedS: 1.6, completedS: 3.6, outcome: "timeout" },
      { plannedS: 2.1, completedS: 2.2 },
    ],
    4,
  );
  const [first, second] = timeline.seconds();
  expect([first!.outcomes, second!.outcomes]).toEqual([{ ok: 1, timeout: 1 }, { ok: 1 }]);
  const response = Latency.decode(first!.response);
  expect([response.count, Math.round(response.maxUs / 1e6)]).toEqual([2, 2]);
  response.release();
  // While the run goes on, neither is complete, so neither is told.
  expect(timeline.latest()).not.toHaveProperty("response");
  timeline.release();
});

test("a second has the health of the agent that was worst off, and what none knows is absent", () => {
  const timeline = new Timeline({ ...options, agents: 2 });
  const health = [
    { stalledMs: 2, pressure: { stealRatio: 0.3 } },
    { stalledMs: 70, pressure: {}, throttling: { throttledMs: 5, throttledPeriods: 1, periods: 4 } },
  ];
  for (const [agent, more] of health.entries()) {
    for (const interval of intervalsOf([{ plannedS: 1.5, completedS: 1.6 }], 2)) {
      timeline.add(agent, { ...interval, health: { ...interval.health, ...more } });
    }
  }
  expect(timeline.seconds()[0]?.health).toEqual({
    slipP99Ms: 0.1,
    eventLoopDelayP99Ms: 0,
    stalledMs: 70,
    gcPauseMs: 0.5,
    agentCpuRatio: 0.1,
    throttledMs: 5,
    throttledRatio: 0.25,
    stealRatio: 0.3,
  });
  timeline.release();
});

test("a second nobody reported has no health", () => {
  const timeline = new Timeline(options);
  const [first, , third] = intervalsOf([], 3);
  for (const interval of [first!, third!]) timeline.add(0, interval);
  expect(timeline.seconds().map(({ health }) => health === undefined)).toEqual([true, false]);
  timeline.release();
});

test("intervals that never came are counted, also those of an agent that never spoke", () => {
  const timeline = new Timeline({ ...options, agents: 3 });
  const three = intervalsOf([], 3);
  for (const interval of three) timeline.add(0, interval);
  timeline.add(1, three[0]!);
  expect(timeline.instrument().lostIntervals).toBe(2 + 3);
  timeline.release();
});

test("what does not add up is said", () => {
  const timeline = new Timeline(options);
  const [interval] = intervalsOf([{ plannedS: 0.1, completedS: 0.2 }], 1);
  timeline.add(0, { ...interval!, counts: { ...interval!.counts, completed: 0 } });
  expect(timeline.instrument().identityBreaks).toEqual([
    "agent 0, second 0: 1 fired, but 0 completed + 0 failed + 0 in flight = 0",
  ]);
  timeline.release();
});

test("old seconds keep their figures when their histograms are put away, and take late answers", () => {
  const seconds = 100;
  const timeline = new Timeline({ agents: 1, warmupS: 0, durationS: seconds });
  const requests = [
    { plannedS: 1.5, completedS: 1.52 },
    { plannedS: 1.5, completedS: 95.5 },
  ];
  for (const interval of intervalsOf(requests, seconds)) timeline.add(0, interval);
  expect(Math.round(timeline.seconds()[1]!.p50Ms)).toBe(20);
  expect(Math.round(timeline.seconds()[1]!.p99Ms / 1000)).toBe(94);
  timeline.release();
});

test("the busiest agent speaks for the CPU, on average over the measured part; the longest stall for itself", () => {
  const timeline = new Timeline({ ...options, agents: 2 });
  // Warm-up, two measured seconds, drain.
  const usage = [
    { cpuRatios: [0.9, 0.2, 0.8, 0.9], stalledMs: 2 },
    { cpuRatios: [0.9, 0.6, 0.6, 0.9], stalledMs: 30 },
  ];
  for (const [agent, { cpuRatios, stalledMs }] of usage.entries()) {
    for (const interval of intervalsOf([], 4)) {
      const cpuRatio = cpuRatios[interval.second]!;
      timeline.add(agent, { ...interval, health: { ...interval.health, cpuRatio, stalledMs } });
    }
  }
  expect(timeline.instrument()).toMatchObject({
    agentCpuRatio: 0.6,
    stalledMs: 30,
    gcRatio: 0.001,
    spunRatio: 0.002,
  });
  timeline.release();
});

test.each([
  { why: "were fired first", waiting: 5, fired: 8, dropped: 0, expected: { fired: 3, dropped: 0 } },
  { why: "were thrown away", waiting: 5, fired: 0, dropped: 7, expected: { fired: 0, dropped: 2 } },
  { why: "were partly fired", waiting: 5, fired: 2, dropped: 4, expected: { fired: 0, dropped: 1 } },
  { why: "are waiting still", waiting: 5, fired: 0, dropped: 0, expected: { fired: 0, dropped: 0 } },
])("requests that warm-up left waiting and that $why are not of the measured part", (row) => {
  const { waiting, fired, dropped, expected } = row;
  const timeline = new Timeline(options);
  const [warmUp, measured] = intervalsOf([], 2);
  timeline.add(0, { ...warmUp!, counts: { ...warmUp!.counts, planned: waiting, waiting } });
  timeline.add(0, { ...measured!, counts: { ...measured!.counts, fired, dropped } });
  expect(timeline.load()).toMatchObject(expected);
  timeline.release();
});

test.each([2.5, -1, Number.NaN])("a warm-up of %s s cannot be told from the measured part", (warmupS) => {
  expect(() => new Timeline({ ...options, warmupS })).toThrow(`whole number of seconds, not ${warmupS}`);
});
