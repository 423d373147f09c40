/** What a drive counts by tenths of a second, under the planned instant. */
import { expect, test } from "vitest";
import type { Interval } from "../../metrics/interval.ts";
import { addTenths, noTenths } from "../../metrics/tenths.ts";
import { driven, get, scenarioOf, scripted, sumOf, twice } from "./driven.ts";

/** By planned second. */
function tenthsOf(intervals: readonly Interval[]) {
  const seconds = new Map<number, ReturnType<typeof noTenths>>();
  for (const delta of intervals.flatMap(({ tenths = [] }) => tenths)) {
    const into = seconds.get(delta.plannedSecond) ?? noTenths();
    addTenths(into, delta);
    seconds.set(delta.plannedSecond, into);
  }
  return seconds;
}

const ones = new Array<number>(10).fill(1);

test("one request in every tenth of a second, all of them good", () => {
  const { clock, intervals } = driven({ goodWithinMs: 100, sender: scripted(() => ({ afterMs: 3 })) });
  clock.pass(3_000);
  expect(tenthsOf(intervals)).toEqual(
    new Map([0, 1].map((second) => [second, { planned: ones, good: ones }])),
  );
});

test("slow, wrong, timed-out, unanswered and never-sent requests were planned and are not good", () => {
  const { clock, intervals } = driven({
    goodWithinMs: 100,
    drainS: 1,
    maxInFlight: 2,
    sender: scripted((number) => {
      switch (number) {
        case 1:
          return { afterMs: 101 };
        case 2:
          return { afterMs: 3, status: 500 };
        case 3:
          return { afterMs: 20, fails: "timeout" };
        // The last two places; everything after is dropped.
        case 4:
        case 5:
          return {};
        default:
          return { afterMs: 100 };
      }
    }),
  });
  clock.pass(10_000);
  const [first, second] = [...tenthsOf(intervals).values()];
  expect(first).toEqual({ planned: ones, good: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0] });
  expect(second).toEqual({ planned: ones, good: new Array(10).fill(0) });
  expect(sumOf(intervals, "dropped")).toBeGreaterThan(0);
  expect(sumOf(intervals, "planned")).toBe(20);
});

test("an answer that comes a second later counts under the tenth it was planned for", () => {
  const { clock, intervals } = driven({ goodWithinMs: 5_000, sender: scripted(() => ({ afterMs: 1_230 })) });
  clock.pass(6_000);
  expect(intervals[0]!.tenths).toEqual([{ plannedSecond: 0, planned: ones, good: new Array(10).fill(0) }]);
  expect(tenthsOf(intervals).get(0)).toEqual({ planned: ones, good: ones });
});

test("further steps of a journey count where they were planned", () => {
  const scenario = scenarioOf({ operations: { home: get, again: get }, journeys: { twice } });
  const { clock, intervals } = driven({
    scenario,
    goodWithinMs: 100,
    shape: { ratePerS: 1, durationS: 2 },
    sender: scripted(() => ({ afterMs: 10 })),
  });
  clock.pass(4_000);
  // Arrivals at 0.5 s and 1.5 s, each again 0.3 s after its answer.
  const planned = [0, 0, 0, 0, 0, 1, 0, 0, 1, 0];
  expect(tenthsOf(intervals)).toEqual(new Map([0, 1].map((second) => [second, { planned, good: planned }])));
});

test("a drive that was not asked counts none", () => {
  const { clock, intervals } = driven({ sender: scripted(() => ({ afterMs: 3 })) });
  clock.pass(3_000);
  expect(intervals.filter(({ tenths }) => tenths !== undefined)).toEqual([]);
});
