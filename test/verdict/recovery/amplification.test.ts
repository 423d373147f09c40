/** Made-up runs: 100 requests a second, looked at once a second, a fault from 10 to 20 s. */
import { describe, expect, test } from "vitest";
import type { TrafficCounter, TrafficSample } from "../../../metrics/detection.ts";
import { amplificationOf, loopIn } from "../../../verdict/recovery/amplification.ts";
import { disturbed } from "../../fakes/disturbed.ts";

const { timeline } = disturbed({ seconds: 100, perTenth: 10 });
const when = { calmS: 9, effectS: 10, clearS: 20, endS: 40 };

type PerSecond = Partial<Record<TrafficCounter, (second: number) => number>>;

/** What was counted until each second, from two seconds before the measured part. */
function counted(perSecond: PerSecond, seconds = 100): readonly TrafficSample[] {
  const sums: Partial<Record<TrafficCounter, number>> = {};
  return Array.from({ length: seconds + 3 }, (_, index) => {
    const sample = { atS: index - 2, counts: { ...sums } };
    for (const [counter, of] of Object.entries(perSecond) as [TrafficCounter, (second: number) => number][])
      sums[counter] = (sums[counter] ?? 0) + of(sample.atS);
    return sample;
  });
}

const under = (usual: number, during: number) => (second: number) =>
  second >= 10 && second < 20 ? during : usual;

describe("what reaches a tier for each request", () => {
  test("is as before where nothing is sent twice", () => {
    const seen = amplificationOf(counted({ requests: () => 100, statements: () => 250 }), timeline, when);
    expect(seen.hops).toEqual([
      { hop: "requests", before: 1, during: 1, after: 1, factor: 1 },
      { hop: "statements", before: 2.5, during: 2.5, after: 2.5, factor: 1 },
    ]);
    expect(seen.worst!.factor).toBe(1);
  });

  test("grows where a tier asks again: three times while it was on, twice on the whole", () => {
    const seen = amplificationOf(
      counted({ requests: () => 100, statements: under(100, 300) }),
      timeline,
      when,
    );
    expect(seen.worst).toEqual({ hop: "statements", factor: 2 });
    expect(seen.hops[1]).toEqual({ hop: "statements", before: 1, during: 3, after: 1, factor: 2 });
  });

  test("does not grow where answers only come later", () => {
    const held = (second: number) => (second < 10 || second >= 25 ? 100 : second < 20 ? 0 : 300);
    const [requests] = amplificationOf(counted({ requests: held }), timeline, when).hops;
    expect(requests).toEqual({ hop: "requests", before: 1, during: 0, after: 2, factor: 1 });
  });

  test("tries count for the calls that were meant, whatever shoppers ask", () => {
    const seen = amplificationOf(
      counted({ meant: under(200, 100), tries: under(200, 180), requests: () => 100 }),
      timeline,
      when,
    );
    expect(seen.hops[1]).toEqual({
      ...{ hop: "tries", before: 1, during: 1.8, after: 1 },
      factor: expect.closeTo((1_800 + 2_000) / 3_000, 10),
    });
  });
});

describe("nothing can be compared", () => {
  test.each([
    {
      why: "nobody counts",
      traffic: [],
      because: "nothing in the target counts what reaches it where we could read it",
    },
    {
      why: "the counters were first read under the fault",
      traffic: counted({ requests: () => 100 }).slice(14),
      because: "too little reached the target before the first fault to know what is usual",
    },
    {
      why: "they were not read any more under it",
      traffic: counted({ requests: () => 100 }, 7),
      because: "too little was sent while it was on",
    },
  ])("when $why", ({ traffic, because }) => {
    const seen = amplificationOf(traffic, timeline, when);
    expect(seen.because).toBe(because);
    expect(seen).not.toHaveProperty("worst");
  });
});

test("what may keep a target down is the hop whose work stays a fifth above the usual", () => {
  const span = { calmS: 9, fromS: 20, toS: 80 };
  const stays = (factor: number) =>
    counted({ requests: () => 100, statements: (second) => (second < 10 ? 100 : 100 * factor) });
  expect(loopIn(stays(1.5), timeline, span)).toBe("statements");
  expect(loopIn(stays(1.1), timeline, span)).toBeUndefined();
  expect(loopIn([], timeline, span)).toBeUndefined();
});
