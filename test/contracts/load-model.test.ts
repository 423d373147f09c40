/** What every open load promises, over all of them. */
import { describe, expect, test } from "vitest";
import { arrivalsIn, Schedule } from "../../load/schedule.ts";
import { samples } from "../load/models.ts";

const spacings = ["even", "poisson"] as const;
const cases = samples.flatMap((sample) => spacings.map((spacing) => ({ ...sample, spacing })));

describe.each(cases)("$name, $spacing", ({ load: make, spacing, total }) => {
  const load = make(spacing);
  const instants = Array.from({ length: 1001 }, (_, index) => (load.spanS * index) / 1000);

  test("nothing has arrived at 0, the total by hand at the end", () => {
    expect(load.arrivalsBy(0)).toBe(0);
    expect(load.arrivalsBy(load.spanS)).toBeCloseTo(total, 9);
  });

  test("never decreases", () => {
    const counts = instants.map((atS) => load.arrivalsBy(atS));
    for (let index = 1; index < counts.length; index++) {
      expect(counts[index]).toBeGreaterThanOrEqual(counts[index - 1]!);
    }
  });

  test("never climbs faster than its peak", () => {
    for (let index = 1; index < instants.length; index++) {
      const widthS = instants[index]! - instants[index - 1]!;
      const arrived = load.arrivalsBy(instants[index]!) - load.arrivalsBy(instants[index - 1]!);
      expect(arrived).toBeLessThanOrEqual(load.peakPerS * widthS + 1e-9);
    }
  });

  test("stays at its total beyond the span, and refuses a negative instant", () => {
    expect(load.arrivalsBy(load.spanS * 10)).toBe(load.arrivalsBy(load.spanS));
    expect(() => load.arrivalsBy(-0.001)).toThrow(RangeError);
  });

  test("keeps the spacing it was given and says what it is in one line", () => {
    expect(load.spacing).toBe(spacing);
    expect(load.describe()).toMatch(/^[^\n]*\d[^\n]*$/);
  });

  test("its schedule numbers arrivals from 0 without holes, in order, within the span", () => {
    let expected = 0;
    let earlierS = 0;
    for (
      const schedule = new Schedule(load, 5, { index: 0, count: 1 });
      schedule.arrival >= 0;
      schedule.advance()
    ) {
      expect(schedule.arrival).toBe(expected++);
      expect(schedule.atS).toBeGreaterThanOrEqual(earlierS);
      expect(schedule.atS).toBeLessThan(load.spanS);
      earlierS = schedule.atS;
    }
    expect(expected).toBe(arrivalsIn(load, 5));
  });
});
