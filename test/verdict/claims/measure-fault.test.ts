/** What a fault did, from runs of which every tenth of a second is known: 400 requests a second, a fault from 10 to 14 s. */
import { describe, expect, test } from "vitest";
import type { Detection, Watched } from "../../../metrics/detection.ts";
import { measureRun } from "../../../verdict/claims/measure-run.ts";
import type { RunMeasure } from "../../../verdict/claims/measures.ts";
import type { Evidence } from "../../../verdict/evidence.ts";
import { badBetween, disturbed, faultSeen } from "../../fakes/disturbed.ts";
import { responses } from "../../fakes/evidence.ts";

const measured = (measure: RunMeasure, seen: Evidence) => measureRun(measure, seen, undefined);

const down = (fromS: number, toS: number) => disturbed({ bad: badBetween(fromS, toS) });

describe("share of good answers while it was on", () => {
  test("is of all that was planned from its effect until it was gone", () => {
    expect(measured({ figure: "good-ratio-during" }, down(10, 12))).toEqual({ value: 0.5, outOf: 1_600 });
  });

  test("leaves out the moments in which it comes and is taken back", () => {
    const fault = faultSeen(10.05, 14, { stoppedAtS: 13.65 });
    const seen = disturbed({ bad: badBetween(10.1, 13.6), faults: [fault] });
    expect(measured({ figure: "good-ratio-during" }, seen)).toEqual({ value: 0, outOf: 1_400 });
  });

  test("in its second half is what the target made of it", () => {
    const half = { figure: "good-ratio-during", half: "second" } as const;
    expect(measured(half, down(10, 12))).toEqual({ value: 1, outOf: 800 });
  });

  test("is that of the first fault, and of none when that one proves nothing", () => {
    const second = faultSeen(20, 24, { id: "kill:shop-2@20" });
    const vacuous = faultSeen(10, 14, { status: "vacuous", because: "nobody saw it" });
    const seen = disturbed({ bad: badBetween(20, 22), faults: [second, faultSeen(10, 14)] });
    expect(measured({ figure: "good-ratio-during" }, seen)).toEqual({ value: 1, outOf: 1_600 });
    expect(measured({ figure: "good-ratio-of-worst-fault" }, seen)).toEqual({ value: 0.5, outOf: 1_600 });
    const useless = disturbed({ faults: [vacuous, second] });
    const why = { missing: "kill:shop-1@10 proves nothing: nobody saw it" };
    expect(measured({ figure: "good-ratio-during" }, useless)).toEqual(why);
    expect(measured({ figure: "good-ratio-of-worst-fault" }, useless)).toEqual(why);
  });

  test("of one operation is by whole seconds", () => {
    const seen = disturbed();
    const timeline = seen.timeline.map((second) => ({
      ...second,
      operations: { search: { settled: 10, good: second.atS === 12 ? 0 : 10 } },
    }));
    const search = { figure: "operation-good-ratio-during", operation: "search" } as const;
    expect(measured(search, { ...seen, timeline })).toEqual({ value: 0.75, outOf: 40 });
    expect(measured(search, seen)).toHaveProperty("missing");
  });

  test("in the worst second of it, that in which it begins included", () => {
    expect(measured({ figure: "worst-second-during" }, down(11.5, 12.5))).toEqual({ value: 0.5, outOf: 400 });
    const short = disturbed({ bad: badBetween(10.2, 10.9), faults: [faultSeen(10.2, 10.9)] });
    expect(measured({ figure: "worst-second-during" }, short)).toEqual({ value: 0.3, outOf: 400 });
    const after = disturbed({ bad: badBetween(14, 16), faults: [faultSeen(10, 15, { stoppedAtS: 14 })] });
    expect(measured({ figure: "worst-second-during" }, after)).toEqual({ value: 1, outOf: 400 });
  });
});

