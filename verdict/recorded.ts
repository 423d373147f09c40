/** What the agents recorded second by second, out of the files in `intervals/`: what the evidence is the sum of. Pure. */
import { z } from "zod";
import { hlogBaseS, hlogIntervals } from "../metrics/hlog-reader.ts";
import { Latency } from "../metrics/latency.ts";
import type { Outcome } from "../metrics/outcome.ts";
import type { SecondHealth } from "../metrics/second-health.ts";
import type { NodeUsed } from "../metrics/series/tell-gauges.ts";
import { outcomesSchema, secondHealthSchema } from "./evidence-schema.ts";

/** Seconds are those of the measured part. Operations go by the names they have in the log (`hlogTag`). */
export interface Recorded {
  readonly latencies: Latencies;
  /** Unix time of the first instant, seconds. */
  readonly startEpochS: number;
  /** By second and operation, requests by when they were due. */
  readonly seconds: ReadonlyMap<number, ReadonlyMap<string, OperationSecond>>;
  /** By second, and by number of the agent. Empty of runs that did not keep it. */
  readonly agents: ReadonlyMap<number, ReadonlyMap<number, SecondHealth>>;
  /** By second, how the nodes were in the seconds before. Empty of runs that did not keep it. */
  readonly nodes: ReadonlyMap<number, readonly NodeUsed[]>;
}

/** Sums over the measured part, microseconds inside. */
export interface Latencies {
  /** By operation, in the order in which they are first met. */
  readonly operations: ReadonlyMap<string, OperationLatencies>;
  readonly overall: OperationLatencies;
}

export interface OperationLatencies {
  /** From the planned instant to the answer. */
  readonly response: Latency;
  /** From the instant it was really sent to the answer. */
  readonly service: Latency;
}

/** Histograms as they stand in the log: a long run has thousands, and whoever wants one decodes it. */
export interface OperationSecond {
  readonly response: readonly string[];
  readonly service: readonly string[];
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
}

export interface RecordedFiles {
  /** `intervals/fleet.hlog` */
  readonly log: string;
  /** `intervals/outcomes.ndjson` */
  readonly outcomes?: string | undefined;
  /** `intervals/agents.ndjson` */
  readonly agents?: string | undefined;
  /** `intervals/nodes.ndjson` */
  readonly nodes?: string | undefined;
}

/** A line of `intervals/outcomes.ndjson`: seconds count from the beginning of the warm-up, as in the log. */
const outcomesLine = z.object({ second: z.number(), operation: z.string(), outcomes: outcomesSchema });
export type OutcomesLine = z.infer<typeof outcomesLine>;

/** A line of `intervals/agents.ndjson`, likewise. */
const agentLine = z.object({ second: z.number(), agent: z.number(), health: secondHealthSchema });
export type AgentLine = z.infer<typeof agentLine>;

/** A line of `intervals/nodes.ndjson`, likewise: of the last second before a look. */
const nodeLine = z.object({
  second: z.number(),
  node: z.string(),
  tier: z.string(),
  cpuUsedRatio: z.number(),
  throttledRatio: z.number(),
});
export type NodeLine = z.infer<typeof nodeLine>;

/** @throws when a file is not what it should be */
export function recordedIn(
  { log, outcomes = "", agents = "", nodes = "" }: RecordedFiles,
  { warmupS, durationS }: { readonly warmupS: number; readonly durationS: number },
): Recorded {
  const baseS = hlogBaseS(log);
  if (baseS === undefined) throw new Error("the log of latencies does not say when it was begun");
  const isMeasured = (second: number) => second >= warmupS && second < warmupS + durationS;
  const operations = new Map<string, OperationLatencies>();
  const overall = blank();
  const seconds = new Map<number, Map<string, Gathered>>();
  const gathered = (second: number, operation: string) =>
    orMade(orMade(seconds, Math.floor(second) - warmupS, nothingBy), operation, nothing);
  for (const { tag, startS, encoded } of hlogIntervals(log)) {
    const [, operation, kind] = /^(.*)\.(response|service)$/.exec(tag) ?? [];
    if (operation === undefined || kind === undefined || !isMeasured(startS)) continue;
    const which = kind as keyof OperationLatencies;
    overall[which].addEncoded(encoded);
    orMade(operations, operation, blank)[which].addEncoded(encoded);
    gathered(startS, operation)[which].push(encoded);
  }
  for (const line of linesOf(outcomes, outcomesLine)) {
    if (!isMeasured(line.second)) continue;
    const seen = gathered(line.second, line.operation).outcomes;
    for (const [outcome, count = 0] of Object.entries(line.outcomes) as [Outcome, number][])
      seen[outcome] = (seen[outcome] ?? 0) + count;
  }
  const healths = new Map<number, Map<number, SecondHealth>>();
  for (const { second, agent, health } of linesOf(agents, agentLine))
    if (isMeasured(second)) orMade(healths, second - warmupS, healthsBy).set(agent, health);
  const used = new Map<number, NodeUsed[]>();
  for (const { second, ...node } of linesOf(nodes, nodeLine))
    if (isMeasured(second)) orMade(used, second - warmupS, (): NodeUsed[] => []).push(node);
  return {
    latencies: { operations, overall },
    startEpochS: baseS + warmupS,
    seconds,
    agents: healths,
    nodes: used,
  };
}

interface Gathered extends OperationSecond {
  readonly response: string[];
  readonly service: string[];
  readonly outcomes: Partial<Record<Outcome, number>>;
}

const blank = (): OperationLatencies => ({ response: Latency.blank(), service: Latency.blank() });
const nothing = (): Gathered => ({ response: [], service: [], outcomes: {} });
const nothingBy = () => new Map<string, Gathered>();
const healthsBy = () => new Map<number, SecondHealth>();

function orMade<K, V>(map: Map<K, V>, key: K, made: () => V): V {
  let found = map.get(key);
  if (found === undefined) map.set(key, (found = made()));
  return found;
}

function* linesOf<T>(text: string, shape: z.ZodType<T>): Generator<T> {
  for (const line of text.split("\n")) if (line !== "") yield shape.parse(JSON.parse(line));
}
