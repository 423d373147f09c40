/** The instrument against its own limits. */
import { describe, expect, test } from "vitest";
import { ownHealth } from "../../../verdict/checks/own-health.ts";
import type { Evidence } from "../../../verdict/evidence.ts";
import { evidence, type Spoiling, without } from "../../fakes/evidence.ts";

const judged = (spoiling: Spoiling<Evidence>) => ownHealth.judge(evidence(spoiling), undefined);

test("a prompt instrument is upheld with its slip", () => {
  expect(judged({})).toEqual([
    {
      check: "own-health",
      kind: "instrument",
      subject: "agents",
      status: "upheld",
      because: "requests left 1.30 ms late at the 99th percentile, the busiest agent used 21.0 % of a core",
      observed: 1.3,
      limit: 25,
      unit: "ms",
    },
  ]);
});

test.each([
  { why: "it was proven for more", maxRatePerAgentPerS: 250, isForThisHost: true, isSaid: false },
  { why: "it was proven for less", maxRatePerAgentPerS: 150, isForThisHost: true, isSaid: true },
  {
    why: "what was proven was proven elsewhere",
    maxRatePerAgentPerS: 150,
    isForThisHost: false,
    isSaid: false,
  },
])("a prompt instrument at 200 /s per agent is upheld; $why", ({ isSaid, why: _, ...given }) => {
  const certificate = { date: "2026-07-30T08:00:00.000Z", path: "c.json", ...given };
  const [finding] = ownHealth.judge({ ...evidence(), certificate }, undefined);
  expect(finding?.status).toBe("upheld");
  const words = "; 200 /s per agent is more than the 150 /s it is certified for";
  expect(finding?.because.endsWith(words)).toBe(isSaid);
});

const none = { mechanism: "none", because: "no cgroup" };

test.each<{ what: string; spoiling: Spoiling<Evidence>; observed: number; limit: number; because: string }>([
  {
    what: "requests left late",
    spoiling: { instrument: { slipMs: { p99: 25.1 } } },
    observed: 25.1,
    limit: 25,
    because: "slip p99 was 25.1 ms",
  },
  {
    what: "answers were read late",
    spoiling: { instrument: { eventLoopDelayMs: { p99: 26 } } },
    observed: 26,
    limit: 25,
    because: "event-loop delay p99 was 26.0 ms",
  },
  {
    what: "an agent had no CPU left",
    spoiling: { instrument: { agentCpuRatio: 0.91 } },
    observed: 0.91,
    limit: 0.9,
    because: "91.0 % of a core",
  },
  {
    what: "an agent stood still",
    spoiling: { instrument: { stalledMs: 101 } },
    observed: 101,
    limit: 100,
    because: "stood still for 101 ms",
  },
  {
    what: "reports were lost",
    spoiling: { instrument: { lostIntervals: 1 } },
    observed: 1,
    limit: 0,
    because: "1 interval of the agents' reports never came",
  },
  {
    what: "counts do not add up",
    spoiling: { instrument: { identityBreaks: ["second 3: planned 400, fired 399"] } },
    observed: 1,
    limit: 0,
    because: "second 3: planned 400, fired 399",
  },
  {
    what: "fewer arrivals were planned than owed",
    spoiling: { load: { planned: 3_959 } },
    observed: 3_959,
    limit: 3_960,
    because: "planned only 3,959 of 4,000 arrivals",
  },
  {
    what: "the hypervisor took the CPU",
    spoiling: { instrument: { hostPressure: { stealRatio: 0.2 } } },
    observed: 0.2,
    limit: 0.1,
    because: "the hypervisor took 20.0 %",
  },
  {
    what: "the host was full and nothing kept the target from our agents",
    spoiling: { instrument: { hostPressure: { cpuSomeRatio: 0.95 } }, targetSeen: { budgets: none } },
    observed: 0.95,
    limit: 0.9,
    because: "waited for a CPU 95.0 % of the time",
  },
])("it is refuted when $what", ({ spoiling, observed, limit, because }) => {
  const [finding, ...others] = judged(spoiling);
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ status: "refuted", observed, because: expect.stringContaining(because) });
  expect(finding?.limit).toBeCloseTo(limit, 9);
});

describe("lateness of agents on a virtual machine", () => {
  const late = (haltPollMs?: number) =>
    judged({
      instrument: { slipMs: { p99: 26 }, hostPressure: haltPollMs === undefined ? {} : { haltPollMs } },
    })[0]?.because;

  test("is told with what makes it, where its idle cores sleep at once", () => {
    expect(late(0)).toMatch(/idle cores of this virtual machine are asleep at once, and wake late \(docs/);
    expect(late(0.2)).toContain("are awake for 0.20 ms, and wake late");
  });

  test("is told as it is where they stay awake, or nobody tells", () => {
    expect(late(20)).toMatch(/the limit is 25\.0 ms$/);
    expect(late()).toBe(late(20));
  });
});

describe("what is not held against it", () => {
  test.each<{ what: string; spoiling: Spoiling<Evidence> }>([
    { what: "slip of exactly the limit", spoiling: { instrument: { slipMs: { p99: 25 } } } },
    { what: "a last interval cut short", spoiling: { load: { planned: 3_960 } } },
    {
      what: "an unfinished plan, when the run was interrupted",
      spoiling: { load: { planned: 900 }, ending: { status: "interrupted" } },
    },
    { what: "waiting of budgeted nodes", spoiling: { instrument: { hostPressure: { cpuSomeRatio: 1 } } } },
    {
      what: "a stall of 0.5 % of a long run",
      spoiling: { instrument: { stalledMs: 290 }, ending: { measuredS: 60 } },
    },
  ])("$what", ({ spoiling }) => {
    expect(judged(spoiling)).toMatchObject([{ status: "upheld" }]);
  });
});

test("without a claim, slip may be 5 ms", () => {
  const seen = without(evidence({ instrument: { slipMs: { p99: 5.1 } } }), "claim");
  expect(ownHealth.judge(seen, undefined)).toMatchObject([{ status: "refuted", limit: 5 }]);
});

test("all that is wrong is said at once", () => {
  const findings = judged({ instrument: { slipMs: { p99: 99 }, agentCpuRatio: 1, lostIntervals: 2 } });
  expect(findings).toHaveLength(3);
});

test("an instrument nobody saw at work is not healthy", () => {
  expect(judged({ load: { fired: 0 } })).toMatchObject([{ status: "inconclusive" }]);
});
