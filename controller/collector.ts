/** Intervals in; timeline, interval log and ledger out. A second is on disk as soon as every agent has reported it. */
import { hlogHeader, hlogLines, hlogTag } from "../metrics/hlog.ts";
import type { ReportedSecond } from "../metrics/reported-second.ts";
import type { NodeUsed } from "../metrics/series/tell-gauges.ts";
import { Timeline } from "../metrics/timeline.ts";
import type { TimelineSecond } from "../metrics/timeline-second.ts";
import { fromMessage } from "../proto/codec.ts";
import type { Farewell, Interval as IntervalMessage } from "../proto/generated/bench.ts";
import { Ledger } from "../verdict/ledger.ts";
import type { AgentLine, NodeLine, OutcomesLine } from "../verdict/recorded.ts";
import type { FaultsOn } from "./faults-on.ts";
import type { Heard } from "./heard.ts";
import type { LiveFeed } from "./live-run.ts";
import type { RunRecord } from "./record.ts";

export interface LostAgent {
  /** Seconds since the start of the measured part. */
  readonly atS: number;
  readonly because: string;
}

export interface CollectorOptions {
  readonly agents: number;
  readonly warmupS: number;
  readonly durationS: number;
  /** Absent: nothing is written (exercise drives). */
  readonly record: RunRecord | undefined;
  readonly heard: Heard;
  /** Shown instead of the phase. */
  readonly label: string | undefined;
  nowMs(): number;
  /** A good answer that takes longer is none. Absent: single operations are not kept by the second. */
  readonly goodWithinMs?: number | undefined;
  /** On the same clock; present in runs with faults. */
  readonly faultsOn?: FaultsOn;
  /** Who is told of it while it goes on. */
  readonly live?: LiveFeed;
}

export class Collector {
  readonly timeline: Timeline;
  readonly ledger = new Ledger();
  readonly farewells = new Map<number, Farewell>();
  readonly lostAgents = new Map<number, LostAgent>();
  readonly #options: CollectorOptions;
  #startMs = 0;
  /** Not written yet. */
  readonly #health: AgentLine[] = [];
  /** A second was settled that has not been told yet. */
  #hasNews = false;
  #toldS = Number.NEGATIVE_INFINITY;

  constructor(options: CollectorOptions) {
    this.#options = options;
    const { agents, warmupS, durationS, goodWithinMs } = options;
    this.timeline = new Timeline({
      agents,
      warmupS,
      durationS,
      goodWithinMs,
      onSettled: (reported) => {
        this.#hasNews = true;
        options.record?.appendText(intervalLog, hlogLines(reported));
        options.record?.appendText(outcomesLog, outcomeLines(reported));
        // As in what is exported of it afterwards: the measured part only.
        options.live?.settled(
          reported.tallies().filter(({ plannedSecond }) => this.timeline.isMeasured(plannedSecond)),
        );
        this.#writeHealth();
      },
      onHealth: (agent, second, health) => {
        this.#health.push({ second, agent, health });
        options.live?.agent(agent, health);
      },
    });
  }

  started(atMs: number, atEpochMs: number): void {
    this.#startMs = atMs;
    const { agents, record, live, warmupS } = this.#options;
    live?.began(atEpochMs + warmupS * 1000);
    const who = agents === 1 ? "one agent" : `${agents} agents together`;
    record?.appendText(
      intervalLog,
      hlogHeader(atEpochMs, [`${who}; latencies stand under the second they were planned in`]),
    );
  }

  /** @throws {Failure} `agents` when it is not one */
  interval(agent: number, message: IntervalMessage): void {
    const interval = fromMessage(message);
    this.timeline.add(agent, interval);
    if (this.timeline.isMeasured(interval.second)) this.#options.live?.counted(interval.counts);
    for (const { attempt, booked } of interval.attempts) {
      this.ledger.set(attempt, booked);
      this.#options.live?.booked(booked);
    }
    if (this.#hasNews) this.#tell();
  }

  /** @param second of the drive */
  nodes(second: number, used: readonly NodeUsed[]): void {
    const lines = used.map((node): NodeLine => ({ second, ...node }));
    this.#options.record?.appendText(nodesLog, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    this.#options.live?.nodes(used);
  }

  farewell(agent: number, farewell: Farewell): void {
    this.farewells.set(agent, farewell);
  }

  lost(agent: number, because: string): void {
    const atS = (this.#options.nowMs() - this.#startMs) / 1000 - this.#options.warmupS;
    this.lostAgents.set(agent, { atS, because });
  }

  /** The drive is over: what was still waited for will not come. */
  finish(): void {
    this.timeline.settle();
    this.#writeHealth();
  }

  /** All agents of a second at once: a thousand of them would be a thousand writes. */
  #writeHealth(): void {
    const lines = this.#health.splice(0).map((line) => `${JSON.stringify(line)}\n`);
    if (lines.length > 0) this.#options.record?.appendText(agentsLog, lines.join(""));
  }

  /** Every merged second is told once, when all agents have reported it. */
  #tell(): void {
    this.#hasNews = false;
    const seen = this.timeline.latest();
    if (seen === undefined || seen.atS <= this.#toldS) return;
    this.#toldS = seen.atS;
    const { heard, record, label, durationS } = this.#options;
    const told = { ...seen, ...this.#faultsIn(seen.atS) };
    record?.append("timeline.ndjson", told);
    this.#options.live?.second(told);
    heard.second({
      atS: seen.atS,
      phase: label ?? phaseOf(seen, durationS),
      offeredPerS: seen.planned,
      achievedPerS: seen.completed,
      p99Ms: seen.p99Ms,
      inFlight: seen.inFlight,
      leftS: Math.max(0, durationS - seen.atS - 1),
      seen: told,
    });
  }

  #faultsIn(atS: number): Pick<TimelineSecond, "faults"> {
    const { faultsOn, warmupS } = this.#options;
    const fromMs = this.#startMs + (warmupS + atS) * 1000;
    const faults = faultsOn?.between(fromMs, fromMs + 1000) ?? [];
    return faults.length === 0 ? {} : { faults };
  }
}

function phaseOf({ phase, atS }: TimelineSecond, durationS: number): string {
  return atS >= durationS ? "drain" : phase;
}

/** What came of requests, under the second in which they were due: the log of latencies has no room for it. */
function outcomeLines(reported: ReportedSecond): string {
  return reported
    .tallies()
    .map(({ plannedSecond: second, operation, outcomes }) => {
      // By the same name as in the log of latencies, beside which it is read.
      const line: OutcomesLine = { second, operation: hlogTag(operation), outcomes: { ...outcomes } };
      return `${JSON.stringify(line)}\n`;
    })
    .join("");
}

/** Of all agents together; what was seen of each of them alone is in the evidence. */
export const intervalLog = "intervals/fleet.hlog";
const outcomesLog = "intervals/outcomes.ndjson";
/** Of each agent by itself. */
const agentsLog = "intervals/agents.ndjson";
/** Of each node, every few seconds. */
const nodesLog = "intervals/nodes.ndjson";
