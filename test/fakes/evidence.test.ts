/** The fake evidence itself. */
import { expect, test } from "vitest";
import { evidence, nothing, tallied, unlimited, without } from "./evidence.ts";

test("a spoiling reaches any depth and leaves the rest alone", () => {
  const spoilt = evidence({ plan: { claim: { p99Ms: 1 } }, timeline: [] });
  expect(spoilt.plan.claim).toMatchObject({ p99Ms: 1, ratePerS: 400 });
  expect(spoilt.timeline).toEqual([]);
  expect(evidence().plan.claim?.p99Ms).toBe(250);
});

test("a part can be taken out", () => {
  expect("correctness" in without(evidence(), "correctness")).toBe(false);
  expect("claim" in without(evidence(), "claim").plan).toBe(false);
  expect(unlimited(evidence(), "p99Ms").plan.claim).not.toHaveProperty("p99Ms");
  expect(unlimited(evidence(), "p99Ms").plan.claim).toHaveProperty("errorRatio");
});

test("nothing is nothing, and the good books hold ten orders", () => {
  expect(nothing().load.fired).toBe(0);
  expect(tallied()).toMatchObject({ attempts: 1_600, accepted: 10, found: 10, lost: 0 });
});
