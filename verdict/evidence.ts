/**
 * Everything seen in one run, as it stands in the run folder. Judging needs nothing else:
 * `plan.json`, `evidence.json`, `intervals/fleet.hlog`, `ledger.bin`, `found.bin`.
 */

import type { Watched } from "../metrics/detection.ts";
import type { FaultSeen } from "../metrics/fault-seen.ts";
import type { Guarantee, LooksSeen } from "../metrics/guarantee.ts";
import type { Outcome } from "../metrics/outcome.ts";
import type { SettledSecond } from "../metrics/timeline-second.ts";
import type { Claim } from "../targets/claim.ts";
import type { StockBook } from "../targets/running-target.ts";
import type { RecoveryObjective } from "./recovery/objective.ts";

export interface Evidence {
  readonly schemaVersion: 1;
  readonly runId: string;
  readonly scenario: string;
  readonly target: string;
  readonly seed: number;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly plan: JudgedPlan;
  /** Measured part only: warm-up and exercise are excluded here, but their attempts are in the books. */
  readonly load: LoadSeen;
  readonly operations: Readonly<Record<string, OperationSeen>>;
  /** All operations together. */
  readonly overall: OperationSeen;
  /** One entry per second of the measured part. */
  readonly timeline: readonly SettledSecond[];
  readonly instrument: InstrumentSeen;
  /** What `bench calibrate` last said of the instrument. Absent: it was never asked. */
  readonly certificate?: CertificateSeen;
  readonly agents: readonly AgentSeen[];
  readonly nodes: readonly NodeSeen[];
  readonly targetSeen: TargetSeen;
  /** What was done to the target on purpose, and what became of it. Absent: nothing was. */
  readonly faults?: readonly FaultSeen[];
  /** What the target said of itself meanwhile. Absent: nothing was done to it, or nobody listened. */
  readonly watched?: Watched;
  /**
   * What shoppers found of what they may rely on, by guarantee, from the start of the measured part to the last answer. One
   * that the scenario promises to look at is there even when nobody could; absent: nobody looked at anything.
   */
  readonly consistency?: Readonly<Partial<Record<Guarantee, LooksSeen>>>;
  /** Absent when the target keeps no books we can read. */
  readonly correctness?: CorrectnessSeen;
  /** What shoppers were shown when all was quiet, beside what the database held. Absent: nobody looked. */
  readonly pages?: PagesSeen;
  /** How the run came to its end. */
  readonly ending: Ending;
  /** What the agents and the controller want people to know, one sentence each; it decides nothing. */
  readonly notes: readonly string[];
  /** Paths relative to the run folder, by name. */
  readonly artifacts: Readonly<Record<string, string>>;
}

/** The part of the plan that judging needs. */
export interface JudgedPlan {
  /** Arrivals per second at the peak of the load. */
  readonly ratePerS: number;
  /** Arrivals per second over the whole measured part, by the load's curve. Absent: closed, nobody knows. */
  readonly meanPerS?: number;
  readonly durationS: number;
  readonly warmupS: number;
  readonly agents: number;
  /** Arrivals the load model owes over the measured part, all agents. */
  readonly arrivals: number;
  readonly strategy?: string;
  /** What a stage was chosen to be, every variant by name. Absent: not a stage. */
  readonly variants?: Readonly<Record<string, string>>;
  /** Those that are not as usual, as words: `shops=3`. */
  readonly unusual?: readonly string[];
  /** The limits held against this run; the target's claim for the scenario, or the user's. Absent: nothing claimed. */
  readonly claim?: Claim;
  readonly openOrClosed: "open" | "closed";
  /** Longest wait for one answer. */
  readonly requestTimeoutMs?: number;
  /** A good answer that took longer is not counted as good in the tenths of seconds. Absent: there are none. */
  readonly goodWithinMs?: number;
  /** How soon the target has to be well again after each fault. Absent: nobody asked. */
  readonly recover?: readonly RecoveryObjective[];
}

export interface LoadSeen {
  readonly planned: number;
  readonly fired: number;
  readonly completed: number;
  readonly failed: number;
  readonly dropped: number;
  readonly inFlightAtEnd: number;
  readonly offeredPerS: number;
  readonly completedPerS: number;
}

