import { expect, test } from "vitest";
import { accountOfPrimaries, primariesSeen } from "../../../chaos/database/primaries-seen.ts";

/** One look every 200 ms, with those that took a write then. */
const looks = (...writable: readonly (readonly string[])[]) =>
  writable.map((names, n) => ({ atMs: n * 200, writable: names }));

test.each([
  {
    why: "one takes the place of the other at once",
    by: looks(["db"], ["db"], ["r1"], ["r1"]),
    most: 1,
    noneMs: 0,
    severalMs: 0,
  },
  {
    why: "nobody is there for two looks",
    by: looks(["db"], [], [], ["r1"]),
    most: 1,
    noneMs: 400,
    severalMs: 0,
  },
  {
    why: "the old one comes back and takes writes too",
    by: looks(["db"], [], ["r1"], ["db", "r1"], ["r1"]),
    most: 2,
    noneMs: 200,
    severalMs: 200,
  },
  {
    why: "two are writable when it was looked last",
    by: looks(["db"], ["db", "r1"]),
    most: 2,
    noneMs: 0,
    severalMs: 0,
  },
  { why: "nobody ever looked", by: [], most: 0, noneMs: 0, severalMs: 0 },
])("$most at most, $noneMs ms none, $severalMs ms several, when $why", ({ by, why: _, ...seen }) => {
  expect(primariesSeen(by)).toEqual(seen);
});

test("two at the same time are told, with for how long", () => {
  expect(accountOfPrimaries(looks(["db"], [], ["db", "r1"], ["db", "r1"], ["r1"]))).toEqual({
    sentence: "nobody took writes for 200 ms, 2 took writes at the same time, for 400 ms",
    figures: { noPrimaryMs: 200, mostPrimaries: 2, severalPrimariesMs: 400 },
  });
  expect(accountOfPrimaries(looks(["db"], ["r1"])).sentence).toBe(
    "nobody took writes for 0 ms, at no time did two",
  );
});
