import { describe, expect, test } from "vitest";
import { knownDelays, quantileMs, shareWithin } from "../../../controller/calibrate/known-distribution.ts";
import { readBehaviour } from "../../../targets/known-latency/behaviour.ts";
import { drawMs } from "../../../targets/known-latency/draw.ts";
import { answerableAtMs } from "../../../targets/known-latency/freeze.ts";

describe("delays drawn by the server", () => {
  // The server and the calibration work out the same distribution apart from each other, by inverse and by function.
  test.each([0.5, 0.9, 0.99, 0.999])(
    "of any 6,000 requests in a row have the quantile %f of the closed form",
    (ratio) => {
      for (const from of [0, 1_013, 40_000]) {
        const drawn = Array.from({ length: 6_000 }, (_, index) => drawMs(knownDelays, from + index));
        drawn.sort((a, b) => a - b);
        const seenMs = drawn[Math.ceil(ratio * drawn.length) - 1]!;
        const expectedMs = quantileMs(knownDelays, ratio);
        // A tenth of the 2 % that the instrument is allowed.
        expect(Math.abs(seenMs / expectedMs - 1), `from ${from}`).toBeLessThan(0.002);
      }
    },
  );

  test("depend on the number alone", () => {
    expect([5, 6, 5].map((n) => drawMs(knownDelays, n))).toEqual(
      [5, 6, 5].map((n) => drawMs(knownDelays, n)),
    );
    expect(drawMs(knownDelays, 5)).not.toBe(drawMs(knownDelays, 6));
  });

  test("fall on the points as often as they should", () => {
    const drawn = Array.from({ length: 10_000 }, (_, n) => drawMs(knownDelays, n));
    for (const { ms, ratio } of knownDelays.points) {
      expect(Math.abs(drawn.filter((each) => each === ms).length - ratio * 10_000)).toBeLessThanOrEqual(2);
    }
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(knownDelays.shiftMs);
  });
});

describe("the closed form", () => {
  test.each([
    { why: "nothing is quicker than the shift", atMs: 24.99, share: 0 },
    { why: "a mean beyond the shift: 0.93 (1 - 1/e)", atMs: 30, share: 0.93 * (1 - Math.exp(-1)) },
    { why: "just before the first point", atMs: 59.999999, share: 0.93 * (1 - Math.exp(-6.9999998)) },
    { why: "on the first point", atMs: 60, share: 0.93 * (1 - Math.exp(-7)) + 0.065 },
    { why: "on the last point", atMs: 120, share: 0.93 * (1 - Math.exp(-19)) + 0.07 },
  ])("gives the share of delays within $atMs ms: $why", ({ atMs, share }) => {
    expect(shareWithin(knownDelays, atMs)).toBeCloseTo(share, 12);
  });

  test("has p50 and p90 in the exponential part, p99 and p99.9 on the points", () => {
    // s - m ln(1 - q / e)
    expect(quantileMs(knownDelays, 0.5)).toBeCloseTo(25 - 5 * Math.log(1 - 0.5 / 0.93), 5);
    expect(quantileMs(knownDelays, 0.9)).toBeCloseTo(25 - 5 * Math.log(1 - 0.9 / 0.93), 5);
    expect(quantileMs(knownDelays, 0.99)).toBeCloseTo(60, 5);
    expect(quantileMs(knownDelays, 0.999)).toBeCloseTo(120, 5);
  });
});

test.each([
  { why: "all is well", atMs: 0, answerableMs: 0 },
  { why: "the freeze is about to begin", atMs: 3_999, answerableMs: 3_999 },
  { why: "it has just begun", atMs: 4_000, answerableMs: 5_000 },
  { why: "it is nearly over", atMs: 4_999, answerableMs: 5_000 },
  { why: "the next cycle runs", atMs: 5_000, answerableMs: 5_000 },
  { why: "the second freeze is on", atMs: 9_500, answerableMs: 10_000 },
])("a request at $atMs ms is answered at $answerableMs ms: $why", ({ atMs, answerableMs }) => {
  expect(answerableAtMs({ everyMs: 5_000, forMs: 1_000 }, atMs)).toBe(answerableMs);
});

test("a behaviour that makes no sense is refused with everything that is wrong", () => {
  const word = JSON.stringify({
    delays: { ...knownDelays, exponentialRatio: 0.5, meanMs: 0 },
    freeze: { everyMs: 1, forMs: 1 },
    unsaidMs: -1,
  });
  expect(() => readBehaviour(word)).toThrow(
    /ratios add up to .*; shiftMs is below 0, or meanMs .*; a freeze must be .*; unsaidMs/,
  );
});
