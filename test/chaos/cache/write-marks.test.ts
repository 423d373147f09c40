import { expect, test } from "vitest";
import { lostSince } from "../../../chaos/cache/write-marks.ts";

test.each([
  { why: "all are there", found: 4, lost: { marks: 0, forMs: 0 } },
  { why: "the last two are not", found: 2, lost: { marks: 2, forMs: 2_000 } },
  { why: "none is", found: 0, lost: { marks: 4, forMs: 3_500 } },
  { why: "one is there that was never acknowledged", found: 5, lost: { marks: 0, forMs: 0 } },
])("of four marks, when $why, $lost.marks are lost over $lost.forMs ms", ({ found, lost }) => {
  expect(lostSince([500, 2_000, 3_000, 4_000], found)).toEqual(lost);
});
