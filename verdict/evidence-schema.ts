/** The shape of `evidence.json`, checked where it comes in from the disk. A test keeps it equal to `Evidence`. */
import { z } from "zod";
import { detectionSources, trafficCounters } from "../metrics/detection.ts";
import { faultStatuses } from "../metrics/fault-seen.ts";
import { guarantees } from "../metrics/guarantee.ts";
import { Latency } from "../metrics/latency.ts";
import { tenthsPerSecond } from "../metrics/tenths.ts";
import { bearingFigures, healingFigures } from "./recovery/objective.ts";

const whole = z.number().int().min(0);
const size = z.number().min(0);
const optional = z.exactOptional;

const percentiles = z.object({ p50: size, p90: size, p95: size, p99: size, p999: size, max: size });
const spread = z.object({ p50: size, p99: size, max: size });

export const outcomesSchema = z.partialRecord(
  z.enum(["ok", "sold-out", "refused", "busy", "wrong", "error", "timeout", "disconnected"]),
  whole,
);

const operation = z.object({
  count: whole,
  outcomes: outcomesSchema,
  responseMs: percentiles,
  serviceMs: percentiles,
});

const plan = z.object({
  ratePerS: size,
  meanPerS: optional(size),
  durationS: size,
  warmupS: size,
  agents: whole,
  arrivals: size,
  strategy: optional(z.string()),
  variants: optional(z.record(z.string(), z.string())),
  unusual: optional(z.array(z.string())),
  claim: optional(
    z.object({
      scenario: z.string(),
      ratePerS: size,
      p99Ms: optional(size),
      errorRatio: optional(size),
      behindMs: optional(size),
      source: z.string(),
    }),
  ),
  openOrClosed: z.enum(["open", "closed"]),
  requestTimeoutMs: optional(size),
  goodWithinMs: optional(size),
  recover: optional(
    z.array(
      z.union([
        z.object({ figure: z.enum(healingFigures), limit: size, withinS: size }),
        z.object({ figure: z.enum(bearingFigures), limit: size }),
      ]),
    ),
  ),
});

export const secondHealthSchema = z.object({
  slipP99Ms: size,
  eventLoopDelayP99Ms: size,
  stalledMs: size,
  gcPauseMs: size,
  agentCpuRatio: size,
  throttledMs: optional(size),
  throttledRatio: optional(size),
  cpuSomeRatio: optional(size),
  stealRatio: optional(size),
});

const tenCounts = z.array(whole).length(tenthsPerSecond);

const second = z.object({
  atS: z.number(),
  phase: z.string(),
  planned: whole,
  fired: whole,
  completed: whole,
  failed: whole,
  dropped: whole,
  inFlight: whole,
  p50Ms: size,
  p99Ms: size,
  bad: whole,
  health: optional(secondHealthSchema),
  faults: optional(z.array(z.string())),
  tenths: optional(z.object({ planned: tenCounts, good: tenCounts })),
  operations: optional(z.record(z.string(), z.object({ settled: whole, good: whole }))),
  outcomes: outcomesSchema,
  response: z.string().refine(isHistogram, "is not an HDR histogram, V2 compressed, base64"),
});

const instrument = z.object({
  slipMs: spread,
  connectionWaitMs: spread,
  agentCpuRatio: size,
  spunRatio: size,
  eventLoopDelayMs: z.object({ p99: size, max: size }),
  stalledMs: size,
  gcRatio: size,
  hostPressure: z.object({
    cpuSomeRatio: optional(size),
    stealRatio: optional(size),
    cpuBusyRatio: optional(size),
    haltPollMs: optional(size),
  }),
  lostIntervals: whole,
  identityBreaks: z.array(z.string()),
});

const certificate = z.object({
  date: z.string(),
  maxRatePerAgentPerS: size,
  isForThisHost: z.boolean(),
  path: z.string(),
});

const agent = z.object({
  id: z.string(),
  planned: whole,
  fired: whole,
  completed: whole,
  clockOffsetMs: z.number(),
  clockErrorMs: size,
  lost: optional(z.object({ atS: z.number(), because: z.string(), lastWords: z.string() })),
});

