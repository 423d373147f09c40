/** What every check promises, run over the whole catalogue. */
import { describe, expect, test } from "vitest";
import { guarantees } from "../../metrics/guarantee.ts";
import { checks } from "../../verdict/catalog.ts";
import type { Evidence } from "../../verdict/evidence.ts";
import type { LedgerTally } from "../../verdict/tally.ts";
import { badBetween, disturbed, faultSeen } from "../fakes/disturbed.ts";
import { evidence, guaranteesKept, nothing, tallied, without } from "../fakes/evidence.ts";

const bare = without(without(without(nothing(), "correctness"), "claim"), "strategy");

const worlds: readonly {
  readonly what: string;
  readonly seen: Evidence;
  readonly tally: LedgerTally | undefined;
}[] = [
  { what: "a good run", seen: evidence(), tally: tallied() },
  { what: "a good run whose ledger is gone", seen: evidence(), tally: undefined },
  { what: "a run in which nothing happened", seen: nothing(), tally: undefined },
  { what: "a run in which nothing happened, claimed or kept", seen: bare, tally: undefined },
  {
    what: "books without a row",
    seen: evidence({ correctness: { stocks: [], isComplete: false } }),
    tally: tallied(),
  },
  {
    what: "a run in which shoppers meant to look, and nobody could",
    seen: {
      ...nothing(),
      consistency: Object.fromEntries(guarantees.map((name) => [name, { checked: 0, broken: 0 }])),
    },
    tally: undefined,
  },
  {
    what: "a fault in a run of which nothing else was seen",
    seen: { ...nothing(), faults: [faultSeen(1, 2), faultSeen(3, 4, { status: "leaked" })] },
    tally: undefined,
  },
  {
    what: "a target that never got over its fault",
    seen: disturbed({ bad: badBetween(10, 40), recover: [{ figure: "p99", limit: 1, withinS: 1 }] }),
    tally: tallied(),
  },
  {
    what: "figures that are not numbers",
    seen: evidence({
      overall: { responseMs: { p99: Number.NaN } },
      load: { completed: Number.NaN },
      instrument: { slipMs: { p99: Number.NaN } },
    }),
    tally: tallied(),
  },
];

/** Of a fault of replicas. */
const nearlyFresh = { reads: 40, behindBeforeMs: 0, behindAfterMs: 20 } as const;

test("no two checks have the same name", () => {
  const names = checks.map((check) => check.name);
  expect(new Set(names).size).toBe(names.length);
});

test("the instrument is judged first", () => {
  expect(checks[0]?.name).toBe("own-health");
});

describe.each(checks)("$name", (check) => {
  test("is described and says where each of its limits comes from", () => {
    expect(check.name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(check.title.length).toBeGreaterThan(10);
    for (const [name, limit] of Object.entries(check.limits)) {
      expect(Number.isFinite(limit.value), name).toBe(true);
      expect(limit.unit, name).not.toBe("");
      expect(limit.source.length, name).toBeGreaterThan(10);
    }
  });

  test.each(worlds)("makes well-formed findings of $what, and does not throw", ({ seen, tally }) => {
    for (const finding of check.judge(seen, tally)) {
      expect(finding.check).toBe(check.name);
      expect(finding.kind).toBe(check.kind);
      expect(finding.subject).not.toBe("");
      expect(finding.because).toMatch(/^\S.*[^.\s]$/s);
      expect(finding.because).not.toMatch(/undefined|\[object|NaN/);
      if (finding.limit !== undefined) expect(finding.unit).toBeTruthy();
    }
  });

  test.each(worlds.filter(({ what }) => what.startsWith("a run in which")))(
    "upholds nothing of $what",
    ({ seen, tally }) => {
      expect(check.judge(seen, tally).filter((finding) => finding.status === "upheld")).toEqual([]);
    },
  );

  test("upholds a good run", () => {
    const recover = [{ figure: "good", limit: 0.99, withinS: 10 }] as const;
    const faults = [faultSeen(10, 14, { figures: { mostPrimaries: 1, ...nearlyFresh } })];
    const pages = { checked: 200, differedAtFirst: 0, stale: 0, watchedS: 0, examples: [] };
    const more = { ...guaranteesKept, pages, plan: { claim: { behindMs: 500 } } };
    const findings = check.judge(disturbed({ recover, faults, more }), tallied());
    expect(findings.map((finding) => finding.status)).toEqual(["upheld"]);
  });

  test("gives the same answer twice and leaves the evidence alone", () => {
    const seen = evidence();
    const before = structuredClone(seen);
    expect(check.judge(seen, tallied())).toEqual(check.judge(seen, tallied()));
    expect(seen).toEqual(before);
  });
});
