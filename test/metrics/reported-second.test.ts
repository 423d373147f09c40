import fc from "fast-check";
import { decodeFromCompressedBase64, encodeIntoCompressedBase64, type Histogram } from "hdr-histogram-js";
import { expect, test } from "vitest";
import type { Interval } from "../../metrics/interval.ts";
import { isAnswered, type Outcome, outcomes } from "../../metrics/outcome.ts";
import { Recorder } from "../../metrics/recorder.ts";
import { ReportedSecond } from "../../metrics/reported-second.ts";
import { calm } from "./calm.ts";
import { reference } from "./reference.ts";

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
  agent: fc.nat(999),
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

/** The merged histograms, byte for byte. */
function merged(intervals: readonly Interval[]) {
  const second = new ReportedSecond(2);
  for (const interval of intervals) second.add(interval);
  const all = {
    tallies: second.tallies().map(({ response, service, ...tally }) => ({
      ...tally,
      response: [...response.pack()],
      service: [...service.pack()],
      text: response.encode(),
    })),
    slip: [...second.slip.pack()],
    connectionWait: [...second.connectionWait.pack()],
  };
  second.release();
  return all;
}

test("merging any split over agents gives, bit for bit, what one agent would have seen", () => {
  fc.assert(
    fc.property(fc.array(seen, { maxLength: 60 }), fc.integer({ min: 1, max: 5 }), (all, agents) => {
      const parts = Array.from({ length: agents }, (_, agent) =>
        reported(all.filter((one) => one.agent % agents === agent)),
      );
      expect(merged(parts)).toEqual(merged([reported(all)]));
    }),
    { seed: 20_260_101, numRuns: 60 },
  );
});

test("a thousand agents' histograms merged equal one recorder's, bit for bit", () => {
  const all = fc.sample(seen, { seed: 1_000, numRuns: 5_000 });
  const parts = Array.from({ length: 1_000 }, (_, agent) =>
    reported(all.filter((one) => one.agent === agent)),
  );
  expect(merged(parts)).toEqual(merged([reported(all)]));
});

test("what is merged is what HdrHistogram itself makes of the same samples", () => {
  fc.assert(
    fc.property(fc.array(seen, { minLength: 1, maxLength: 60 }), (all) => {
      const parts = [0, 1, 2].map((agent) => reported(all.filter((one) => one.agent % 3 === agent)));
      for (const { plannedSecond, operation, text } of merged(parts).tallies) {
        const theirs = reference(
          all
            .filter((one) => one.plannedSecond === plannedSecond && operations[one.operation] === operation)
            .map(({ responseUs }) => Math.min(responseUs, 3_600_000_000)),
        );
        // Every count of it, as it is when it has travelled.
        const travelled = (packed: string) =>
          encodeIntoCompressedBase64(decodeFromCompressedBase64(packed) as Histogram);
        expect(travelled(text)).toBe(travelled(encodeIntoCompressedBase64(theirs)));
      }
    }),
    { seed: 7, numRuns: 60 },
  );
});

test("outcomes are counted per planned second and operation, in order", () => {
  const of = (plannedSecond: number, operation: number, outcome: Outcome): Seen => ({
    agent: 0,
    plannedSecond,
    operation,
    outcome,
    responseUs: 10,
    slipUs: 0,
  });
  const parts = [
    [of(2, 0, "ok"), of(1, 1, "busy")],
    [of(2, 0, "ok"), of(2, 0, "timeout")],
  ].map(reported);
  expect(merged(parts).tallies).toMatchObject([
    { plannedSecond: 1, operation: "buy", outcomes: { busy: 1 } },
    { plannedSecond: 2, operation: "home", outcomes: { ok: 2, timeout: 1 } },
  ]);
});

test("intervals of another second are not taken", () => {
  const second = new ReportedSecond(3);
  expect(() => second.add(reported([]))).toThrow("second 2 is not second 3");
  second.release();
});
