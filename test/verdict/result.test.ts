/** The document of `--json`: the keys people's pipelines depend on. */
import { expect, test } from "vitest";
import { judge } from "../../verdict/judge.ts";
import { correctnessOf, resultOf } from "../../verdict/result.ts";
import { resultSchema } from "../../verdict/result-schema.ts";
import { evidence, ill, nothing, tallied, without } from "../fakes/evidence.ts";

const sale = { saleId: 3, itemId: 4711, initial: 10, remaining: 0, sold: 10 };

test("it has exactly the promised keys, in the promised order", () => {
  const result = resultOf(evidence(), tallied(), judge(evidence(), tallied()));
  expect(Object.keys(result)).toEqual([
    "schemaVersion",
    "runId",
    "scenario",
    "target",
    "variants",
    "seed",
    "startedAt",
    "durationS",
    "verdict",
    "findings",
    "load",
    "operations",
    "instrument",
    "agents",
    "correctness",
    "consistency",
    "nodes",
    "faults",
    "notes",
    "artifacts",
  ]);
  expect(Object.keys(result.correctness ?? {})).toEqual([
    "attempts",
    "accepted",
    "rejected",
    "indeterminate",
    "stockInitial",
    "sold",
    "remaining",
    "reserved",
    "oversold",
    "lost",
    "phantom",
    "duplicates",
    "conserved",
  ]);
  expect(Object.keys(result.findings[0] ?? {})).toEqual([
    "check",
    "subject",
    "status",
    "because",
    "observed",
    "limit",
    "unit",
  ]);
});

test.each([
  { what: "a good run", seen: evidence(), tally: tallied() },
  { what: "an empty run", seen: nothing(), tally: undefined },
  {
    what: "a run without books, claim or strategy",
    seen: without(without(evidence(), "correctness"), "claim"),
    tally: undefined,
  },
])("$what survives its own schema and JSON", ({ seen, tally }) => {
  const result = resultOf(seen, tally, judge(seen, tally));
  expect(resultSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
});

test("what has to be known about the figures is in it: stand-ins, what the agents said, and what the instrument is worth", () => {
  const seen = evidence({ notes: ["agent-0: 12 answers could not be judged"] });
  expect(resultOf(seen, tallied(), judge(seen, tallied())).notes).toEqual([
    "stand-in: entry stands in for LVS: HAProxy in TCP mode, because the kernel has no ip_vs",
    "agent-0: 12 answers could not be judged",
    "instrument not certified on this machine: bench calibrate",
  ]);
});

test("a sick instrument gives its reasons", () => {
  const seen = evidence({ instrument: { agentCpuRatio: 0.97 } });
  expect(resultOf(seen, tallied(), judge(seen, tallied())).instrument).toMatchObject({
    healthy: false,
    reasons: ["the busiest agent used 97.0 % of a core, the limit is 90.0 %"],
  });
});

test("the books are those of the sales; ordinary stock counts only when there were none", () => {
  const ordinary = { saleId: 0, itemId: 0, initial: 900, remaining: 880, sold: 20 };
  const both = evidence({ correctness: { stocks: [sale, ordinary] } });
  expect(correctnessOf(both, tallied())).toMatchObject({
    stockInitial: 10,
    sold: 10,
    remaining: 0,
    conserved: true,
  });
  const only = evidence({ correctness: { stocks: [ordinary] } });
  expect(correctnessOf(only, tallied())).toMatchObject({
    stockInitial: 900,
    sold: 20,
    remaining: 880,
    reserved: 0,
  });
  const held = evidence({ correctness: { stocks: [{ ...ordinary, reserved: 7 }] } });
  expect(correctnessOf(held, tallied())).toMatchObject({ sold: 20, reserved: 7, conserved: true });
});

test("units oversold in one sale are not made good by units left in another", () => {
  const stocks = [
    { ...sale, sold: 13 },
    { saleId: 4, itemId: 4712, initial: 10, remaining: 10, sold: 0 },
  ];
  expect(correctnessOf(evidence({ correctness: { stocks } }), tallied())).toMatchObject({
    oversold: 3,
    conserved: false,
  });
});

test.each([
  { why: "they agree", seen: {}, conserved: true },
  { why: "the cache disagrees", seen: { stocks: [{ ...sale, cacheRemaining: 1 }] }, conserved: false },
  { why: "the read broke off", seen: { isComplete: false }, conserved: null },
])("conserved is $conserved when $why", ({ seen, conserved }) => {
  expect(correctnessOf(evidence({ correctness: seen }), tallied())?.conserved).toBe(conserved);
});

test("phantoms of every kind are one number", () => {
  const tally = tallied(({ found }) => {
    found.add(700);
    found.add(5_000);
  });
  expect(correctnessOf(evidence({ correctness: { foreignOrders: 2 } }), tally)?.phantom).toBe(4);
});

test("marked seconds are named with each mark's figure and limit", () => {
  const seen = ill(evidence(), { 4: { slipP99Ms: 61 }, 6: undefined });
  const { instrument } = resultOf(seen, tallied(), judge(seen, tallied()));
  expect(instrument.healthy).toBe(true);
  expect(instrument.markedSeconds).toEqual([
    { atS: 4, marks: [{ mark: "slip", observed: 61, limit: 25, unit: "ms" }] },
    { atS: 6, marks: [{ mark: "unreported" }] },
  ]);
});
