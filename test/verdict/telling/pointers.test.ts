/** Where a reader is sent, and what a reader is told beside the figures. */
import { describe, expect, test } from "vitest";
import type { Evidence } from "../../../verdict/evidence.ts";
import { judge } from "../../../verdict/judge.ts";
import type { LedgerTally } from "../../../verdict/tally.ts";
import { headline, summary } from "../../../verdict/telling/headline.ts";
import { notes } from "../../../verdict/telling/notes.ts";
import { pointers } from "../../../verdict/telling/pointers.ts";
import { saturationRule, tiersBySaturation } from "../../../verdict/telling/saturation.ts";
import { evidence, ill, tallied, unlimited, without } from "../../fakes/evidence.ts";

const pointed = (seen: Evidence, tally: LedgerTally = tallied()) => pointers(seen, tally, judge(seen, tally));
const uncertified = "instrument not certified on this machine: bench calibrate";
const node = { tier: "app", cpuBudgetMillicores: 200, cpuUsedRatio: 0.5, throttledRatio: 0 };

describe("pointers", () => {
  test("send a reader of an oversell by F0 to the strategy", () => {
    const stocks = [{ saleId: 3, itemId: 4711, initial: 10, remaining: 0, sold: 37 }];
    expect(pointed(evidence({ plan: { strategy: "F0" }, correctness: { stocks } }))[0]).toContain(
      "strategy F0 reads",
    );
    expect(pointed(evidence({ correctness: { stocks } }))[0]).not.toContain("F0");
  });

  test("name the first example of a break", () => {
    const tally = tallied(({ ledger }) => ledger.set(12, "accepted"));
    expect(pointed(evidence(), tally)[0]).toBe(
      "the order whose idempotency key ends in .12, the first example of no-lost-acknowledgement",
    );
  });

  test("open the log of a node that died at its last line", () => {
    const deaths = [
      { node: "shop-1", atS: 3, because: "exit code 1", lastLines: ["starting", "out of memory"] },
    ];
    expect(pointed(evidence({ targetSeen: { deaths } }))[0]).toBe(
      "target/shop-1.log, which ends with: out of memory",
    );
  });

  test.each([
    { why: "busy", agentCpuRatio: 0.95, word: "--agents" },
    { why: "idle and late all the same", agentCpuRatio: 0.2, word: "what else ran on this machine" },
  ])("tell what to do about agents that are $why", ({ agentCpuRatio, word }) => {
    expect(pointed(evidence({ instrument: { agentCpuRatio, slipMs: { p99: 99 } } }))[0]).toContain(word);
  });

  test("name the first marked second when the verdict is in doubt because of some", () => {
    const slow = evidence({ overall: { responseMs: { p99: 310 } } });
    const marked = ill(slow, { 4: { slipP99Ms: 61, gcPauseMs: 50 }, 5: { slipP99Ms: 61 } });
    const word = "the first marked second: 4 s into the measured part (slip, gc)";
    expect(pointed(marked)[0]).toBe(word);
    expect(pointed(ill(evidence(), { 4: { slipP99Ms: 61 } }))).not.toContain(word);
  });

  test("name the tier at its limit, and the slowest second", () => {
    const nodes = [
      { ...node, name: "shop-1", throttledRatio: 0.97, cpuUsedRatio: 0.99 },
      { ...node, name: "db", tier: "db" },
    ];
    expect(pointed(evidence({ nodes }))).toEqual([
      "the app tier is at its limit: shop-1 used 99.0 % of its CPU budget and was held back in 97.0 % of its periods",
      "the slowest second: 2 s into the measured part (open), p99 88.0 ms",
    ]);
  });

  test("name the node with the highest CPU use when no tier is at its limit", () => {
    const nodes = [
      { ...node, name: "user", tier: "db", throttledRatio: 0.17, cpuUsedRatio: 0.0083 },
      { ...node, name: "shop-1", cpuUsedRatio: 0.19 },
      { ...node, name: "shop-2", cpuUsedRatio: 0.23 },
    ];
    expect(pointed(evidence({ nodes }))[0]).toBe(
      "no tier is at its limit; the app tier is the busiest: shop-2 used 23.0 % of its CPU budget",
    );
  });

  test("speak of cores where there were no budgets", () => {
    const nodes = [{ ...node, name: "shop-1", cpuUsedRatio: 0.97 }];
    const budgets = { mechanism: "none", because: "this host has no cgroups" };
    expect(pointed(evidence({ nodes, targetSeen: { budgets } }))[0]).toBe(
      "the app tier is at its limit: shop-1 used 97.0 % of a core",
    );
  });

  test("blame the machine where nodes share one", () => {
    const box = { machine: "box", throttledRatio: 0.9 };
    const nodes = [
      { ...node, ...box, name: "shop", cpuUsedRatio: 1.3 },
      { ...node, ...box, name: "db", tier: "db", cpuBudgetMillicores: 100, cpuUsedRatio: 0.25 },
    ];
    expect(pointed(evidence({ nodes }))[0]).toBe(
      "the app tier is at its limit: machine box used 95.0 % of its CPU budget (shop alone 86.7 %) " +
        "and was held back in 90.0 % of its periods",
    );
  });

  test("are silent about what was not seen", () => {
    expect(pointed(evidence({ nodes: [], timeline: [] }))).toEqual([]);
  });
});

