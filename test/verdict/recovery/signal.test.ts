import { describe, expect, test } from "vitest";
import { binAt, signalOf, smoothed, startOf } from "../../../verdict/recovery/signal.ts";
import { usualOf } from "../../../verdict/recovery/usual.ts";
import { disturbed } from "../../fakes/disturbed.ts";
import { evidence } from "../../fakes/evidence.ts";

describe("a bin is as wide as it takes to have twenty requests in it", () => {
  test.each([
    { perTenth: 20, widthS: 0.1 },
    { perTenth: 19, widthS: 0.2 },
    { perTenth: 10, widthS: 0.2 },
    { perTenth: 4, widthS: 0.5 },
    { perTenth: 2, widthS: 1 },
    { perTenth: 1, widthS: 1 },
  ])("$perTenth in a tenth of a second: $widthS s", ({ perTenth, widthS }) => {
    const signal = signalOf(disturbed({ perTenth, seconds: 12 }).timeline)!;
    expect(signal.widthS).toBe(widthS);
    expect(signal.bins).toHaveLength(12 / widthS);
    expect(signal.bins[3]).toEqual({ planned: perTenth * widthS * 10, good: perTenth * widthS * 10 });
  });
});

test("seconds that were not kept are holes, and a run without tenths has no signal", () => {
  const { timeline } = disturbed({ seconds: 4 });
  const signal = signalOf(timeline.filter(({ atS }) => atS !== 1))!;
  expect(signal.bins.map((bin) => bin === undefined)).toEqual(
    Array.from({ length: 40 }, (_, bin) => bin >= 10 && bin < 20),
  );
  expect(signalOf(evidence().timeline)).toBeUndefined();
});

test("an instant on the edge of two bins is in the later one, whatever binary fractions say", () => {
  const signal = { widthS: 0.1, bins: [] };
  for (let tenth = 0; tenth < 1_000; tenth++) {
    expect(binAt(signal, tenth / 10)).toBe(tenth);
    expect(startOf(signal, tenth)).toBe(tenth / 10);
  }
  expect(binAt(signal, 0.19)).toBe(1);
  expect(binAt(signal, -3)).toBe(0);
});

test("smoothing keeps edges where they are and forgets what is shorter than three bins", () => {
  expect(smoothed([1, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1])).toEqual([1, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1]);
  expect(smoothed([1, 1, 1, 0, 0, 1, 1, 1])).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
  expect(smoothed([1, undefined, 0, 0, 0])).toEqual([0.5, undefined, 0, 0, 0]);
});

describe("what is usual", () => {
  const usualIn = (bad: (tenth: number) => number, untilS = 10, perTenth = 40) =>
    usualOf(signalOf(disturbed({ bad, perTenth }).timeline)!, untilS);

  test("of a target that makes no mistakes, one in a hundred fewer is an impact", () => {
    expect(usualIn(() => 0)).toEqual({
      goodRatio: 1,
      noiseRatio: 0,
      thresholdRatio: 0.99,
      plannedPerS: 400,
    });
  });

  test("of one that varies, four deviations are", () => {
    // Shares 1, 0.99, 0.98 in turn: the middle is 0.99, the usual distance from it 0.01.
    const usual = usualIn((tenth) => tenth % 3, 10, 100);
    expect(usual).toMatchObject({ goodRatio: 0.99, plannedPerS: 1_000 });
    expect(usual).toHaveProperty("noiseRatio", expect.closeTo(0.014826, 10));
    expect(usual).toHaveProperty("thresholdRatio", expect.closeTo(0.99 - 4 * 0.014826, 10));
  });

  test.each([
    {
      why: "it varies by more than that can tell",
      bad: (tenth: number) => (tenth % 3) * 2,
      untilS: 10,
      says: "too noisy",
    },
    {
      why: "there was too little before the first fault",
      bad: () => 0,
      untilS: 1.9,
      says: "only 1.90 s of load",
    },
    { why: "nothing was good", bad: () => 40, untilS: 10, says: "hardly one request" },
  ])("is not known when $why", ({ bad, untilS, says }) => {
    expect(usualIn(bad, untilS)).toEqual({ because: expect.stringContaining(says) });
  });
});
