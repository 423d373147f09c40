import { describe, expect, test } from "vitest";
import { usualRules } from "../../../verdict/comparison/figure.ts";
import { repeatProblems, runSeen, whySetAside } from "../../../verdict/comparison/run-seen.ts";
import type { Evidence } from "../../../verdict/evidence.ts";
import { judge } from "../../../verdict/judge.ts";
import { evidence, ill, responses, tallied } from "../../fakes/evidence.ts";
import { fingerprint } from "../../fakes/repeated-runs.ts";

/** Whose overall figures are those of its seconds. */
const steady = (): Evidence => {
  const same = { p50: 40, p90: 40, p95: 40, p99: 40, p999: 40, max: 40 };
  return evidence({ overall: { ...evidence().overall, responseMs: same } });
};

const seenOf = (what: Evidence, tally = tallied()) => runSeen(what, judge(what, tally), fingerprint);

test("a good run is evidence", () => {
  const seen = seenOf(steady());
  expect(whySetAside(seen, usualRules)).toBeUndefined();
  expect(seen).toMatchObject({ doubts: [], broken: [], graver: [] });
});

describe("a run is set aside when", () => {
  test.each([
    {
      why: "it was interrupted",
      spoilt: evidence({ ending: { status: "interrupted", because: "Ctrl-C", measuredS: 4 } }),
      says: "Ctrl-C",
    },
    {
      why: "our agents were late",
      spoilt: evidence({ instrument: { slipMs: { p50: 2, p99: 40, max: 90 } } }),
      says: "slip p99",
    },
    {
      why: "the books could not be read to the end",
      spoilt: evidence({ correctness: { isComplete: false, because: "the read broke off" } }),
      says: "read",
    },
  ])("$why", ({ spoilt, says }) => {
    expect(whySetAside(seenOf(spoilt), usualRules)).toContain(says);
  });

  test("its books are broken, which stands", () => {
    const oversold = evidence({
      correctness: {
        stocks: [{ saleId: 3, itemId: 4711, initial: 10, remaining: 0, cacheRemaining: 0, sold: 37 }],
      },
    });
    const seen = seenOf(oversold);
    expect(seen.broken.join()).toContain("27");
    expect(whySetAside(seen, usualRules)).toContain("books are broken");
  });

  test("a figure leans on seconds in which we were not well", () => {
    const slow = steady();
    const timeline = slow.timeline.map((second) =>
      second.atS === 5 ? { ...second, response: responses(400, 900) } : second,
    );
    const leaning = ill(
      {
        ...slow,
        timeline,
        overall: { ...slow.overall, responseMs: { ...slow.overall.responseMs, p99: 900 } },
      },
      { 5: { stalledMs: 800 } },
    );
    expect(whySetAside(seenOf(leaning), usualRules)).toContain("p99 leans on seconds");
  });

  test("and not when those seconds change nothing", () => {
    const marked = ill(steady(), { 5: { slipP99Ms: 30 } });
    expect(seenOf(marked).calm).toBeDefined();
    expect(whySetAside(seenOf(marked), usualRules)).toBeUndefined();
  });

  test("more than half of its seconds were not well", () => {
    const sick = Object.fromEntries([0, 2, 4, 6, 8].map((atS) => [atS, { slipP99Ms: 30 }]));
    expect(whySetAside(seenOf(ill(steady(), sick)), usualRules)).toContain("half of its seconds");
  });
});

test("a run that is there more than once is told once, with how often", () => {
  expect(repeatProblems(["r1", "r2", "r1", "r3", "r1"].map((runId) => ({ runId })))).toEqual([
    "r1 is there 3 times, and a run counts once: it does not vary from itself",
  ]);
});

test("a dead node is graver than any figure", () => {
  const deaths = [{ node: "shop-1", atS: 3, because: "it was killed", lastLines: [] }];
  const dead = evidence({
    targetSeen: { deaths },
    ending: { status: "target-died", because: "shop-1 died", measuredS: 3 },
  });
  expect(seenOf(dead).graver).toMatchObject([{ exitCode: 4 }]);
});
