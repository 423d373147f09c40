/** The result of a run as machines get it (`--json`). Public and stable: see docs/json-contract.md before changing it. */
import { z } from "zod";
import { detectionSources } from "../metrics/detection.ts";
import { faultStatuses } from "../metrics/fault-seen.ts";
import { guarantees } from "../metrics/guarantee.ts";
import { hops } from "./recovery/amplification.ts";

const status = z.enum(["upheld", "refuted", "inconclusive"]);
const ms = z.number().describe("milliseconds");
const ratio = z.number().describe("0-1");
const percentiles = z.object({ p50: ms, p90: ms, p95: ms, p99: ms, p999: ms, max: ms });

const finding = z.object({
  check: z.string(),
  subject: z.string(),
  status,
  because: z.string().describe("one sentence with the figures"),
  observed: z.number().optional(),
  limit: z.number().optional(),
  unit: z.string().optional(),
});

const load = z.object({
  planned: z.int(),
  fired: z.int(),
  completed: z.int(),
  failed: z.int(),
  dropped: z.int(),
  inFlightAtEnd: z.int(),
  offeredPerS: z.number(),
  completedPerS: z.number(),
});

const operation = z.object({
  count: z.int(),
  outcomes: z.record(z.string(), z.int()),
  responseMs: percentiles.describe("from the planned instant to the last byte"),
  serviceMs: percentiles.describe("from handing the request to the socket to the last byte"),
});

const markedSecond = z.object({
  atS: z.number().describe("seconds since the start of the measured part"),
  marks: z.array(
    z.object({
      mark: z.string(),
      observed: z.number().optional(),
      limit: z.number().optional(),
      unit: z.string().optional(),
    }),
  ),
});

const instrument = z.object({
  slipMs: z.object({ p50: ms, p99: ms, max: ms }),
  agentCpuRatio: z.number().describe("of one core, the busiest agent"),
  spunRatio: z.number().describe("how much of that was waiting awake for the next arrival"),
  eventLoopDelayMs: z.object({ p99: ms, max: ms }),
  hostPressure: z.object({
    cpuSomeRatio: ratio.optional(),
    stealRatio: ratio.optional(),
    cpuBusyRatio: ratio.optional(),
    haltPollMs: ms
      .optional()
      .describe("how long idle cores of this virtual machine stay awake; see docs/own-health.md"),
  }),
  healthy: z.boolean(),
  reasons: z.array(z.string()),
  markedSeconds: z
    .array(markedSecond)
    .describe("seconds in which the instrument was not well; findings that lean on them are inconclusive"),
});

const correctness = z.object({
  attempts: z.int(),
  accepted: z.int(),
  rejected: z.int(),
  indeterminate: z.int(),
  stockInitial: z.number(),
  sold: z.number(),
  remaining: z.number(),
  reserved: z.number().describe("of those sold: held for buyers who had not paid when the run ended"),
  oversold: z.number(),
  lost: z.int(),
  phantom: z.int(),
  duplicates: z.int(),
  conserved: z.boolean().nullable().describe("null when the books could not be read completely"),
});

const looks = z.object({
  checked: z.int().describe("answers that showed whether it was kept"),
  broken: z.int(),
  firstBrokenAtS: z.number().nullable().describe("seconds since the start of the measured part"),
  lastBrokenAtS: z.number().nullable(),
});

const node = z.object({
  tier: z.string(),
  zone: z.string().nullable(),
  cpuBudgetMillicores: z.number(),
  cpuUsedRatio: z
    .number()
    .describe("of its own budget, above 1 where nodes share a machine; of one core without budgets"),
  throttledRatio: ratio,
});

const orNull = z.number().nullable();

