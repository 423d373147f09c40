/** Intervals in; timeline, interval logs and ledger out. Everything is on disk as soon as it is known. */
import { hlogHeader, hlogLines } from "../metrics/hlog.ts";
import { Timeline, type TimelineSecond } from "../metrics/timeline.ts";
import { fromMessage } from "../proto/codec.ts";
import type { Farewell, Interval as IntervalMessage } from "../proto/generated/bench.ts";
import { Ledger } from "../verdict/ledger.ts";
import type { Heard } from "./heard.ts";
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
}

export class Collector {
  readonly timeline: Timeline;
  readonly ledger = new Ledger();
  readonly farewells = new Map<number, Farewell>();
  readonly lostAgents = new Map<number, LostAgent>();
  readonly #options: CollectorOptions;
  #startMs = 0;
  #toldS = Number.NEGATIVE_INFINITY;

  constructor(options: CollectorOptions) {
    this.#options = options;
    const { agents, warmupS, durationS } = options;
    this.timeline = new Timeline({ agents, warmupS, durationS });
  }

  started(atMs: number, atEpochMs: number): void {
    this.#startMs = atMs;
    for (let agent = 0; agent < this.#options.agents; agent++) {
      this.#options.record?.appendText(
        logOf(agent),
        hlogHeader(atEpochMs, [`agent ${agent}; latencies stand under the second they were planned in`]),
      );
    }
  }

  interval(agent: number, message: IntervalMessage): void {
    const interval = fromMessage(message);
    this.timeline.add(agent, interval);
    this.#options.record?.appendText(logOf(agent), hlogLines(interval));
    for (const { attempt, booked } of interval.attempts) this.ledger.set(attempt, booked);
    this.#tell();
  }

  farewell(agent: number, farewell: Farewell): void {
    this.farewells.set(agent, farewell);
  }

  lost(agent: number, because: string): void {
    const atS = (this.#options.nowMs() - this.#startMs) / 1000 - this.#options.warmupS;
    this.lostAgents.set(agent, { atS, because });
  }

  /** Every merged second is told once, when all agents have reported it. */
  #tell(): void {
    const seen = this.timeline.latest();
    if (seen === undefined || seen.atS <= this.#toldS) return;
    this.#toldS = seen.atS;
    const { heard, record, label, durationS } = this.#options;
    record?.append("timeline.ndjson", seen);
    heard.second({
      atS: seen.atS,
      phase: label ?? phaseOf(seen, durationS),
      offeredPerS: seen.planned,
      achievedPerS: seen.completed,
      p99Ms: seen.p99Ms,
      inFlight: seen.inFlight,
      leftS: Math.max(0, durationS - seen.atS - 1),
    });
  }
}

function phaseOf({ phase, atS }: TimelineSecond, durationS: number): string {
  return atS >= durationS ? "drain" : phase;
}

const logOf = (agent: number): string => `intervals/agent-${agent}.hlog`;
