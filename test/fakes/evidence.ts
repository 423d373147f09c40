/** Evidence of a good flash sale, to be spoiled by the test that needs it otherwise. */
import { Latency } from "../../metrics/latency.ts";
import type { SecondHealth } from "../../metrics/second-health.ts";
import type { SettledSecond } from "../../metrics/timeline-second.ts";
import type { Evidence, OperationSeen } from "../../verdict/evidence.ts";
import { Found, Ledger } from "../../verdict/ledger.ts";
import { type LedgerTally, tally } from "../../verdict/tally.ts";

/** Overrides at any depth; arrays and whole values are replaced. */
export type Spoiling<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { [K in keyof T]?: Spoiling<T[K]> }
    : T;

/** 400 /s for 10 s against a stage with two nodes: 10 units, all sold, everything in order. */
export function evidence(spoiling: Spoiling<Evidence> = {}): Evidence {
  return merged(good, spoiling);
}

const latency = { p50: 3.2, p90: 8.1, p95: 12.4, p99: 41.2, p999: 88, max: 120.5 };

const operation = (count: number, outcomes: OperationSeen["outcomes"]): OperationSeen => ({
  count,
  outcomes,
  responseMs: latency,
  serviceMs: { ...latency, p99: 40.1 },
});

/** Response times of as many requests, all the same: V2 compressed, base64. */
export function responses(count: number, ms: number): string {
  const latency = Latency.blank();
  for (let request = 0; request < count; request++) latency.record(ms * 1000);
  const encoded = latency.encode();
  latency.release();
  return encoded;
}

const fourHundred = responses(400, 40);

const second = (atS: number): SettledSecond => ({
  atS,
  phase: atS < 2 ? "preheat" : "open",
  planned: 400,
  fired: 400,
  completed: 400,
  failed: 0,
  dropped: 0,
  inFlight: 2,
  p50Ms: 3.2,
  p99Ms: atS === 2 ? 88 : 40,
  bad: 0,
  health: {
    slipP99Ms: 1.1,
    eventLoopDelayP99Ms: 2.1,
    stalledMs: 12,
    gcPauseMs: 1.5,
    agentCpuRatio: 0.21,
    throttledMs: 0,
    throttledRatio: 0,
    cpuSomeRatio: 0.3,
    stealRatio: 0,
  },
  outcomes: { ok: 241, "sold-out": 150, refused: 9 },
  response: fourHundred,
});

const good: Evidence = {
  schemaVersion: 1,
  runId: "20260731T090000-7f3a",
  scenario: "flash-sale",
  target: "stage-08",
  seed: 7,
  startedAt: "2026-07-31T09:00:00.000Z",
  plan: {
    ratePerS: 400,
    meanPerS: 400,
    durationS: 10,
    warmupS: 5,
    agents: 2,
    arrivals: 4_000,
    strategy: "F8",
    claim: { scenario: "flash-sale", ratePerS: 400, p99Ms: 250, errorRatio: 0.001, source: "a test" },
    openOrClosed: "open",
  },
  load: {
    planned: 4_000,
    fired: 4_000,
    completed: 4_000,
    failed: 0,
    dropped: 0,
    inFlightAtEnd: 0,
    offeredPerS: 400,
    completedPerS: 400,
  },
  operations: {
    seckill_page: operation(2_400, { ok: 2_400 }),
    seckill_try: operation(1_600, { ok: 10, "sold-out": 1_500, refused: 90 }),
  },
  overall: operation(4_000, { ok: 2_410, "sold-out": 1_500, refused: 90 }),
  timeline: Array.from({ length: 10 }, (_, atS) => second(atS)),
  instrument: {
    slipMs: { p50: 0.2, p99: 1.3, max: 9 },
    connectionWaitMs: { p50: 0, p99: 0.4, max: 6 },
    agentCpuRatio: 0.21,
    eventLoopDelayMs: { p99: 2.1, max: 14 },
    stalledMs: 20,
    spunRatio: 0,
    gcRatio: 0.01,
    hostPressure: { cpuSomeRatio: 0.3, stealRatio: 0 },
    lostIntervals: 0,
    identityBreaks: [],
  },
  agents: [
    { id: "agent-0", planned: 2_000, fired: 2_000, completed: 2_000, clockOffsetMs: 0.1, clockErrorMs: 0.2 },
    { id: "agent-1", planned: 2_000, fired: 2_000, completed: 2_000, clockOffsetMs: -0.1, clockErrorMs: 0.2 },
  ],
  nodes: [
    {
      name: "shop-1",
      tier: "app",
      zone: "a",
      cpuBudgetMillicores: 200,
      cpuUsedRatio: 0.61,
      throttledRatio: 0.04,
    },
    { name: "trade-1", tier: "db", cpuBudgetMillicores: 300, cpuUsedRatio: 0.2, throttledRatio: 0.01 },
  ],
  targetSeen: {
    launcher: "processes",
    startUpS: { data: 2.1, nodes: 4 },
    budgets: { mechanism: "cgroup-v2" },
    standIns: ["entry stands in for LVS: HAProxy in TCP mode, because the kernel has no ip_vs"],
    deaths: [],
  },
  correctness: {
    stocks: [{ saleId: 3, itemId: 4711, initial: 10, remaining: 0, cacheRemaining: 0, sold: 10 }],
    perUserLimit: 1,
    isComplete: true,
    limitBreaks: { users: 0, units: 0 },
    foreignOrders: 0,
  },
  ending: { status: "complete", because: "the measured part was driven to its end", measuredS: 10 },
  notes: [],
  artifacts: { ledger: "ledger.bin", found: "found.bin", timeline: "timeline.ndjson" },
};

