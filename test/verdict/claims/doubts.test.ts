/** What makes a run no evidence, and for what. */
import { describe, expect, test } from "vitest";
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
  {
    why: "the hypervisor took more than a tenth of its CPU",
    seen: evidence({ instrument: { hostPressure: { stealRatio: 0.12 } } }),
    spoils: ["course", "work"],
  },
  {
    why: "the hypervisor took a little of its CPU",
    seen: evidence({ instrument: { hostPressure: { stealRatio: 0.08 } } }),
    spoils: [],
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

describe("a fault of which nothing was seen", () => {
  const seen = (requests: readonly number[], status: "vacuous" | "failed" = "vacuous") => {
    const all = disturbed({ faults: [faultSeen(10, 14, { status, because: "nobody saw it" })] });
    const [node] = all.nodes;
    const shops = requests.map((each, at) => ({ ...node!, name: `shop-b-${at + 1}`, requests: each }));
    return { ...all, nodes: [...all.nodes, ...shops] };
  };
  const doubts = (of: Evidence, nobodyAt?: string) => doubtsOfRun(of, judge(of, tallied()), nobodyAt).length;

  test("is no doubt where nobody went, if that is what was asked", () => {
    expect(doubts(seen([0, 0]), "shop-b")).toBe(0);
  });

  test.each([
    ["somebody went there", seen([0, 1]), "shop-b"],
    ["nobody counts who went there", seen([]), "shop-b"],
    ["it was not asked for", seen([0, 0]), undefined],
    ["it did not take place at all", seen([0, 0], "failed"), "shop-b"],
  ])("is one where %s", (_, of, nobodyAt) => {
    expect(doubts(of, nobodyAt)).toBe(1);
  });
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
