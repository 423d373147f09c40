/** Evidence without some of its seconds. */
import { expect, test } from "vitest";
import { missingIn, withoutSeconds, withTimeouts } from "../../verdict/left-out.ts";
import { evidence, responses } from "../fakes/evidence.ts";

const seen = evidence({
  timeline: evidence().timeline.map((second) =>
    second.atS === 4
      ? {
          ...second,
          dropped: 100,
          fired: 300,
          completed: 480,
          outcomes: { ok: 250, timeout: 20 },
          response: responses(270, 800),
        }
      : second,
  ),
});

test("what is left adds up from the seconds kept", () => {
  const { load, overall, timeline, operations } = withoutSeconds(seen, new Set([4, 5]));
  expect(load).toEqual({
    planned: 3_200,
    fired: 3_200,
    completed: 3_200,
    failed: 0,
    dropped: 0,
    inFlightAtEnd: 0,
    offeredPerS: 400,
    // 880 answers came in the seconds left out, 650 of them to their own requests: 230 were to requests of others.
    completedPerS: (3_200 + 230) / 8,
  });
  expect(overall).toMatchObject({ count: 3_200, outcomes: { ok: 1_928, "sold-out": 1_200, refused: 72 } });
  expect(Math.round(overall.responseMs.max)).toBe(40);
  expect(timeline.map(({ atS }) => atS)).toEqual([0, 1, 2, 3, 6, 7, 8, 9]);
  expect(operations).toEqual({});
});

test("what is not kept by the second is not a number, so that nothing can be upheld by it", () => {
  expect(withoutSeconds(seen, new Set([4])).overall.serviceMs.p99).toBeNaN();
});

test("with nothing left out it is the run itself, as far as seconds know it", () => {
  const { load, overall } = withoutSeconds(evidence(), new Set());
  expect(load).toEqual(evidence().load);
  expect(overall.outcomes).toEqual(evidence().overall.outcomes);
});

test("with everything left out there is nothing", () => {
  const all = new Set(seen.timeline.map(({ atS }) => atS));
  const { load, overall, timeline } = withoutSeconds(seen, all);
  expect([load.planned, load.offeredPerS, overall.count, timeline.length]).toEqual([0, 0, 0, 0]);
});

test("the last second of a run counts for as much of it as was driven", () => {
  const short = evidence({ ending: { measuredS: 9.5 } });
  expect(withoutSeconds(short, new Set([0, 1, 2, 3, 4, 5, 6, 7])).load.offeredPerS).toBeCloseTo(800 / 1.5);
});

test("missing is what was planned and came to nothing, in those seconds alone", () => {
  expect(missingIn(seen, new Set([4]))).toBe(130);
  expect(missingIn(seen, new Set([3, 5]))).toBe(0);
});

test("timed out, the missing are slower than any other", () => {
  // 3,870 answers and failures and 130 missing: the 99th percentile is among the missing, the 95th is not.
  const { overall } = withTimeouts(seen, 130);
  expect(overall.count).toBe(4_000);
  expect(overall.outcomes.timeout).toBe(150);
  expect(overall.responseMs.p99).toBe(Number.POSITIVE_INFINITY);
  expect(Math.round(overall.responseMs.p95)).toBe(800);
  expect(Math.round(overall.responseMs.p90)).toBe(40);
});
