import { inflateSync } from "node:zlib";
import fc from "fast-check";
import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64 } from "hdr-histogram-js";
import { expect, test } from "vitest";
import { Random } from "../../base/random.ts";
import { Latency } from "../../metrics/latency.ts";
import { percentilesMs } from "../../metrics/percentiles.ts";
import { reference } from "./reference.ts";

function latencyOf(...values: number[]): Latency {
  const latency = Latency.blank();
  for (const us of values) latency.record(us);
  return latency;
}

/** Without the compression, which is not the same everywhere. */
function inflated(text: string): Buffer {
  const whole = Buffer.from(text, "base64");
  return inflateSync(whole.subarray(8, 8 + whole.readUInt32BE(4)));
}

/** The counts, behind the 40 bytes of the header. */
const countsIn = (text: string): Buffer => inflated(text).subarray(40);

function encoded(numberOfSignificantValueDigits: 2): string {
  return encodeIntoCompressedBase64(build({ numberOfSignificantValueDigits }));
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

test("the library's encoding is read as it was written", () => {
  const theirs = reference([0, 1, 10, 30_000, 30_000, 3_600_000_000]);
  const ours = Latency.decode(encodeIntoCompressedBase64(theirs));
  expect(ours.count).toBe(6);
  expect(countsIn(ours.encode())).toEqual(countsIn(encodeIntoCompressedBase64(theirs)));
  ours.release();
});

test("the header is that of HdrHistogram: three digits, 1 us to 1 h, nothing shifted, nothing scaled", () => {
  const latency = latencyOf(1);
  const header = inflated(latency.encode());
  expect([4, 8, 12].map((at) => header.readUInt32BE(at))).toEqual([header.length - 40, 0, 3]);
  expect([16, 24].map((at) => header.readBigUInt64BE(at))).toEqual([1n, 3_600_000_000n]);
  expect(header.readDoubleBE(32)).toBe(1);
  latency.release();
});

const us = fc.oneof(fc.nat(5_000), fc.nat(10_000_000), fc.integer({ min: 0, max: 3_600_000_000 }));
const samples = fc.array(us, { maxLength: 200 });

test("it has the buckets, encoding and percentiles of HdrHistogram, byte for byte", () => {
  fc.assert(
    fc.property(
      samples,
      fc.array(fc.double({ min: 0.001, max: 100, noNaN: true })),
      (values, percentiles) => {
        const [ours, theirs] = [latencyOf(...values), reference(values)];
        expect(countsIn(ours.encode())).toEqual(countsIn(encodeIntoCompressedBase64(theirs)));
        for (const percentile of [50, 99, 99.9, 100, ...percentiles]) {
          expect(ours.percentileUs(percentile)).toBe(theirs.getValueAtPercentile(percentile));
        }
        ours.release();
      },
    ),
    { seed: 2_026, numRuns: 300 },
  );
});

test("packed and unpacked it is the same, and so is the sum", () => {
  fc.assert(
    fc.property(samples, samples, (some, more) => {
      const [a, b, both] = [latencyOf(...some), latencyOf(...more), latencyOf(...some, ...more)];
      const sum = Latency.unpack(a.pack());
      expect(sum.encode()).toBe(a.encode());
      sum.addPacked(b.pack());
      expect(sum.pack()).toEqual(both.pack());
      a.add(b);
      expect(a.pack()).toEqual(both.pack());
      expect(a.count).toBe(some.length + more.length);
      for (const one of [a, b, both, sum]) one.release();
    }),
    { seed: 31, numRuns: 300 },
  );
});

test("counts beyond 32 bits add up, travel and are logged exactly", () => {
  const latency = latencyOf(7, 1_000_000);
  // Doubling: 2^50 samples of each.
  for (let doubling = 0; doubling < 50; doubling++) {
    const same = Latency.unpack(latency.pack());
    latency.add(same);
    same.release();
  }
  expect(latency.count).toBe(2 ** 51);
  const [unpacked, decoded] = [Latency.unpack(latency.pack()), Latency.decode(latency.encode())];
  expect([unpacked.count, decoded.count]).toEqual([2 ** 51, 2 ** 51]);
  expect(unpacked.percentileUs(50)).toBe(7);
  for (const one of [latency, unpacked, decoded]) one.release();
});

test.each([
  { why: "it ends in the middle of a number", bytes: [0x80], says: "ends in the middle" },
  { why: "it ends before a count", bytes: [0x03], says: "ends in the middle" },
  { why: "its bucket is beyond an hour", bytes: [0xff, 0xff, 0x7f], says: "beyond 1 h" },
  { why: "a number goes on for ever", bytes: new Array(12).fill(0xff), says: "beyond 2^53" },
])("a packed histogram is refused when $why", ({ bytes, says }) => {
  expect(() => Latency.unpack(Uint8Array.from(bytes))).toThrow(says);
});

test.each([
  { why: "it is no histogram", text: "aGVsbG8gd29ybGQ=", says: "no HDR V2" },
  { why: "it is nothing", text: "", says: "no HDR V2" },
  { why: "it has two digits only", text: encoded(2), says: "2 digits" },
])("an encoding is refused when $why", ({ text, says }) => {
  expect(() => Latency.decode(text)).toThrow(says);
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

test("how many took longer is told within the width of a bucket", () => {
  const latency = latencyOf(1, 100, 100, 101, 250_000, 251_000, 3_600_000_000);
  expect([0, 99, 100, 101, 250_500, 4_000_000_000].map((us) => latency.countAbove(us))).toEqual([
    7, 6, 4, 3, 2, 0,
  ]);
  latency.release();
});