describe("saturation", () => {
  test.each([
    { why: "it used nine tenths of its budget", used: 0.9, heldBack: 0.3, isSaturated: true },
    { why: "it used a little less than that", used: 0.89, heldBack: 0.49, isSaturated: false },
    { why: "it was held back in half of its periods", used: 0.6, heldBack: 0.5, isSaturated: true },
    { why: "it was held back while it used little in all", used: 0.59, heldBack: 1, isSaturated: false },
    { why: "it woke up a few times, each time for long", used: 0.008, heldBack: 0.6, isSaturated: false },
  ])("of a node is $isSaturated when $why", ({ used, heldBack, isSaturated }) => {
    const nodes = [{ ...node, name: "shop-1", cpuUsedRatio: used, throttledRatio: heldBack }];
    expect(tiersBySaturation(evidence({ nodes }))).toMatchObject([{ tier: "app", isSaturated }]);
  });

  test("comes before mere use; else the highest share of a budget comes first, in tiers and among them", () => {
    const nodes = [
      { ...node, name: "db", tier: "db", cpuUsedRatio: 0.85 },
      { ...node, name: "cache", tier: "cache", cpuUsedRatio: 0.1, throttledRatio: 0.9 },
      { ...node, name: "shop-1", cpuUsedRatio: 0.75 },
      { ...node, name: "shop-2", throttledRatio: 0.6, cpuUsedRatio: 0.7 },
    ];
    expect(
      tiersBySaturation(evidence({ nodes })).map(({ busiest, isSaturated }) => [busiest.name, isSaturated]),
    ).toEqual([
      ["shop-2", true],
      ["db", false],
      ["cache", false],
    ]);
  });

  test("without budgets is nine tenths of a core, whatever the budget would have been", () => {
    const nodes = [{ ...node, name: "db", tier: "db", cpuUsedRatio: 0.93, machine: "box" }];
    const seen = evidence({ nodes, targetSeen: { budgets: { mechanism: "none" } } });
    expect(tiersBySaturation(seen)).toMatchObject([{ tier: "db", usedRatio: 0.93, isSaturated: true }]);
  });

  test.each([
    { why: "one of them used more than its own part", shop: 1.1, db: 0.2, saturated: [] },
    { why: "together they used it up", shop: 1.2, db: 0.4, saturated: ["shop"] },
    { why: "the smaller one used most of it", shop: 0.1, db: 2.6, saturated: ["db"] },
  ])(
    "of a shared machine is that of who used most of it: $saturated when $why",
    ({ shop, db, saturated }) => {
      const nodes = [
        { ...node, machine: "box", name: "shop", cpuUsedRatio: shop },
        { ...node, machine: "box", name: "db", tier: "db", cpuBudgetMillicores: 100, cpuUsedRatio: db },
      ];
      const found = tiersBySaturation(evidence({ nodes })).filter(({ isSaturated }) => isSaturated);
      expect(found.map(({ busiest }) => busiest.name)).toEqual(saturated);
    },
  );

  test("has its rule in words, with the figures it goes by", () => {
    expect(saturationRule(evidence())).toBe(
      "it takes 90 % of a budget, or 60 % and being held back in half of its periods",
    );
  });
});