const node = z.object({
  name: z.string(),
  tier: z.string(),
  zone: optional(z.string()),
  machine: optional(z.string()),
  cpuBudgetMillicores: size,
  cpuUsedRatio: size,
  throttledRatio: size,
  requests: optional(whole),
});

const targetSeen = z.object({
  launcher: z.string(),
  startUpS: z.record(z.string(), size),
  budgets: z.object({ mechanism: z.string(), because: optional(z.string()) }),
  standIns: z.array(z.string()),
  deaths: z.array(
    z.object({ node: z.string(), atS: z.number(), because: z.string(), lastLines: z.array(z.string()) }),
  ),
});

const faultSeen = z.object({
  id: z.string(),
  fault: z.string(),
  value: optional(z.string()),
  nodes: z.array(z.string()),
  edges: z.array(z.string()),
  zone: optional(z.string()),
  mechanism: z.string(),
  plannedAtS: size,
  plannedForS: optional(size),
  requestedAtS: optional(z.number()),
  begunAtS: optional(z.number()),
  injectedAtS: optional(z.number()),
  effectAtS: optional(z.number()),
  effect: optional(z.string()),
  figures: optional(z.record(z.string(), z.number())),
  stoppedAtS: optional(z.number()),
  undoneAtS: optional(z.number()),
  status: z.enum(faultStatuses),
  because: optional(z.string()),
  manual: optional(z.array(z.string())),
});

const looksSeen = z.object({
  checked: whole,
  broken: whole,
  firstBrokenAtS: optional(size),
  lastBrokenAtS: optional(size),
});

const pagesSeen = z.object({
  ...{ checked: size, differedAtFirst: size, stale: size, watchedS: size },
  examples: z.array(z.number()).readonly(),
});

const correctness = z.object({
  stocks: z.array(
    z.object({
      saleId: whole,
      itemId: whole,
      initial: z.number(),
      // A stock row may really be below zero: that is one of the things to find.
      remaining: z.number(),
      cacheRemaining: optional(z.number()),
      sold: size,
      reserved: optional(z.number()),
    }),
  ),
  perUserLimit: whole,
  isComplete: z.boolean(),
  because: optional(z.string()),
  limitBreaks: z.object({ users: whole, units: whole }),
  foreignOrders: whole,
});

const detector = z.object({
  by: z.string(),
  source: z.enum(detectionSources),
  about: z.array(z.string()),
});

const watched = z.object({
  detectors: z.array(detector),
  detections: z.array(detector.extend({ atS: z.number(), isBack: z.boolean(), says: z.string() })),
  traffic: z.array(z.object({ atS: z.number(), counts: z.partialRecord(z.enum(trafficCounters), size) })),
});

export const evidenceSchema = z.object({
  schemaVersion: z.literal(1),
  runId: z.string(),
  scenario: z.string(),
  target: z.string(),
  seed: z.number(),
  startedAt: z.string(),
  plan,
  load: z.object({
    planned: whole,
    fired: whole,
    completed: whole,
    failed: whole,
    dropped: whole,
    inFlightAtEnd: whole,
    offeredPerS: size,
    completedPerS: size,
  }),
  operations: z.record(z.string(), operation),
  overall: operation,
  timeline: z.array(second),
  instrument,
  certificate: optional(certificate),
  agents: z.array(agent),
  nodes: z.array(node),
  targetSeen,
  faults: optional(z.array(faultSeen)),
  watched: optional(watched),
  consistency: optional(z.partialRecord(z.enum(guarantees), looksSeen)),
  correctness: optional(correctness),
  pages: optional(pagesSeen),
  ending: z.object({
    status: z.enum(["complete", "interrupted", "agents-lost", "target-died", "failed"]),
    because: z.string(),
    measuredS: size,
  }),
  notes: z.array(z.string()),
  artifacts: z.record(z.string(), z.string()),
});

/** Judging adds histograms up again, so a damaged one is found while reading rather than in the middle of that. */
function isHistogram(encoded: string): boolean {
  try {
    Latency.decode(encoded).release();
    return true;
  } catch {
    return false;
  }
}
