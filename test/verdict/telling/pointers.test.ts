/** Where a reader is sent, and what a reader is told beside the figures. */
import { describe, expect, test } from "vitest";
import type { Evidence } from "../../../verdict/evidence.ts";
import { judge } from "../../../verdict/judge.ts";
import type { LedgerTally } from "../../../verdict/tally.ts";
import { headline } from "../../../verdict/telling/headline.ts";
import { notes } from "../../../verdict/telling/notes.ts";
import { pointers } from "../../../verdict/telling/pointers.ts";
import { tiersBySaturation } from "../../../verdict/telling/saturation.ts";
import { evidence, tallied, without } from "../../fakes/evidence.ts";

const pointed = (seen: Evidence, tally: LedgerTally = tallied()) => pointers(seen, tally, judge(seen, tally));
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

  test("name the tier at its limit, and the slowest second", () => {
    const nodes = [
      { ...node, name: "shop-1", throttledRatio: 0.97, cpuUsedRatio: 0.99 },
      { ...node, name: "db", tier: "db" },
    ];
    expect(pointed(evidence({ nodes }))).toEqual([
      "the app tier is at its limit: shop-1 used 99.0 % of its CPU and was held back in 97.0 % of the time",
      "the slowest second: 2 s into the measured part (open), p99 88.0 ms",
    ]);
  });

  test("are silent about what was not seen", () => {
    expect(pointed(evidence({ nodes: [], timeline: [] }))).toEqual([]);
  });
});

describe("saturation", () => {
  test("the tier that is held back comes before the one that is merely busy", () => {
    const nodes = [
      { ...node, name: "db", tier: "db", cpuUsedRatio: 0.85 },
      { ...node, name: "shop-1", throttledRatio: 0.1 },
      { ...node, name: "shop-2", throttledRatio: 0.6 },
    ];
    expect(
      tiersBySaturation(evidence({ nodes })).map(({ busiest, isSaturated }) => [busiest.name, isSaturated]),
    ).toEqual([
      ["shop-2", true],
      ["db", false],
    ]);
  });

  test("without periods, nine tenths of a core is the sign", () => {
    const nodes = [{ ...node, name: "db", tier: "db", cpuBudgetMillicores: 0, cpuUsedRatio: 0.93 }];
    expect(tiersBySaturation(evidence({ nodes }))).toMatchObject([{ tier: "db", isSaturated: true }]);
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
    { what: "a missing claim", seen: without(evidence(), "claim"), word: "nothing was claimed" },
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
    expect(notes(seen)).toEqual([]);
  });

  test("say so when somebody's own system keeps no books we could read", () => {
    const seen = without(evidence({ targetSeen: { launcher: "external" } }), "correctness");
    expect(notes(seen).join()).toContain("no audit endpoint");
  });
});

describe("the headline", () => {
  test.each([
    {
      what: "an oversell",
      seen: evidence({
        correctness: { stocks: [{ saleId: 3, itemId: 4711, initial: 10, remaining: -27, sold: 37 }] },
      }),
      words: "37 units of item 4711 were sold although only 10 existed (27 oversold)",
    },
    {
      what: "two findings",
      seen: evidence({
        correctness: { stocks: [{ saleId: 3, itemId: 4711, initial: 10, remaining: 0, sold: 37 }] },
      }),
      words: "37 units of item 4711 were sold although only 10 existed (27 oversold); one more finding below",
    },
    {
      what: "a late instrument, without what follows from it",
      seen: evidence({ instrument: { slipMs: { p99: 40 } } }),
      words: "our agents sent requests late: slip p99 was 40.0 ms, the limit is 25.0 ms",
    },
    {
      what: "a good run without books",
      seen: without(without(evidence(), "correctness"), "strategy"),
      words:
        "stage-08 carried the flash-sale traffic at 400 /s for 10 s: p99 41.2 ms of 250 ms claimed, no bad answer in 4,000",
    },
  ])("tells $what", ({ seen, words }) => {
    expect(headline(seen, judge(seen, tallied()))).toBe(words);
  });
});
