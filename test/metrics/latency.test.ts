import { decodeFromCompressedBase64 } from "hdr-histogram-js";
import { expect, test } from "vitest";
import { Random } from "../../base/random.ts";
import { Latency } from "../../metrics/latency.ts";
import { percentilesMs } from "../../metrics/percentiles.ts";

function latencyOf(...values: number[]): Latency {
  const latency = Latency.blank();
  for (const us of values) latency.record(us);
  return latency;
}

test("percentiles are right to three digits", () => {
  const latency = Latency.blank();
  for (let us = 1; us <= 100_000; us++) latency.record(us);
  for (const [percentile, us] of [
    [50, 50_000],
    [99, 99_000],
    [99.9, 99_900],
  ] as const) {
    expect(Math.abs(latency.percentileUs(percentile) - us) / us).toBeLessThan(0.001);
  }
  latency.release();
});

test("sub-millisecond values do not read 0 ms", () => {
  const latency = latencyOf(250, 250, 251);
  expect(percentilesMs(latency)).toMatchObject({ p50: 0.25, max: 0.251 });
  latency.release();
});

test.each([
  { us: -3, recordedUs: 0, overflowed: 0 },
  { us: 0.4, recordedUs: 0, overflowed: 0 },
  { us: 0.6, recordedUs: 1, overflowed: 0 },
  { us: 2 ** 40, recordedUs: 3_600_000_000, overflowed: 1 },
])("$us us is recorded as $recordedUs us", ({ us, recordedUs, overflowed }) => {
  const latency = latencyOf(us);
  expect(latency.count).toBe(1);
  expect(latency.overflowed).toBe(overflowed);
  expect(Math.abs(latency.maxUs - recordedUs)).toBeLessThanOrEqual(recordedUs / 1000);
  latency.release();
});

test("nothing recorded has percentiles of 0", () => {
  const latency = Latency.blank();
  expect(percentilesMs(latency)).toEqual({ p50: 0, p90: 0, p95: 0, p99: 0, p999: 0, max: 0 });
  latency.release();
});

test("an encoding decodes to the same distribution, and encodes to the same text", () => {
  const chance = new Random(4, 0);
  const latency = latencyOf(...Array.from({ length: 2000 }, () => chance.exponential(3_000)));
  const encoded = latency.encode();
  const decoded = Latency.decode(encoded);
  expect(decoded.encode()).toBe(encoded);
  expect(decoded.count).toBe(2000);
  for (const one of [latency, decoded]) one.release();
});

test("the library's own decoder reads the encoding", () => {
  const latency = latencyOf(10, 20, 30_000);
  expect(decodeFromCompressedBase64(latency.encode()).totalCount).toBe(3);
  latency.release();
});

test("a stall of a second weighs as many probe samples as it swallowed", () => {
  const latency = Latency.blank();
  latency.recordWithSwallowed(1_000_000, 10_000);
  expect(latency.count).toBe(100);
  expect(latency.percentileUs(50)).toBeGreaterThan(490_000);
  latency.release();
});

test("released memory is used again, and is blank", () => {
  for (let round = 0; round < 2_000; round++) {
    const latency = Latency.blank();
    expect(latency.count).toBe(0);
    latency.record(round);
    latency.release();
  }
});

test("a released latency cannot be used", () => {
  const latency = Latency.blank();
  latency.release();
  expect(() => latency.record(1)).toThrow("released");
  expect(() => latency.release()).toThrow("released");
});
