import fc from "fast-check";
import { expect, test } from "vitest";
import type { Interval } from "../../metrics/interval.ts";
import { mergeIntervals } from "../../metrics/merge.ts";
import { isAnswered, type Outcome, outcomes } from "../../metrics/outcome.ts";
import { Recorder } from "../../metrics/recorder.ts";
import { calm } from "./calm.ts";

const operations = ["home", "buy", "pay"];

interface Seen {
  readonly agent: number;
  readonly plannedSecond: number;
  readonly operation: number;
  readonly outcome: Outcome;
  readonly responseUs: number;
  readonly slipUs: number;
}

const seen = fc.record<Seen>({
  agent: fc.nat(4),
  plannedSecond: fc.nat(2),
  operation: fc.nat(operations.length - 1),
  outcome: fc.constantFrom(...outcomes),
  responseUs: fc.integer({ min: 0, max: 5_000_000_000 }),
  slipUs: fc.nat(2_000_000),
});

/** What one agent reports as second 2 when it saw `all`. */
function reported(all: readonly Seen[]): Interval {
  const recorder = new Recorder({ drive: 1, operations });
  for (const second of [0, 1]) recorder.close(second, { inFlight: 0, waiting: 0 }).interval("open", calm);
  all.forEach(({ plannedSecond, operation, outcome, responseUs, slipUs }) => {
    recorder.planned(2);
    recorder.fired(2, slipUs, 0);
    recorder.settled(2, plannedSecond, operation, outcome, responseUs, responseUs / 2);
    recorder.attempt(2, responseUs, isAnswered(outcome) ? "accepted" : "indeterminate");
  });
  return recorder.close(2, { inFlight: 0, waiting: 0 }).interval("open", calm);
}

test("merging any split over agents gives, bit for bit, what one agent would have seen", () => {
  fc.assert(
    fc.property(fc.array(seen, { maxLength: 60 }), fc.integer({ min: 1, max: 5 }), (all, agents) => {
      const parts = Array.from({ length: agents }, (_, agent) =>
        reported(all.filter((one) => one.agent % agents === agent)),
      );
      const merged = mergeIntervals(parts);
      const one = mergeIntervals([reported(all)]);
      // A blank delay histogram per agent is the same blank.
      expect(merged).toEqual(one);
    }),
    { seed: 20_260_101, numRuns: 60 },
  );
});

test("of CPU, garbage collection and stalls the worst agent counts", () => {
  const [a, b] = [reported([]), reported([])];
  const worse = { ...b, health: { ...b.health, cpuRatio: 0.9, gcMs: 0, stalledMs: 44 } };
  expect(mergeIntervals([a, worse]).health).toMatchObject({ cpuRatio: 0.9, gcMs: 1, stalledMs: 44 });
});

test("different seconds are not merged, nor is nothing", () => {
  const interval = reported([]);
  expect(() => mergeIntervals([interval, { ...interval, second: 3 }])).toThrow("second 3");
  expect(() => mergeIntervals([])).toThrow("nothing");
});
