import { describe, expect, test } from "vitest";
import type { ReadsSeen } from "../../../chaos/cache/database-reads.ts";
import { stampedeOf } from "../../../chaos/cache/stampede.ts";

/** Counters at a second, the rest zero. */
const at = (atS: number, counters: Partial<ReadsSeen> = {}): ReadsSeen => ({
  ...{ loads: 0, beside: 0, absent: 0, absentAnswers: 0, lookUps: 0, misses: 0 },
  ...counters,
  atMs: atS * 1_000,
});

describe("the stampede factor", () => {
  test("is the reads of the first second over those a second before, beside what single flight would leave", () => {
    const { sentence, figures } = stampedeOf({
      before: at(0, { loads: 100, lookUps: 1_000, misses: 100 }),
      at: at(4, { loads: 180, lookUps: 1_400, misses: 180 }),
      after: [
        at(5, { loads: 380, beside: 120, lookUps: 1_500, misses: 260 }),
        at(6, { loads: 680, beside: 120 }),
        at(7, { loads: 700, beside: 120 }),
      ],
    });
    expect(figures).toEqual({
      databaseReadsBeforePerS: 20,
      databaseReadsFirstS: 200,
      databaseReadsSingleFlightFirstS: 80,
      databaseReadsWorstPerS: 300,
      stampedeFactor: 10,
      stampedeFactorSingleFlight: 4,
      missRatioBefore: 0.2,
      missRatioFirstS: 0.8,
    });
    expect(sentence).toBe(
      "200 pages were read from the databases in the first second after it, 20.0 a second before: stampede factor 10.0 " +
        "(4.0 if no page had been read twice at a time, 15.0 in the worst of 3 seconds)",
    );
  });

  test("is 1 when nothing changes: caches that were not needed are not missed", () => {
    const { figures } = stampedeOf({
      before: at(0),
      at: at(2, { loads: 60 }),
      after: [at(3, { loads: 90 })],
    });
    expect(figures).toMatchObject({ stampedeFactor: 1, stampedeFactorSingleFlight: 1 });
  });

  test("goes by the time that really passed between two looks", () => {
    const { figures } = stampedeOf({
      before: at(0),
      at: at(1, { loads: 10 }),
      after: [at(2.5, { loads: 40 })],
    });
    expect(figures).toMatchObject({ databaseReadsFirstS: 20, stampedeFactor: 2 });
  });

  test("is not told where nothing was read before: a number over nothing is none", () => {
    const { figures, sentence } = stampedeOf({ before: at(0), at: at(2), after: [at(3, { loads: 5 })] });
    expect(figures).not.toHaveProperty("stampedeFactor");
    expect(sentence).toBe(
      "5 pages were read from the databases in the first second after it, and none a second before",
    );
  });

  test("is an error without a look after it", () => {
    expect(() => stampedeOf({ before: at(0), at: at(1), after: [] })).toThrow("not read before and after");
  });
});
