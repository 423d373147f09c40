import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hold } from "../../load/hold.ts";
import { inTurn } from "../../load/in-turn.ts";
import { instantOf } from "../../load/instant.ts";
import type { OpenLoad } from "../../load/load-model.ts";
import { ramp } from "../../load/ramp.ts";
import { arrivalsBetween, arrivalsIn, Schedule } from "../../load/schedule.ts";
import { ownedBy, type Share } from "../../load/share.ts";
import { spike } from "../../load/spike.ts";
import { wave } from "../../load/wave.ts";
import { samples } from "./models.ts";

const alone: Share = { index: 0, count: 1 };

function instants(load: OpenLoad, seed: number, share: Share = alone): [arrival: number, atS: number][] {
  const found: [number, number][] = [];
  for (const schedule = new Schedule(load, seed, share); schedule.arrival >= 0; schedule.advance()) {
    found.push([schedule.arrival, schedule.atS]);
  }
  return found;
}

const anySpacing = fc.constantFrom("even" as const, "poisson" as const);
const anyRate = fc.double({ min: 0, max: 200, noNaN: true });
const anySpan = fc.double({ min: 0.01, max: 10, noNaN: true });
const anyLoad: fc.Arbitrary<OpenLoad> = anySpacing.chain((spacing) => {
  const simple = fc.oneof(
    fc.tuple(anyRate, anySpan).map(([ratePerS, spanS]) => hold({ ratePerS, spanS, spacing })),
    fc
      .tuple(anyRate, anyRate, anySpan)
      .map(([fromPerS, toPerS, overS]) => ramp({ fromPerS, toPerS, overS, spacing })),
    fc.tuple(anyRate, anyRate, anySpan).map(([low, more, spanS]) =>
      spike({
        basePerS: low,
        peakPerS: low + more,
        spanS,
        atS: spanS / 4,
        riseS: spanS / 8,
        holdS: spanS / 4,
        spacing,
      }),
    ),
    fc
      .tuple(
        fc.double({ min: 0.1, max: 200, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        anySpan,
      )
      .map(([meanPerS, ratio, spanS]) =>
        wave({ meanPerS, swingPerS: meanPerS * ratio, periodS: spanS / 2.5, spanS, spacing }),
      ),
  );
  return fc.array(simple, { minLength: 1, maxLength: 3 }).map((loads) => inTurn(...loads));
});
const anySeed = fc.integer({ min: 0, max: 2 ** 40 });

describe("shares of a schedule", () => {
  test("together are the schedule of one agent, to the last bit, for any load, seed and number of shares", () => {
    fc.assert(
      fc.property(anyLoad, anySeed, fc.integer({ min: 1, max: 64 }), (load, seed, count) => {
        const shares = Array.from({ length: count }, (_, index) => instants(load, seed, { index, count }));
        const together = shares.flat().sort(([one], [other]) => one - other);
        expect(together).toEqual(instants(load, seed));
      }),
      { numRuns: 60, seed: 20_121_111 },
    );
  });

  test("own exactly what share arithmetic says they own", () => {
    fc.assert(
      fc.property(anyLoad, anySeed, fc.integer({ min: 1, max: 64 }), (load, seed, count) => {
        const total = arrivalsIn(load, seed);
        for (const index of new Set([0, Math.floor(count / 2), count - 1])) {
          expect(instants(load, seed, { index, count })).toHaveLength(ownedBy({ index, count }, total));
        }
      }),
      { numRuns: 40, seed: 20_121_112 },
    );
  });

  test("have nothing left after the last arrival, however often they are advanced", () => {
    const schedule = new Schedule(hold({ ratePerS: 10, spanS: 1, spacing: "even" }), 1, {
      index: 3,
      count: 4,
    });
    const seen: number[] = [];
    for (let turn = 0; turn < 6; turn++, schedule.advance()) seen.push(schedule.arrival);
    expect(seen).toEqual([3, 7, -1, -1, -1, -1]);
    expect(schedule.atS).toBeNaN();
  });
});

describe("even spacing", () => {
  test("puts arrivals into the middle of their own slot", () => {
    const found = instants(hold({ ratePerS: 4, spanS: 1, spacing: "even" }), 9);
    expect(found.map(([, atS]) => Math.round(atS * 1e6))).toEqual([125_000, 375_000, 625_000, 875_000]);
  });

  test("fills every second with the rate, exactly", () => {
    const load = hold({ ratePerS: 333, spanS: 7, spacing: "even" });
    for (let second = 0; second < 7; second++) {
      expect(arrivalsBetween(load, 1, { fromS: second, toS: second + 1 })).toBe(333);
    }
  });

  test("rounds a crooked total to the nearest whole number", () => {
    expect(arrivalsIn(hold({ ratePerS: 0.74, spanS: 10, spacing: "even" }), 1)).toBe(7);
    expect(arrivalsIn(hold({ ratePerS: 0.76, spanS: 10, spacing: "even" }), 1)).toBe(8);
    expect(arrivalsIn(hold({ ratePerS: 0.01, spanS: 10, spacing: "even" }), 1)).toBe(0);
  });

  test("solves a ramp: arrival k of 0 to 100 /s in 10 s is due at sqrt((k + 1/2) / 5)", () => {
    for (const [arrival, atS] of instants(
      ramp({ fromPerS: 0, toPerS: 100, overS: 10, spacing: "even" }),
      1,
    )) {
      expect(Math.abs(atS - Math.sqrt((arrival + 0.5) / 5))).toBeLessThan(1e-9);
    }
  });
});

describe("poisson spacing", () => {
  /** Counts of many short windows, over many seeds. */
  function countsPerWindow(windowS: number): number[] {
    const load = hold({ ratePerS: 20, spanS: 50 });
    const counts: number[] = [];
    for (let seed = 0; seed < 40; seed++) {
      const perWindow = new Array<number>(Math.round(50 / windowS)).fill(0);
      for (const [, atS] of instants(load, seed)) perWindow[Math.floor(atS / windowS)]!++;
      counts.push(...perWindow);
    }
    return counts;
  }

  test.each([0.1, 0.5, 2])("has mean and variance of the rate in windows of %d s", (windowS) => {
    const counts = countsPerWindow(windowS);
    const mean = counts.reduce((total, count) => total + count) / counts.length;
    const variance = counts.reduce((total, count) => total + (count - mean) ** 2, 0) / (counts.length - 1);
    const expected = 20 * windowS;
    // Four standard errors of a Poisson sample: mean sqrt(m/n), variance sqrt((2 m^2 + m)/n).
    expect(Math.abs(mean - expected)).toBeLessThan(4 * Math.sqrt(expected / counts.length));
    expect(Math.abs(variance - expected)).toBeLessThan(
      4 * Math.sqrt((2 * expected ** 2 + expected) / counts.length),
    );
  });

  test("has as many empty windows as a Poisson process: e^-m of them", () => {
    const counts = countsPerWindow(0.1);
    const empty = counts.filter((count) => count === 0).length / counts.length;
    expect(Math.abs(empty - Math.exp(-2))).toBeLessThan(4 * Math.sqrt((Math.exp(-2) * 0.87) / counts.length));
  });

  test("follows the curve: a ramp has a quarter of its arrivals in the first half", () => {
    const load = ramp({ fromPerS: 0, toPerS: 2000, overS: 10 });
    const ratio = arrivalsBetween(load, 3, { fromS: 0, toS: 5 }) / arrivalsIn(load, 3);
    expect(Math.abs(ratio - 0.25)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / 10_000));
  });

  test("differs from seed to seed, and not from time to time", () => {
    const load = hold({ ratePerS: 50, spanS: 2 });
    expect(instants(load, 1)).toEqual(instants(load, 1));
    expect(instants(load, 1)).not.toEqual(instants(load, 2));
  });
});

describe("the instant at which so much has arrived", () => {
  test.each(samples)("is right to the nanosecond for $name", ({ load: make, total }) => {
    const load = make("even");
    for (let step = 1; step <= 50; step++) {
      const arrivals = (total * step) / 51;
      if (arrivals === 0) continue;
      const atS = instantOf(load, arrivals);
      expect(load.arrivalsBy(atS)).toBeGreaterThanOrEqual(arrivals);
      expect(load.arrivalsBy(Math.max(0, atS - 1e-9))).toBeLessThan(arrivals);
    }
  });

  test("is the beginning of a pause, not its end", () => {
    const paused = inTurn(
      hold({ ratePerS: 8, spanS: 2 }),
      hold({ ratePerS: 0, spanS: 5 }),
      hold({ ratePerS: 8, spanS: 2 }),
    );
    expect(instantOf(paused, 16)).toBeCloseTo(2, 8);
  });

  test("is the end of the span when so much never arrives", () => {
    expect(instantOf(hold({ ratePerS: 8, spanS: 2 }), 17)).toBe(2);
  });

  test("takes few looks at the curve", () => {
    const load = wave({ meanPerS: 1000, swingPerS: 1000, periodS: 7, spanS: 30 });
    let looks = 0;
    const watched: OpenLoad = {
      ...load,
      arrivalsBy(atS) {
        looks++;
        return load.arrivalsBy(atS);
      },
    };
    for (let arrivals = 50; arrivals < 29_000; arrivals += 100) instantOf(watched, arrivals);
    expect(looks / 290).toBeLessThan(20);
  });
});
