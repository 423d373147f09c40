import { expect, test } from "vitest";
import { Truth } from "../../../targets/known-latency/truth.ts";

test("tells quantiles of exactly the numbers asked for", () => {
  const truth = new Truth();
  // Numbers 0 ... 999 are of a warm-up that nobody asks about.
  for (let n = 0; n < 1_000; n++) truth.note(n, 500, 600);
  for (let n = 1_000; n < 11_000; n++) truth.note(n, n - 999, n - 999 + 0.02);
  const { answered, drawnMs, actualMs, lateUs } = truth.tell(1_000, 11_000);
  expect(answered).toBe(10_000);
  expect(drawnMs).toEqual({ p50: 5_000, p90: 9_000, p99: 9_900, p999: 9_990 });
  expect(actualMs.p999).toBeCloseTo(9_990.02, 6);
  expect(lateUs.p99).toBeCloseTo(20, 6);
});

test("counts only what was answered, and nothing once it was told to forget", () => {
  const truth = new Truth();
  truth.note(3, 1, 1);
  truth.note(5, 2, 2);
  truth.note(5_000_000, 2, 2);
  expect(truth.tell(0, 10_000_000).answered).toBe(2);
  truth.forget();
  expect(truth.tell(0, 10_000_000)).toEqual({
    answered: 0,
    drawnMs: { p50: 0, p90: 0, p99: 0, p999: 0 },
    actualMs: { p50: 0, p90: 0, p99: 0, p999: 0 },
    lateUs: { p50: 0, p99: 0, max: 0 },
  });
});
