/** The result of a run as machines get it (`--json`). Public and stable: see docs/json-contract.md before changing it. */
import { z } from "zod";

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
  hostPressure: z.object({ cpuSomeRatio: ratio.optional(), stealRatio: ratio.optional() }),
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

const node = z.object({
  tier: z.string(),
  zone: z.string().nullable(),
  cpuBudgetMillicores: z.number(),
  cpuUsedRatio: z
    .number()
    .describe("of its own budget, above 1 where nodes share a machine; of one core without budgets"),
  throttledRatio: ratio,
});

const fault = z.object({
  fault: z.string(),
  node: z.string(),
  plannedAtS: z.number(),
  injectedAtS: z.number().nullable(),
  effectAtS: z.number().nullable(),
  undoneAtS: z.number().nullable(),
  status: z.string(),
  mechanism: z.string(),
  recovery: z.record(z.string(), z.number().nullable()),
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