export interface Percentiles {
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

export interface OperationSeen {
  readonly count: number;
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
  readonly responseMs: Percentiles;
  readonly serviceMs: Percentiles;
}

export interface InstrumentSeen {
  readonly slipMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly connectionWaitMs: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Highest CPU of any agent over the measured part, 1 = one core. */
  readonly agentCpuRatio: number;
  /** How much of it was waiting awake for the next arrival, of the agent that did so most. */
  readonly spunRatio: number;
  readonly eventLoopDelayMs: { readonly p99: number; readonly max: number };
  readonly stalledMs: number;
  readonly gcRatio: number;
  /** Pressure of the host over the measured part: PSI "some" share of CPU time waited, steal share, 0-1. */
  readonly hostPressure: {
    readonly cpuSomeRatio?: number;
    readonly stealRatio?: number;
    /** Share of all CPU time in which a CPU had something to do, whoever for. */
    readonly cpuBusyRatio?: number;
    /** How long a core without work stays awake and looks for some, in ms; see controller/idle-cores.ts. */
    readonly haltPollMs?: number;
  };
  /** Intervals that should have come and did not, all agents. */
  readonly lostIntervals: number;
  /** Seconds in which the conservation identity did not hold, as sentences. */
  readonly identityBreaks: readonly string[];
}

export interface CertificateSeen {
  /** ISO 8601. */
  readonly date: string;
  /** Requests per second up to which one agent was on time. */
  readonly maxRatePerAgentPerS: number;
  /** It was made by the same build with the same sender on the same machine, and every check held. */
  readonly isForThisHost: boolean;
  readonly path: string;
}

export interface AgentSeen {
  readonly id: string;
  readonly planned: number;
  readonly fired: number;
  readonly completed: number;
  readonly clockOffsetMs: number;
  readonly clockErrorMs: number;
  /** Why it left early, when it did. */
  readonly lost?: { readonly atS: number; readonly because: string; readonly lastWords: string };
}

export interface NodeSeen {
  readonly name: string;
  readonly tier: string;
  readonly zone?: string;
  /** Nodes that name the same machine live under the sum of their budgets, so one may use more than its own. */
  readonly machine?: string;
  readonly cpuBudgetMillicores: number;
  /** Share of its budget used over the measured part; of one core when there is no budget. */
  readonly cpuUsedRatio: number;
  /** Share of scheduler periods in which it was held back; the kernel counts only periods with something to run. */
  readonly throttledRatio: number;
  /** That reached it over the measured part, by its own count; absent where it counts none, or was started anew meanwhile. */
  readonly requests?: number;
}

export interface TargetSeen {
  readonly launcher: string;
  readonly startUpS: Readonly<Record<string, number>>;
  readonly budgets: { readonly mechanism: string; readonly because?: string };
  readonly standIns: readonly string[];
  /** Nodes that died without being asked to. */
  readonly deaths: readonly {
    readonly node: string;
    readonly atS: number;
    readonly because: string;
    readonly lastLines: readonly string[];
  }[];
}

/** Counted from ledger and final read; see verdict/ledger.ts. */
export interface CorrectnessSeen {
  readonly stocks: readonly StockBook[];
  readonly perUserLimit: number;
  /** Whether the final read of the orders was complete. */
  readonly isComplete: boolean;
  readonly because?: string;
  /** (user, sale) pairs above the limit, and by how many units in all. */
  readonly limitBreaks: { readonly users: number; readonly units: number };
  /** Orders whose key carries our tag but a number we never planned. */
  readonly foreignOrders: number;
}

/** Pages of the items that are asked for most, after a run in which items were changed and something was broken. */
export interface PagesSeen {
  /** Those that were answered. */
  readonly checked: number;
  /** Those that did not show what the database held, at first and at the last look. */
  readonly differedAtFirst: number;
  readonly stale: number;
  /** From the first look to the last one. */
  readonly watchedS: number;
  /** A few of the items that stayed wrong. */
  readonly examples: readonly number[];
}

export interface Ending {
  readonly status: "complete" | "interrupted" | "agents-lost" | "target-died" | "failed";
  /** One sentence. */
  readonly because: string;
  /** Seconds of the measured part that were really driven. */
  readonly measuredS: number;
}
