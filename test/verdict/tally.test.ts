/** One pass over bits counts what a slow and obvious reading counts. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Booked } from "../../metrics/outcome.ts";
import { bookedByCode, Found, Ledger } from "../../verdict/ledger.ts";
import { examplesKept, type LedgerTally, tally } from "../../verdict/tally.ts";

interface Attempt {
  readonly booked: Booked;
  readonly times: number;
}

/** The definitions, read aloud. */
function naive(attempts: readonly Attempt[]): LedgerTally {
  const all = (fits: (attempt: Attempt) => boolean) =>
    attempts.flatMap((attempt, number) => (fits(attempt) ? [number] : []));
  const lost = all(({ booked, times }) => booked === "accepted" && times === 0);
  const phantomRejected = all(({ booked, times }) => booked === "rejected" && times > 0);
  const phantomNeverSent = all(({ booked, times }) => booked === "never-sent" && times > 0);
  const duplicates = all(({ times }) => times > 1);
  const first = (numbers: number[]) => numbers.slice(0, examplesKept);
  return {
    attempts: all(({ booked }) => booked !== "never-sent").length,
    accepted: all(({ booked }) => booked === "accepted").length,
    rejected: all(({ booked }) => booked === "rejected").length,
    indeterminate: all(({ booked }) => booked === "indeterminate").length,
    // The files are whole bytes, so the last one may have room for attempts nobody has.
    neverSent: all(({ booked }) => booked === "never-sent").length + ((4 - (attempts.length % 4)) % 4),
    found: all(({ times }) => times > 0).length,
    lost: lost.length,
    phantomRejected: phantomRejected.length,
    phantomNeverSent: phantomNeverSent.length,
    duplicates: duplicates.length,
    indeterminateApplied: all(({ booked, times }) => booked === "indeterminate" && times > 0).length,
    examples: {
      lost: first(lost),
      phantomRejected: first(phantomRejected),
      phantomNeverSent: first(phantomNeverSent),
      duplicates: first(duplicates),
    },
  };
}

test("it counts what the definitions say, for any attempts", () => {
  const attempt = fc.record({
    booked: fc.constantFrom<Booked>(...bookedByCode),
    times: fc.integer({ min: 0, max: 4 }),
  });
  fc.assert(
    fc.property(fc.array(attempt, { maxLength: 300 }), (attempts) => {
      const ledger = new Ledger(attempts.length);
      const found = new Found(attempts.length);
      attempts.forEach(({ booked, times }, number) => {
        ledger.set(number, booked);
        for (let time = 0; time < times; time++) found.add(number);
      });
      expect(tally(ledger.bytes(), found.bytes())).toEqual(naive(attempts));
    }),
    { seed: 20_260_731, numRuns: 200 },
  );
});

test("an order beyond the end of the ledger is a phantom, not a crash", () => {
  const found = new Found();
  found.add(1_000);
  const seen = tally(new Uint8Array(0), found.bytes());
  expect(seen).toMatchObject({ attempts: 0, found: 1, phantomNeverSent: 1 });
  expect(seen.examples.phantomNeverSent).toEqual([1_000]);
});

test("an acknowledgement beyond the end of the books is lost", () => {
  const ledger = new Ledger();
  ledger.set(400, "accepted");
  expect(tally(ledger.bytes(), new Uint8Array(0))).toMatchObject({ lost: 1, examples: { lost: [400] } });
});

test("of many breaks only the first few are kept as examples", () => {
  const ledger = new Ledger();
  for (let attempt = 0; attempt < 50; attempt++) ledger.set(attempt, "accepted");
  const seen = tally(ledger.bytes(), new Uint8Array(0));
  expect(seen.lost).toBe(50);
  expect(seen.examples.lost).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test("a doubt that turned out to be done is counted and is no break", () => {
  const ledger = new Ledger();
  const found = new Found();
  ledger.set(3, "indeterminate");
  ledger.set(4, "indeterminate");
  found.add(3);
  expect(tally(ledger.bytes(), found.bytes())).toMatchObject({
    indeterminate: 2,
    indeterminateApplied: 1,
    lost: 0,
    phantomRejected: 0,
    duplicates: 0,
  });
});
