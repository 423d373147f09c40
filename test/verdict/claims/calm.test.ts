/** A run of which two seconds were slow because of us, or because of the target. */
import { expect, test } from "vitest";
import { calmOf } from "../../../verdict/claims/calm.ts";
import { measureRun } from "../../../verdict/claims/measure-run.ts";
import type { RunMeasure } from "../../../verdict/claims/measures.ts";
import type { Evidence } from "../../../verdict/evidence.ts";
import { evidence, ill, responses } from "../../fakes/evidence.ts";

const slowIn = (seen: Evidence, slow: readonly number[]): Evidence => ({
  ...seen,
  timeline: seen.timeline.map((second) =>
    slow.includes(second.atS) ? { ...second, response: responses(400, 400) } : second,
  ),
});

/** As a whole p99 is 400 ms, because of the slow seconds. */
const run = slowIn(evidence({ overall: { responseMs: { p99: 400 } } }), [4, 5]);
const sick = { 4: { slipP99Ms: 300 }, 5: { slipP99Ms: 300 } };
const p99 = { figure: "response", quantile: "p99" } as const;

const calm = (measure: RunMeasure, seen: Evidence) =>
  calmOf(measure, seen, measureRun(measure, seen, undefined));

test("without the seconds in which we were late p99 is that of the others", () => {
  expect(calm(p99, ill(run, sick))).toEqual({ value: expect.closeTo(40, 0) });
});

test("slow seconds in which we were well are the target's, and stay", () => {
  expect(calm(p99, ill(run, { 8: { slipP99Ms: 300 } }))).toEqual({ value: expect.closeTo(400, -1) });
});

test("what all requests show stands for each operation", () => {
  const seen = { ...ill(run, sick) };
  // p99 of the tries is 41.2 ms, and that of all a tenth without those seconds.
  const found = calm({ ...p99, operation: "seckill_try" }, seen);
  expect(found).toEqual({ value: expect.closeTo(4.12, 1) });
});

test("rates are of the seconds that are left", () => {
  expect(calm({ figure: "completed-per-s" }, ill(run, sick))).toEqual({ value: expect.closeTo(400, 6) });
  expect(calm({ figure: "good-per-s" }, ill(run, sick))).toEqual({ value: expect.closeTo(400, 6) });
});

test("there is nothing to leave out where we were well, nothing left where we never were, and counts are not asked", () => {
  expect(calm(p99, run)).toBeUndefined();
  const never = Object.fromEntries(run.timeline.map(({ atS }) => [atS, { slipP99Ms: 300 }]));
  expect(calm(p99, ill(run, never))).toBeUndefined();
  expect(calm({ figure: "cpu-ms-per-request" }, ill(run, sick))).toBeUndefined();
});
