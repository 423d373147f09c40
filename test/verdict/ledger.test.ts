/** Two bits per attempt hold what an array of words would. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Booked } from "../../metrics/outcome.ts";
import { bookedByCode, Found, foundCeiling, Ledger } from "../../verdict/ledger.ts";

const seed = 20_260_731;
const attempt = fc.integer({ min: 0, max: 5_000 });

describe("ledger", () => {
  test("attempts nobody mentioned were never sent", () => {
    const ledger = new Ledger(9);
    expect(ledger.attempts).toBe(9);
    expect(ledger.get(8)).toBe("never-sent");
    expect(ledger.get(1_000_000)).toBe("never-sent");
  });

  test("the file has attempt n in bits 2(n mod 4).. of byte n div 4", () => {
    const ledger = new Ledger();
    ledger.set(0, "accepted");
    ledger.set(1, "rejected");
    ledger.set(2, "indeterminate");
    ledger.set(5, "accepted");
    expect([...ledger.bytes()]).toEqual([0b00_11_10_01, 0b00_00_01_00]);
  });

  test("room can be made and is never taken back", () => {
    const ledger = new Ledger();
    ledger.grow(100);
    ledger.grow(3);
    expect(ledger.attempts).toBe(100);
    expect(ledger.bytes()).toHaveLength(25);
  });

  test("what is known later replaces what was known before", () => {
    const ledger = new Ledger();
    ledger.set(7, "indeterminate");
    ledger.set(7, "accepted");
    ledger.set(7, "rejected");
    expect(ledger.get(7)).toBe("rejected");
  });

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])("attempt number %s is refused", (number) => {
    expect(() => new Ledger().set(number, "accepted")).toThrow(RangeError);
    expect(() => new Found().add(number)).toThrow(RangeError);
  });

  test("it remembers what a map would, in any order of writing", () => {
    const writes = fc.array(fc.tuple(attempt, fc.constantFrom<Booked>(...bookedByCode)));
    fc.assert(
      fc.property(writes, (all) => {
        const ledger = new Ledger();
        const naive = new Map<number, Booked>();
        for (const [number, booked] of all) {
          ledger.set(number, booked);
          naive.set(number, booked);
        }
        expect(ledger.attempts).toBe(all.length === 0 ? 0 : Math.max(...naive.keys()) + 1);
        const numbers = Array.from({ length: ledger.attempts }, (_, number) => number);
        expect(
          numbers.filter((number) => ledger.get(number) !== (naive.get(number) ?? "never-sent")),
        ).toEqual([]);
        expect(ledger.bytes()).toHaveLength(Math.ceil(ledger.attempts / 4));
      }),
      { seed, numRuns: 50 },
    );
  });
});

describe("found", () => {
  test("it counts, and stops at three", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 })), (all) => {
        const found = new Found();
        for (const number of all) found.add(number);
        const numbers = Array.from({ length: 42 }, (_, number) => number);
        const timesOf = (number: number) => all.filter((each) => each === number).length;
        expect(numbers.map((number) => found.get(number))).toEqual(
          numbers.map((number) => Math.min(timesOf(number), foundCeiling)),
        );
      }),
      { seed, numRuns: 50 },
    );
  });

  test("its file has the same layout as the ledger's", () => {
    const found = new Found();
    for (let times = 0; times < 5; times++) found.add(6);
    found.add(0);
    expect([...found.bytes()]).toEqual([0b01, 0b11_00_00]);
    expect(found.attempts).toBe(7);
  });
});
