import fc from "fast-check";
import { expect, test } from "vitest";
import { ownedBy, owns } from "../../load/share.ts";

test("no arrival is lost or doubled for any count of shares", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 0, max: 3000 }), (count, arrivals) => {
      const shares = Array.from({ length: count }, (_, index) => ({ index, count }));
      expect(shares.reduce((total, share) => total + ownedBy(share, arrivals), 0)).toBe(arrivals);
      for (const arrival of [0, 1, arrivals]) {
        expect(shares.filter((share) => owns(share, arrival))).toHaveLength(1);
      }
    }),
    { numRuns: 200, seed: 11 },
  );
});

test("a fraction of an arrival belongs to nobody yet", () => {
  expect(ownedBy({ index: 0, count: 1 }, 4.9)).toBe(4);
});