describe("how long", () => {
  test("without one good answer, wherever it is after the effect", () => {
    expect(measured({ figure: "dark-s" }, down(10.3, 12))).toEqual({ value: 1.7 });
    expect(measured({ figure: "dark-s" }, down(8, 9))).toEqual({ value: 0 });
    const half = disturbed({ bad: badBetween(10, 14, 20) });
    expect(measured({ figure: "dark-s" }, half)).toEqual({ value: 0 });
  });

  test("dark to the end of the run is known only to be as long as that", () => {
    expect(measured({ figure: "dark-s" }, down(11, 40))).toEqual({ value: 29, isLeast: true });
  });

  test.each([
    { why: "it helped itself", bad: badBetween(10, 11.5), faults: [faultSeen(10, 20)], is: { value: 1.5 } },
    { why: "it was well only after it was gone", bad: badBetween(10, 16), is: { value: 6 } },
    { why: "it was not felt", bad: badBetween(0, 0), is: { value: 0 } },
    { why: "it was not well again", bad: badBetween(10, 40), is: { value: 30, isLeast: true } },
  ])("until all was as usual, when $why: $is", ({ bad, faults = [faultSeen(10, 14)], is }) => {
    expect(measured({ figure: "recovered-s" }, disturbed({ bad, faults }))).toEqual(is);
  });

  test("from the order to the effect", () => {
    const seen = disturbed({ faults: [faultSeen(10, 14, { requestedAtS: 9.5, effectAtS: 10.25 })] });
    expect(measured({ figure: "effect-s" }, seen)).toEqual({ value: 0.75 });
  });

  test("nothing is known of a run without a fault, or without tenths", () => {
    const why = { missing: "nothing was done to the target in this run" };
    expect(measured({ figure: "recovered-s" }, disturbed({ faults: [] }))).toEqual(why);
    const seen = disturbed();
    const timeline = seen.timeline.map(({ tenths: _, ...second }) => second);
    expect(measured({ figure: "dark-s" }, { ...seen, timeline })).toEqual({
      missing: "good answers were not counted by tenths of a second",
    });
  });
});

describe("p99 by that before", () => {
  const slow = (ms: number, requests = 400): Evidence => {
    const seen = disturbed();
    const timeline = seen.timeline.map((second) =>
      second.atS >= 10 && second.atS < 14 ? { ...second, response: responses(requests, ms) } : second,
    );
    return { ...seen, timeline };
  };

  test("is a multiple", () => {
    const found = measured({ figure: "p99-during-ratio" }, slow(120));
    expect(found).toEqual({ value: expect.closeTo(3, 1) });
  });

  test("is a least where one in a hundred was given up, or never answered at all", () => {
    for (const seen of [slow(10_010), slow(40, 300)])
      expect(measured({ figure: "p99-during-ratio" }, seen)).toEqual({
        ...{ value: expect.closeTo(250, 0), isLeast: true },
      });
  });

  test("of a few requests is none", () => {
    const seen = disturbed({ perTenth: 4 });
    expect(measured({ figure: "p99-during-ratio" }, seen)).toHaveProperty("missing");
  });
});

describe("what the target noticed", () => {
  const balancer = { by: "l4-1", source: "health-check", about: ["shop-1"] } as const;
  const said = (atS: number): Detection => ({ ...balancer, atS, isBack: false, says: "it is down" });
  const watchedBy = (detections: readonly Detection[], detectors = [balancer]): Evidence => {
    const watched: Watched = { detectors, detections, traffic: [] };
    return { ...disturbed(), watched };
  };

  test("is how soon, and how many of the faults in time", () => {
    const seen = watchedBy([said(11.5)]);
    expect(measured({ figure: "detected-s" }, seen)).toEqual({ value: 1.5 });
    expect(measured({ figure: "noticed-ratio", withinS: 2 }, seen)).toEqual({ value: 1 });
    expect(measured({ figure: "noticed-ratio", withinS: 1 }, seen)).toEqual({ value: 0 });
  });

  test("silence took at least as long as the fault was on; without anybody watching there is no time", () => {
    expect(measured({ figure: "detected-s" }, watchedBy([]))).toEqual({ value: 4, isLeast: true });
    expect(measured({ figure: "detected-s" }, watchedBy([], []))).toHaveProperty("missing");
    expect(measured({ figure: "noticed-ratio", withinS: 5 }, watchedBy([], []))).toEqual({ value: 0 });
    expect(measured({ figure: "detected-s" }, disturbed())).toHaveProperty("missing");
  });
});

test("what a fault measured itself, by name", () => {
  const seen = disturbed({ faults: [faultSeen(10, 14, { figures: { stampedeFactor: 7 } })] });
  expect(measured({ figure: "fault", name: "stampedeFactor" }, seen)).toEqual({ value: 7 });
  expect(measured({ figure: "fault", name: "awayS" }, seen)).toEqual({
    missing: "no fault of this run measured awayS",
  });
});

test("which operations it hit, and how much more work it made", () => {
  const seen = disturbed();
  const timeline = seen.timeline.map((second) => ({
    ...second,
    operations: {
      search: { settled: 100, good: second.atS >= 10 && second.atS < 14 ? 0 : 100 },
      page: { settled: 300, good: 300 },
    },
  }));
  expect(measured({ figure: "hit-ratio" }, { ...seen, timeline })).toEqual({ value: 0.5 });
  const traffic = Array.from({ length: 42 }, (_, atS) => ({
    atS,
    counts: { statements: atS * 400 + Math.min(14, Math.max(0, atS - 10)) * 400 },
  }));
  const watched: Watched = { detectors: [], detections: [], traffic };
  const found = measured({ figure: "amplification", hop: "statements" }, { ...seen, watched });
  // Twice as many from the effect to ten seconds after it was gone.
  expect(found).toEqual({ value: expect.closeTo(2, 6) });
});
