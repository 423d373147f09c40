import { describe, expect, test } from "vitest";
import {
  closedLoopFrozenRatio,
  freezes,
  freezeWaitMs,
} from "../../../controller/calibrate/freeze-distribution.ts";
import { answerableAtMs } from "../../../targets/known-latency/freeze.ts";

describe("the wait before a server that stands still for 1 s of every 5 s", () => {
  test.each([
    { ratio: 0.5, waitMs: 0, why: "four of five come while all is well" },
    { ratio: 0.8, waitMs: 0, why: "the last of them" },
    { ratio: 0.9, waitMs: 500, why: "half of those who meet the freeze" },
    { ratio: 0.99, waitMs: 950, why: "nineteen of twenty of them" },
    { ratio: 0.999, waitMs: 995, why: "nearly all of them" },
  ])("is $waitMs ms for a share of $ratio: $why", ({ ratio, waitMs }) => {
    expect(freezeWaitMs(freezes, ratio)).toBeCloseTo(waitMs, 9);
  });

  // The server's cycle is not the drive's: wherever it stands at the start, a drive of one cycle meets one whole freeze.
  test.each([0, 1_234.5, 4_000, 4_500, 4_999])(
    "is met by arrivals one by one, the cycle being at %d ms",
    (phaseMs) => {
      const arrivals = 2_000;
      const waits = Array.from({ length: arrivals }, (_, k) => {
        const atMs = phaseMs + ((k + 0.5) * freezes.everyMs) / arrivals;
        return answerableAtMs(freezes, atMs) - atMs;
      }).toSorted((a, b) => a - b);
      for (const ratio of [0.5, 0.9, 0.99, 0.999]) {
        const seenMs = waits[Math.ceil(ratio * arrivals) - 1]!;
        // Arrivals are 2.5 ms apart.
        expect(Math.abs(seenMs - freezeWaitMs(freezes, ratio)), `at ${ratio}`).toBeLessThanOrEqual(2.5);
      }
    },
  );
});

test("a closed loop meets it with one request of thousands", () => {
  // 4 s of quick answers of 1 ms, then one that is stuck.
  expect(closedLoopFrozenRatio(freezes, 1)).toBeCloseTo(1 / 4_001, 12);
});
