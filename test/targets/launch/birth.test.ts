/** What several faults want a node to be born with is one thing. */
import { expect, test } from "vitest";
import { mergedBirths, wordsOfBirth } from "../../../targets/launch/birth.ts";

test("nothing is lost, and of two rooms the larger is made", () => {
  expect(
    mergedBirths([
      { db: { diskRoomBytes: 5 }, shop: { ownClock: true } },
      { db: { diskRoomBytes: 3, ownClock: true } },
      { db: { memoryGroup: true } },
    ]),
  ).toEqual({
    db: { diskRoomBytes: 5, ownClock: true, memoryGroup: true },
    shop: { ownClock: true },
  });
});

test("it is told in words", () => {
  expect(wordsOfBirth({ memoryGroup: true, diskRoomBytes: 805_306_368, ownClock: true })).toBe(
    "memory that is counted by itself, a disk of its own with 768 MB of room, a clock of its own",
  );
  expect(wordsOfBirth({ ownClock: true })).toBe("a clock of its own");
});

test("who wants nothing gets nothing", () => {
  expect(mergedBirths([])).toEqual({});
});
