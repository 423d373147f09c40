/** What makes a run no evidence, and for what. */
import { expect, test } from "vitest";
import { doubtsOfRun, doubtsOfSearch } from "../../../verdict/claims/doubts.ts";
import { sampleOfRun } from "../../../verdict/claims/sample.ts";
import type { Evidence } from "../../../verdict/evidence.ts";
import { judge } from "../../../verdict/judge.ts";
import { disturbed, faultSeen } from "../../fakes/disturbed.ts";
import { evidence, ill, tallied } from "../../fakes/evidence.ts";

const spoiltIn = (seen: Evidence) => [
  ...new Set(doubtsOfRun(seen, judge(seen, tallied())).map(({ spoils }) => spoils)),
];

const sickSeconds = Object.fromEntries([1, 4, 7].map((atS) => [atS, { slipP99Ms: 300 }]));

test.each<{ readonly why: string; readonly seen: Evidence; readonly spoils: readonly string[] }>([
  { why: "all was well", seen: evidence(), spoils: [] },
  {
    why: "our agents were late",
    seen: evidence({ instrument: { slipMs: { p99: 90 } } }),
    spoils: ["course"],
  },
  {
    why: "the machine was full",
    seen: evidence({ instrument: { hostPressure: { cpuBusyRatio: 0.97 } } }),
    spoils: ["course"],
  },
  { why: "we were not well in most seconds", seen: ill(evidence(), sickSeconds), spoils: ["course"] },
  {
    why: "there were no budgets",
    seen: evidence({ targetSeen: { budgets: { mechanism: "none", because: "no cgroups" } } }),
    spoils: ["speed"],
  },
  {
    why: "a fault had no effect",
    seen: disturbed({ faults: [faultSeen(10, 14, { status: "vacuous", because: "nobody saw it" })] }),
    spoils: ["all"],
  },
  {
    why: "it broke off",
    seen: evidence({ ending: { status: "interrupted", because: "Ctrl-C", measuredS: 4 } }),
    spoils: ["all"],
  },
  {
    why: "a node died by itself",
    seen: evidence({
      targetSeen: { deaths: [{ node: "shop-1", atS: 3, because: "it was killed", lastLines: [] }] },
    }),
    spoils: ["all"],
  },
  {
    why: "its books are broken, which is about the target",
    seen: evidence({
      correctness: { stocks: [{ saleId: 3, itemId: 1, initial: 10, remaining: 0, sold: 13 }] },
    }),
    spoils: [],
  },
])("$spoils when $why", ({ seen, spoils }) => {
  expect(spoiltIn(seen)).toEqual(spoils);
});

test("a sample has the figure, the doubts and the run it is from", () => {
  const seen = evidence({ targetSeen: { budgets: { mechanism: "none" } } });
  const made = { evidence: seen, tally: tallied(), verdict: judge(seen, tallied()) };
  expect(sampleOfRun({ figure: "completed-per-s" }, made, 2)).toMatchObject({
    ...{ runId: seen.runId, round: 2, seen: { value: 400 } },
    doubts: [{ spoils: "speed", because: expect.stringContaining("could not be applied") }],
  });
});

test("a search without budgets is about the machine", () => {
  expect(doubtsOfSearch({ budgets: "none" })).toMatchObject([{ spoils: "speed" }]);
  expect(doubtsOfSearch({ budgets: "cgroup-v1" })).toEqual([]);
});
