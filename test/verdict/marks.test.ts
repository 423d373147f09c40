/** Seconds in which the instrument was not well: one planted violation for every mark. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { SecondHealth } from "../../metrics/second-health.ts";
import type { Evidence } from "../../verdict/evidence.ts";
import { type Mark, markedSeconds, markLimits, marks, shadowOf } from "../../verdict/marks.ts";
import { markedWords } from "../../verdict/telling/marked.ts";
import { evidence, ill, type Spoiling, unlimited } from "../fakes/evidence.ts";

const none = { targetSeen: { budgets: { mechanism: "none" } } };

const planted: readonly {
  readonly mark: Mark;
  /** Just above the limit. */
  readonly health: Partial<SecondHealth>;
  /** The limit itself, which marks nothing. */
  readonly still: Partial<SecondHealth>;
  readonly spoiling?: Spoiling<Evidence>;
}[] = [
  { mark: "slip", health: { slipP99Ms: 25.1 }, still: { slipP99Ms: 25 } },
  { mark: "event-loop", health: { eventLoopDelayP99Ms: 25.1 }, still: { eventLoopDelayP99Ms: 25 } },
  { mark: "stall", health: { stalledMs: 101 }, still: { stalledMs: 100 } },
  { mark: "gc", health: { gcPauseMs: 25.1 }, still: { gcPauseMs: 25 } },
  { mark: "agent-cpu", health: { agentCpuRatio: 0.91 }, still: { agentCpuRatio: 0.9 } },
  { mark: "throttled", health: { throttledMs: 25.1 }, still: { throttledMs: 25 } },
  { mark: "steal", health: { stealRatio: 0.11 }, still: { stealRatio: 0.1 } },
  { mark: "host-pressure", health: { cpuSomeRatio: 0.91 }, still: { cpuSomeRatio: 0.9 }, spoiling: none },
];

describe.each(planted)("$mark", ({ mark, health, still, spoiling }) => {
  test("marks the second in which it is above its limit, with both figures", () => {
    const [[field, observed] = []] = Object.entries(health);
    const limit = still[field as keyof SecondHealth];
    const marked = markedSeconds(ill(evidence(spoiling), { 3: health }));
    expect(marked).toMatchObject([{ atS: 3, marks: [{ mark, observed, limit }] }]);
  });

  test("marks nothing at its limit", () => {
    expect(markedSeconds(ill(evidence(spoiling), { 3: still }))).toEqual([]);
  });
});

test("a second no agent reported is marked without figures", () => {
  expect(markedSeconds(ill(evidence(), { 4: undefined }))).toEqual([
    { atS: 4, marks: [{ mark: "unreported" }] },
  ]);
});

test("every mark has a planted violation here", () => {
  expect(new Set([...planted.map(({ mark }) => mark), "unreported"])).toEqual(new Set(marks));
});

test("docs/own-health.md explains every mark", () => {
  const page = readFileSync(new URL("../../docs/own-health.md", import.meta.url), "utf8");
  for (const mark of marks) expect(page).toContain(`| \`${mark}\` |`);
});

test("every limit says where it comes from", () => {
  for (const { source, unit } of Object.values(markLimits)) {
    expect(source.length).toBeGreaterThan(10);
    expect(unit).not.toBe("");
  }
});

test("what is unknown marks nothing", () => {
  const {
    throttledMs: _,
    throttledRatio: __,
    cpuSomeRatio: ___,
    stealRatio: ____,
    ...known
  } = evidence().timeline[0]!.health!;
  const seen = evidence(none);
  const timeline = seen.timeline.map((second) => ({ ...second, health: known }));
  expect(markedSeconds({ ...seen, timeline })).toEqual([]);
});

test("waiting of budgeted nodes marks nothing", () => {
  expect(markedSeconds(ill(evidence(), { 3: { cpuSomeRatio: 1 } }))).toEqual([]);
});

test.each<{ mark: Mark; health: Partial<SecondHealth>; limit: number }>([
  { mark: "slip", health: { slipP99Ms: 5.1 }, limit: 5 },
  { mark: "event-loop", health: { eventLoopDelayP99Ms: 10.1 }, limit: 10 },
  { mark: "gc", health: { gcPauseMs: 10.1 }, limit: 10 },
  { mark: "throttled", health: { throttledMs: 10.1 }, limit: 10 },
])("without a claim about latency, the limit of $mark is $limit ms", ({ mark, health, limit }) => {
  const marked = markedSeconds(ill(unlimited(evidence(), "p99Ms"), { 3: health }));
  expect(marked).toMatchObject([{ marks: [{ mark, limit }] }]);
});

describe("in words", () => {
  test("each second counts once, and each of its marks as well", () => {
    const sick = { 1: { slipP99Ms: 40 }, 2: { slipP99Ms: 40, gcPauseMs: 90 }, 7: undefined };
    expect(markedWords(ill(evidence(), sick))).toBe("3 of 10 seconds are marked: 1 unreported, 2 slip, 1 gc");
  });

  test("one is one", () => {
    expect(markedWords(ill(evidence(), { 1: { stalledMs: 400 } }))).toBe(
      "1 of 10 seconds is marked: 1 stall",
    );
  });

  test("none is no word", () => expect(markedWords(evidence())).toBeUndefined());
});

describe("the shadow of a mark", () => {
  const shadow = (sick: Parameters<typeof ill>[1]) => {
    const seen = ill(evidence(), sick);
    return [...shadowOf(seen, markedSeconds(seen))].toSorted((a, b) => a - b);
  };

  test.each([
    { why: "reaches one second to either side", sick: { 4: { slipP99Ms: 40 } }, seconds: [3, 4, 5] },
    { why: "ends where the measured part does", sick: { 0: { slipP99Ms: 40 } }, seconds: [0, 1] },
    {
      why: "is as long as the stall it is of",
      sick: { 5: { stalledMs: 2_400 } },
      seconds: [2, 3, 4, 5, 6, 7, 8],
    },
    {
      why: "is one shadow where two meet",
      sick: { 2: { gcPauseMs: 50 }, 4: { gcPauseMs: 50 } },
      seconds: [1, 2, 3, 4, 5],
    },
    { why: "falls beside an unreported second, too", sick: { 6: undefined }, seconds: [5, 6, 7] },
  ])("$why", ({ sick, seconds }) => expect(shadow(sick)).toEqual(seconds));
});
