import { expect, test } from "vitest";
import { measureWords } from "../../../verdict/claims/measure-words.ts";
import type { KneeMeasure, RunMeasure } from "../../../verdict/claims/measures.ts";

/** Those that differ in one word only. */
const measures: readonly (RunMeasure | KneeMeasure)[] = [
  { figure: "response", quantile: "p50" },
  { figure: "response", quantile: "p99" },
  { figure: "response", quantile: "p99", operation: "search" },
  { figure: "good-ratio" },
  { figure: "good-ratio", operation: "search" },
  { figure: "good-ratio-during" },
  { figure: "good-ratio-during", half: "second" },
  { figure: "operation-good-ratio-during", operation: "search" },
  { figure: "good-ratio-of-worst-fault" },
  { figure: "worst-second-during" },
  { figure: "good-ratio-overloaded" },
  { figure: "completed-per-s" },
  { figure: "good-per-s" },
  { figure: "orders-per-s" },
  { figure: "accepted-orders" },
  { figure: "goodput-at-knee" },
  { figure: "knee-per-s" },
  { figure: "knee-per-core" },
  { figure: "dark-s" },
  { figure: "recovered-s" },
  { figure: "effect-s" },
  { figure: "detected-s" },
  { figure: "noticed-ratio", withinS: 5 },
  { figure: "noticed-ratio", withinS: 10 },
  { figure: "broken-looks", guarantee: "session-kept" },
  { figure: "broken-looks", guarantee: "read-your-writes" },
  { figure: "broken-looks-ratio", guarantee: "read-your-writes" },
  { figure: "counted-per-request", counter: "statements" },
  { figure: "amplification", hop: "statements" },
  { figure: "fault", name: "statements" },
  { figure: "cpu-ms-per-request" },
  { figure: "cpu-ms-per-request", tier: "db" },
  { figure: "node-cpu-ms-per-request", nodes: ["db"] },
  { figure: "busiest-cpu-ms-per-request", node: "db" },
  { figure: "imbalance", tier: "db" },
  { figure: "imbalance", node: "db" },
  { figure: "request-imbalance", tier: "db" },
  { figure: "off-budget", tier: "db" },
  { figure: "used-ratio", tier: "db" },
];

test("no two measures have the same words", () => {
  const words = measures.map(measureWords);
  expect(words.filter((each, at) => words.indexOf(each) !== at)).toEqual([]);
});
