import { expect, test } from "vitest";
import { Random } from "../../../base/random.ts";
import { Latency } from "../../../metrics/latency.ts";
import { boundsMs, LatencyBuckets } from "../../../metrics/series/latency-buckets.ts";

test("bounds grow, and a limit is one of them, once", () => {
  const bounds = boundsMs([250, 100, 0.7]);
  expect(bounds).toEqual([...new Set(bounds)].toSorted((a, b) => a - b));
  for (const limit of [250, 100, 0.7]) expect(bounds).toContain(limit);
  expect(boundsMs([])).toHaveLength(24);
});

test("each bound counts what is not above it, as the histogram itself does", () => {
  const chance = new Random(7, 0);
  const [latency, other] = [Latency.blank(), Latency.blank()];
  for (let at = 0; at < 20_000; at++)
    (at % 2 === 0 ? latency : other).record(chance.exponential(40_000, 6e7));
  const buckets = new LatencyBuckets(boundsMs([250]));
  buckets.add(latency);
  buckets.add(other);
  latency.add(other);
  const below = buckets.belowEach();
  for (const [at, bound] of buckets.boundsMs.entries())
    expect(below[at]).toBe(latency.count - latency.countAbove(bound * 1_000));
  expect(buckets.count).toBe(20_000);
  expect(buckets.sumS / buckets.count).toBeCloseTo(0.04, 2);
});

test("what is longer than every bound is counted, and in none of them", () => {
  const latency = Latency.blank();
  latency.record(60_000_000);
  const buckets = new LatencyBuckets(boundsMs([]));
  buckets.add(latency);
  expect([buckets.belowEach().at(-1), buckets.count]).toEqual([0, 1]);
  expect(buckets.sumS).toBeCloseTo(60, 1);
});