describe("notes", () => {
  test.each([
    {
      what: "missing budgets",
      seen: evidence({ targetSeen: { budgets: { mechanism: "none", because: "no cgroup is writable" } } }),
      word: "(no cgroup is writable)",
    },
    { what: "stand-ins", seen: evidence(), word: "stand-in: entry stands in for LVS" },
    { what: "a closed load", seen: evidence({ plan: { openOrClosed: "closed" } }), word: "closed load" },
    {
      what: "a missing claim",
      seen: without(evidence(), "claim"),
      word: "latency and errors were not judged, because no limit was claimed",
    },
    {
      what: "a missing limit",
      seen: unlimited(evidence(), "p99Ms"),
      word: "latency was not judged, because no limit was claimed",
    },
    {
      what: "what the agents said",
      seen: evidence({ notes: ["agent-0: 12 answers could not be judged"] }),
      word: "agent-0: 12 answers could not be judged",
    },
    {
      what: "a rate below the claimed one",
      seen: evidence({ plan: { ratePerS: 100 } }),
      word: "this run offered less (100 /s)",
    },
  ])("tell about $what", ({ seen, word }) => {
    expect(notes(seen).join("\n")).toContain(word);
  });

  test("do not blame somebody's own system for having no budgets of ours", () => {
    const seen = evidence({
      targetSeen: { launcher: "external", budgets: { mechanism: "none" }, standIns: [] },
    });
    expect(notes(seen)).toEqual([uncertified]);
  });

  test.each([
    { why: "it was never asked", certificate: undefined, said: uncertified },
    {
      why: "it was asked elsewhere, or did not hold",
      certificate: { isForThisHost: false },
      said: uncertified,
    },
    {
      why: "it has proven itself here",
      certificate: {},
      said: "instrument certified 2026-07-30 for up to 18,400 /s per agent",
    },
  ])("say what the instrument is worth when $why", ({ certificate, said }) => {
    const given = {
      date: "2026-07-30T08:00:00.000Z",
      maxRatePerAgentPerS: 18_400,
      isForThisHost: true,
      path: "c.json",
    };
    const seen = evidence();
    expect(
      notes(certificate === undefined ? seen : { ...seen, certificate: { ...given, ...certificate } }),
    ).toContain(said);
  });

  test("say so when somebody's own system keeps no books we could read", () => {
    const seen = without(evidence({ targetSeen: { launcher: "external" } }), "correctness");
    expect(notes(seen).join()).toContain("no audit endpoint");
  });
});

const oversold = evidence({
  correctness: { stocks: [{ saleId: 3, itemId: 4711, initial: 10, remaining: -27, sold: 37 }] },
});
const unequal = evidence({
  correctness: { stocks: [{ saleId: 3, itemId: 4711, initial: 10, remaining: 0, sold: 37 }] },
});
const bookless = without(without(evidence(), "correctness"), "strategy");

describe("the headline stands alone, and the summary goes on from it", () => {
  test.each([
    {
      what: "a good run",
      seen: evidence(),
      first: "stage-08 carried flash-sale for 10 s at 400 arrivals/s, and its books agree",
      after: "4,000 requests (mean 400/s), p99 41.2 ms (claim 250 ms), no bad answer, 10 of 10 units sold",
    },
    {
      what: "a load with a peak",
      seen: evidence({ plan: { ratePerS: 900 } }),
      first: "stage-08 carried flash-sale for 10 s, peaking at 900 arrivals/s, and its books agree",
      after: "4,000 requests (mean 400/s), p99 41.2 ms (claim 250 ms), no bad answer, 10 of 10 units sold",
    },
    {
      what: "a closed load without books",
      seen: { ...bookless, plan: { ...bookless.plan, openOrClosed: "closed" } } as const,
      first: "stage-08 carried flash-sale for 10 s with a fixed number of shoppers",
      after: "4,000 requests (mean 400/s), p99 41.2 ms (claim 250 ms), no bad answer",
    },
    {
      what: "an oversell",
      seen: oversold,
      first: "37 units of item 4711 were sold although only 10 existed (27 oversold)",
      after:
        "flash-sale on stage-08 (strategy F8), for 10 s at 400 arrivals/s: 4,000 requests (mean 400/s), " +
        "p99 41.2 ms (claim 250 ms), no bad answer, 37 of 10 units sold",
    },
    {
      what: "two findings",
      seen: unequal,
      first: "37 units of item 4711 were sold although only 10 existed (27 oversold)",
      after:
        "flash-sale on stage-08 (strategy F8), for 10 s at 400 arrivals/s: 4,000 requests (mean 400/s), " +
        "p99 41.2 ms (claim 250 ms), no bad answer, 37 of 10 units sold; one more finding below",
    },
    {
      what: "a late instrument, without what follows from it",
      seen: evidence({ instrument: { slipMs: { p99: 40 } } }),
      first: "our agents sent requests late: slip p99 was 40.0 ms, the limit is 25.0 ms",
      after:
        "flash-sale on stage-08 (strategy F8), for 10 s at 400 arrivals/s: 4,000 requests (mean 400/s), " +
        "p99 41.2 ms (claim 250 ms), no bad answer, 10 of 10 units sold",
    },
    {
      what: "a run whose latency nobody limited",
      seen: unlimited(evidence(), "p99Ms"),
      first: "stage-08 carried flash-sale for 10 s at 400 arrivals/s, and its books agree",
      after: "4,000 requests (mean 400/s), p99 41.2 ms, no bad answer, 10 of 10 units sold",
    },
  ])("after $what", ({ seen, first, after }) => {
    const verdict = judge(seen, tallied());
    expect(headline(seen, verdict)).toBe(first);
    expect(summary(seen, verdict)).toBe(after);
  });
});