/** Shoppers looked at what they may rely on, and found it kept. */
export const guaranteesKept = {
  consistency: {
    "read-your-writes": { checked: 320, broken: 0 },
    "monotonic-reads": { checked: 140, broken: 0 },
    "session-kept": { checked: 510, broken: 0 },
  },
} as const satisfies Spoiling<Evidence>;

/** Ledger and books of `good`: 1,600 attempts, of which 0-9 were accepted and are in the books. */
export function books(): { ledger: Ledger; found: Found } {
  const ledger = new Ledger();
  const found = new Found();
  for (let attempt = 0; attempt < 1_600; attempt++) {
    ledger.set(attempt, attempt < 10 ? "accepted" : "rejected");
    if (attempt < 10) found.add(attempt);
  }
  return { ledger, found };
}

/** The tally of `books()` after `spoil` had its way with them. */
export function tallied(spoil: (books: { ledger: Ledger; found: Found }) => void = () => {}): LedgerTally {
  const spoilt = books();
  spoil(spoilt);
  return tally(spoilt.ledger.bytes(), spoilt.found.bytes());
}

/** As if nothing had happened at all: a run that ended before its first request. */
export function nothing(): Evidence {
  const zero = { p50: 0, p90: 0, p95: 0, p99: 0, p999: 0, max: 0 };
  return {
    ...good,
    load: {
      planned: 0,
      fired: 0,
      completed: 0,
      failed: 0,
      dropped: 0,
      inFlightAtEnd: 0,
      offeredPerS: 0,
      completedPerS: 0,
    },
    operations: {},
    overall: { count: 0, outcomes: {}, responseMs: zero, serviceMs: zero },
    timeline: [],
    instrument: {
      slipMs: { p50: 0, p99: 0, max: 0 },
      connectionWaitMs: { p50: 0, p99: 0, max: 0 },
      agentCpuRatio: 0,
      eventLoopDelayMs: { p99: 0, max: 0 },
      stalledMs: 0,
      spunRatio: 0,
      gcRatio: 0,
      hostPressure: {},
      lostIntervals: 0,
      identityBreaks: [],
    },
    agents: [],
    nodes: [],
    correctness: {
      stocks: [{ saleId: 3, itemId: 4711, initial: 10, remaining: 10, cacheRemaining: 10, sold: 0 }],
      perUserLimit: 1,
      isComplete: true,
      limitBreaks: { users: 0, units: 0 },
      foreignOrders: 0,
    },
    ending: { status: "complete", because: "there was nothing to do", measuredS: 0 },
  };
}

/** `evidence()` without one of its optional parts. */
export function without(seen: Evidence, part: "correctness" | "claim" | "strategy"): Evidence {
  if (part === "correctness") {
    const { correctness: _, ...rest } = seen;
    return rest;
  }
  const { [part]: _, ...plan } = seen.plan;
  return { ...seen, plan };
}

/** The same run, in some seconds of which the instrument was not well; undefined: no agent reported that second. */
export function ill(
  seen: Evidence,
  sick: Readonly<Record<number, Partial<SecondHealth> | undefined>>,
): Evidence {
  const timeline = seen.timeline.map((second) => {
    if (!(second.atS in sick)) return second;
    const { health, ...rest } = second;
    const more = sick[second.atS];
    return more === undefined ? rest : { ...rest, health: { ...health!, ...more } };
  });
  return { ...seen, timeline };
}

/** The same run, held against one limit less. */
export function unlimited(seen: Evidence, limit: "p99Ms" | "errorRatio"): Evidence {
  if (seen.plan.claim === undefined) return seen;
  const { [limit]: _, ...claim } = seen.plan.claim;
  return { ...seen, plan: { ...seen.plan, claim } };
}

function merged<T>(value: T, spoiling: unknown): T {
  if (spoiling === undefined) return value;
  if (!isPlain(value) || !isPlain(spoiling)) return spoiling as T;
  const result: Record<string, unknown> = { ...value };
  for (const [key, other] of Object.entries(spoiling)) result[key] = merged(result[key], other);
  return result as T;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
