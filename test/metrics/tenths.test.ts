import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { outcomes } from "../../metrics/outcome.ts";
import { Recorder } from "../../metrics/recorder.ts";
import { TenthCounts, tenthOf } from "../../metrics/tenths.ts";
import { Timeline } from "../../metrics/timeline.ts";
import { calm } from "./calm.ts";

const still = { inFlight: 0, waiting: 0 };
const ten = (counts: Readonly<Record<number, number>>) =>
  Array.from({ length: 10 }, (_, tenth) => counts[tenth] ?? 0);

test.each([
  { sinceStartMs: 0, tenth: 0 },
  { sinceStartMs: 99.999, tenth: 0 },
  { sinceStartMs: 100, tenth: 1 },
  { sinceStartMs: 12_345.6, tenth: 123 },
  { sinceStartMs: -0.1, tenth: 0 },
])("$sinceStartMs ms after the start is in tenth $tenth", ({ sinceStartMs, tenth }) => {
  expect(tenthOf(sinceStartMs)).toBe(tenth);
});

describe("good is what a shopper is content with, and gets in time", () => {
  test.each(
    outcomes.map((outcome) => ({ outcome, good: ["ok", "sold-out", "refused"].includes(outcome) ? 1 : 0 })),
  )("$outcome: $good", ({ outcome, good }) => {
    const counts = new TenthCounts(250);
    counts.planned(3);
    counts.settled(3, outcome, 250);
    expect(counts.take()).toEqual([{ plannedSecond: 0, planned: ten({ 3: 1 }), good: ten({ 3: good }) }]);
  });

  test("a good answer that took a microsecond longer is none", () => {
    const counts = new TenthCounts(250);
    counts.planned(3);
    counts.settled(3, "ok", 250.001);
    expect(counts.take()).toEqual([{ plannedSecond: 0, planned: ten({ 3: 1 }), good: ten({}) }]);
  });
});

test("what is taken is what became known since, in order of the planned second", () => {
  const counts = new TenthCounts(5_000);
  counts.planned(19);
  counts.planned(20);
  counts.settled(20, "ok", 1);
  expect(counts.take()).toEqual([
    { plannedSecond: 1, planned: ten({ 9: 1 }), good: ten({}) },
    { plannedSecond: 2, planned: ten({ 0: 1 }), good: ten({ 0: 1 }) },
  ]);
  counts.settled(19, "ok", 1_000);
  expect(counts.take()).toEqual([{ plannedSecond: 1, planned: ten({}), good: ten({ 9: 1 }) }]);
  expect(counts.take()).toEqual([]);
});

test("no request is lost or counted twice, however seconds are closed in between and whichever agent saw it", () => {
  const request = fc.record({
    agent: fc.nat(1),
    tenth: fc.nat(49),
    afterTenths: fc.nat(30),
    isGood: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(request, { maxLength: 60 }), (requests) => {
      const timeline = new Timeline({ agents: 2, warmupS: 1, durationS: 4 });
      for (const agent of [0, 1]) {
        const tenths = new TenthCounts(1_000);
        const recorder = new Recorder({ drive: 0, operations: ["home"], tenths });
        for (let now = 0; now < 80; now++) {
          for (const { tenth, afterTenths, isGood } of requests.filter((each) => each.agent === agent)) {
            if (tenth === now) tenths.planned(tenth);
            if (tenth + afterTenths === now) tenths.settled(tenth, isGood ? "ok" : "busy", afterTenths * 100);
          }
          if (now % 10 === 9)
            timeline.add(agent, recorder.close(Math.floor(now / 10), still).interval("open", calm));
        }
      }
      const seen = timeline.seconds();
      timeline.release();
      const inMeasured = requests.filter(({ tenth }) => tenth >= 10);
      for (const second of [0, 1, 2, 3]) {
        const planned = new Array<number>(10).fill(0);
        const good = new Array<number>(10).fill(0);
        for (const { tenth, afterTenths, isGood } of inMeasured) {
          if (Math.floor(tenth / 10) !== second + 1) continue;
          planned[tenth % 10]!++;
          if (isGood && afterTenths <= 10) good[tenth % 10]!++;
        }
        // In a run in which nothing was planned nothing says that tenths were asked for.
        if (requests.length > 0) expect(seen[second]!.tenths).toEqual({ planned, good });
      }
    }),
    { seed: 5, numRuns: 100 },
  );
});

test("a recorder that was not asked for tenths says nothing about them", () => {
  const recorder = new Recorder({ drive: 0, operations: ["home"] });
  recorder.planned(0);
  expect(recorder.close(0, still).interval("open", calm)).not.toHaveProperty("tenths");
});
