import { expect, test } from "vitest";
import { isInPlace } from "../../metrics/fault-seen.ts";
import { faultSeen } from "../fakes/disturbed.ts";

const { injectedAtS: _, ...never } = faultSeen(10, 14);
const { undoneAtS: __, ...left } = faultSeen(10, 14);
const { injectedAtS: ___, ...halfDone } = faultSeen(10, 14, { status: "failed", begunAtS: 10 });

test.each([
  { why: "it was for part of the second", fault: faultSeen(10.9, 14), fromS: 10, is: true },
  { why: "it is gone when the second begins", fault: faultSeen(10, 14), fromS: 14, is: false },
  { why: "it comes when the second is over", fault: faultSeen(10, 14), fromS: 9, is: false },
  { why: "it was never injected", fault: never, fromS: 11, is: false },
  {
    why: "injecting it was under way",
    fault: faultSeen(10, 14, { begunAtS: 10, injectedAtS: 12 }),
    fromS: 10,
    is: true,
  },
  {
    why: "it was armed, and not due yet",
    fault: faultSeen(10, 14, { begunAtS: 12, injectedAtS: 10 }),
    fromS: 10,
    is: false,
  },
  { why: "injecting it failed half-way", fault: halfDone, fromS: 11, is: true },
  { why: "it was left alone", fault: left, fromS: 900, is: true },
  {
    why: "it leaked, whatever was said of its end",
    fault: faultSeen(10, 14, { status: "leaked" }),
    fromS: 20,
    is: true,
  },
])("in place: $is, because $why", ({ fault, fromS, is }) => {
  expect(isInPlace(fault, fromS, fromS + 1)).toBe(is);
});