const windowSeen = z.object({
  fromS: z.number(),
  spanS: z.number(),
  planned: z.int(),
  good: z.int(),
  goodRatio: orNull.describe("null when nothing was planned"),
  loss: z
    .object({
      depthRatio: ratio,
      areaLostS: z.number().describe("seconds of all being lost"),
      resilienceRatio: z
        .number()
        .describe("1 - areaLostS / spanS; compare it between windows of one length only"),
      lostGood: z.number(),
    })
    .nullable()
    .describe("against the usual; null when nothing is known to be"),
});

const tail = z
  .object({
    seconds: z.int(),
    planned: z.int(),
    bad: z.int(),
    timedOut: z.int(),
    p50Ms: orNull.describe("null when so many were never answered that it has no end"),
    p99Ms: orNull,
    p999Ms: orNull,
  })
  .nullable();

const detection = z.object({
  because: z.string().nullable().describe("why nobody noticed, or why that cannot be said"),
  by: z
    .array(
      z.object({
        by: z.string().describe("the node that said so"),
        source: z.enum(detectionSources),
        afterS: z.number(),
        says: z.string(),
      }),
    )
    .describe("everybody who said so while it was on, the first time each"),
});

const amplification = z
  .object({
    because: z.string().nullable().describe("why nothing could be compared"),
    worst: z
      .object({ hop: z.enum(hops), factor: z.number().describe("1 is as before") })
      .nullable()
      .describe("the hop whose work grew most"),
    hops: z.array(
      z.object({
        hop: z.enum(hops),
        before: z.number().describe("arrivals for each that was meant, before the first fault"),
        during: orNull,
        after: orNull.describe("in the ten seconds after it was gone"),
        factor: orNull.describe("from seen to bite to ten seconds after it was gone, of that before"),
      }),
    ),
  })
  .describe("how much more work a request made, by the target's own counters");

const blastRadius = z
  .object({
    hitRatio: ratio.describe("operations that were hit, of those that could be judged"),
    hitShare: ratio.describe("what is usually asked of them, of all that is asked"),
    operations: z.array(
      z.object({ operation: z.string(), isHit: z.boolean(), beforeRatio: ratio, duringRatio: ratio }),
    ),
    unseen: z.array(z.string()).describe("too few of them to say"),
  })
  .nullable()
  .describe("null when single operations were not kept by the second, or none can be judged");

const recovery = z
  .object({
    others: z
      .array(z.string())
      .describe("other faults in place at the same time; the figures are about them too"),
    endedBy: z.string().nullable().describe("the fault that ended the watching"),
    lastedS: z.number().describe("from seen to bite to seen to be gone"),
    watchedS: z.number().describe("from seen to be gone to the next fault or the end"),
    because: z.string().nullable().describe("why there is nothing usual to compare with"),
    usual: z
      .object({
        goodRatio: ratio,
        noiseRatio: z.number(),
        thresholdRatio: z.number(),
        plannedPerS: z.number(),
      })
      .nullable()
      .describe("before the first fault"),
    toImpactS: orNull.describe("from seen to bite until it was felt; null when it never was"),
    underFaultS: orNull.describe(
      "from seen to bite until all was well for 5 s while it was on; null when it never was",
    ),
    afterClearS: orNull.describe(
      "from seen to be gone until all was well for 5 s; null: longer than watchedS",
    ),
    fellAgain: z.int().nullable().describe("times it was felt again after that"),
    duringRatio: orNull.describe("good of planned while it was on"),
    afterRatio: orNull.describe("good of planned in the minute after it"),
    window: windowSeen.describe(
      "from its beginning to a minute after it was gone, as far as it could be watched",
    ),
    control: windowSeen
      .nullable()
      .describe("the same before the first fault, as long where there was so much"),
    budget: z
      .object({
        sloRatio: ratio,
        burnedRatio: z.number().describe("of all that 30 days at the rate before may have"),
        burnRate: z.number().describe("times as fast as allowed"),
      })
      .nullable(),
    overshoot: z
      .object({ afterRatio: z.number(), beforeRatio: z.number().describe("the same before: chance alone") })
      .nullable()
      .describe("most good answers in one second, of those in an average one before the first fault"),
    metastable: z
      .boolean()
      .nullable()
      .describe("whether it stayed down by itself; null when that was not seen"),
    metastableAfterS: orNull.describe("how long it has to stay down for that"),
    metastableLoop: z
      .enum(hops)
      .nullable()
      .describe("where it stayed down by itself: the hop whose work stayed far above the usual meanwhile"),
    detectS: orNull.describe(
      "from seen to bite until the target itself said so of a node it was done to; null: see detection.because",
    ),
    detection,
    amplification,
    blastRadius,
    tails: z.object({ before: tail, during: tail, first10S: tail, rest: tail }).describe("by whole seconds"),
    markedSeconds: z.int().describe("seconds of the window in which the instrument was not well"),
  })
  .nullable()
  .describe("null when it was not seen to bite and to be gone: docs/recovery.md");

