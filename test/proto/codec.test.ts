import fc from "fast-check";
import { expect, test } from "vitest";
import { guarantees } from "../../metrics/guarantee.ts";
import type { Interval } from "../../metrics/interval.ts";
import { type Booked, outcomes } from "../../metrics/outcome.ts";
import { fromMessage, toMessage } from "../../proto/codec.ts";
import { Interval as IntervalMessage } from "../../proto/generated/bench.ts";

const count = fc.nat(2 ** 31);
const histogram = fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes));
const ratio = fc.double({ min: 0, max: 1e6, noNaN: true });
const booked = fc.constantFrom<Booked>("accepted", "rejected", "indeterminate", "never-sent");

const tenCounts = fc.array(count, { minLength: 10, maxLength: 10 });

const interval: fc.Arbitrary<Interval> = fc.record({
  drive: fc.nat(100),
  second: fc.nat(100_000),
  phase: fc.string(),
  counts: fc.record({
    planned: count,
    fired: count,
    completed: count,
    failed: count,
    dropped: count,
    inFlight: count,
    waiting: count,
  }),
  latencies: fc.array(
    fc.record({
      plannedSecond: fc.nat(100_000),
      operation: fc.string({ minLength: 1 }),
      outcomes: fc.dictionary(fc.constantFrom(...outcomes), count, { noNullPrototype: true }),
      response: histogram,
      service: histogram,
    }),
    { maxLength: 5 },
  ),
  health: fc.record(
    {
      slip: histogram,
      connectionWait: histogram,
      eventLoopDelay: histogram,
      cpuRatio: ratio,
      spunMs: ratio,
      gcMs: ratio,
      gcLongestMs: ratio,
      stalledMs: ratio,
      throttling: fc.record({ throttledMs: ratio, throttledPeriods: count, periods: count }),
      pressure: fc.record({ cpuSomeRatio: ratio, stealRatio: ratio }, { requiredKeys: [] }),
    },
    // What is not known stays so.
    {
      requiredKeys: [
        "slip",
        "connectionWait",
        "eventLoopDelay",
        "cpuRatio",
        "spunMs",
        "gcMs",
        "gcLongestMs",
        "stalledMs",
        "pressure",
      ],
    },
  ),
  // Attempt numbers of a sale go beyond 32 bits long before they go beyond a safe integer.
  attempts: fc.array(fc.record({ attempt: fc.maxSafeNat(), booked }), { maxLength: 20 }),
  looks: fc.array(fc.record({ guarantee: fc.constantFrom(...guarantees), checked: count, broken: count }), {
    minLength: 1,
    maxLength: 3,
  }),
  tenths: fc.array(fc.record({ plannedSecond: fc.nat(100_000), planned: tenCounts, good: tenCounts }), {
    minLength: 1,
    maxLength: 3,
  }),
});

/** Grouped by what became of them, which is how they travel. */
function grouped({ attempts, ...rest }: Interval): Interval {
  const order: Booked[] = ["accepted", "rejected", "indeterminate", "never-sent"];
  return { ...rest, attempts: order.flatMap((kind) => attempts.filter((one) => one.booked === kind)) };
}

test("an interval comes off the wire as it went on", () => {
  fc.assert(
    fc.property(interval, (sent) => {
      const bytes = IntervalMessage.encode(toMessage(sent)).finish();
      expect(fromMessage(IntervalMessage.decode(bytes))).toEqual(grouped(sent));
    }),
    { seed: 11, numRuns: 200 },
  );
});

test("a second of other than ten tenths is not taken for one of ours", () => {
  const [sent] = fc.sample(interval, { seed: 1, numRuns: 1 });
  const tenths = [{ plannedSecond: 3, planned: [1, 2, 3], good: [1, 2, 3] }];
  expect(() => fromMessage({ ...toMessage(sent!), tenths })).toThrow("3 and 3 tenths");
});

test("an outcome of another build is not taken for one of ours", () => {
  const [sent] = fc.sample(interval, { seed: 1, numRuns: 1 });
  const message = toMessage(sent!);
  const foreign = {
    plannedSecond: 0,
    operation: "home",
    outcomes: { splendid: 1 },
    response: Buffer.alloc(0),
    service: Buffer.alloc(0),
  };
  expect(() => fromMessage({ ...message, latencies: [foreign] })).toThrow('"splendid"');
});