const fault = z.object({
  id: z.string().describe("unique in its run: kill:shop-2@20"),
  fault: z.string(),
  value: z.string().nullable(),
  node: z
    .string()
    .describe("nodes it was done to, with commas; a zone; empty when it is about the whole target"),
  edges: z.array(z.string()).describe("shop-1>db; for faults between nodes"),
  plannedAtS: z.number().describe("all times are seconds since the start of the measured part"),
  plannedForS: z.number().nullable().describe("null when it happens at one instant"),
  injectedAtS: z.number().nullable(),
  effectAtS: z.number().nullable().describe("when it was first seen to bite"),
  effect: z.string().nullable().describe("what was seen then, and what was measured of it afterwards"),
  figures: z
    .record(z.string(), z.number())
    .describe("what was measured of the effect, by name with unit; empty where nothing was"),
  undoneAtS: z.number().nullable().describe("when it was seen to be gone"),
  status: z.enum(faultStatuses),
  because: z.string().nullable().describe("why it is not effective, or what is odd about it"),
  mechanism: z.string(),
  recovery,
});

export const resultSchema = z
  .object({
    schemaVersion: z.literal(1),
    runId: z.string(),
    scenario: z.string(),
    target: z.string(),
    variants: z
      .record(z.string(), z.string())
      .describe("how a stage was built, every variant of it by name; empty for targets that are not stages"),
    seed: z.number(),
    startedAt: z.iso.datetime(),
    durationS: z.number().describe("planned length of the measured part"),
    verdict: z.object({ status, exitCode: z.int() }),
    findings: z.array(finding),
    load: load.describe("the measured part only"),
    operations: z.record(z.string(), operation),
    instrument,
    agents: z.array(
      z.object({
        id: z.string(),
        planned: z.int(),
        fired: z.int(),
        completed: z.int(),
        clockOffsetMs: ms,
        clockErrorMs: ms,
      }),
    ),
    correctness: correctness.nullable().describe("null when the target keeps no books we can read"),
    consistency: z
      .partialRecord(z.enum(guarantees), looks)
      .describe("what shoppers found of what they may rely on; empty when nobody looked"),
    nodes: z.record(z.string(), node),
    faults: z.array(fault),
    notes: z
      .array(z.string())
      .describe(
        "sentences to weigh the figures by: stand-ins, missing budgets, oddities; they decide nothing",
      ),
    artifacts: z.record(z.string(), z.string()).describe("paths relative to the run folder"),
  })
  .meta({
    title: "Result of one bench run",
    description: "What `bench run --json` and `bench judge --json` print.",
  });

export type RunResult = z.infer<typeof resultSchema>;

/** The JSON Schema shipped as docs/run-result.schema.json; additions are allowed, so readers must not refuse unknown keys. */
export function resultJsonSchema(): object {
  return z.toJSONSchema(resultSchema, {
    io: "input",
    target: "draft-2020-12",
    override({ jsonSchema }) {
      // "Whole number" and "date-time" are enough; limits of JavaScript and a page of pattern help no reader.
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.format === "date-time") delete jsonSchema.pattern;
    },
  });
}
