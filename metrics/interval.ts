/**
 * What one agent saw in one second of one drive. Three clocks: *planned* (the schedule wanted it), *fired* (handed to
 * the socket), *completed* (last byte). Offered counts by planned second, throughput by completed second, latency by
 * planned second. Histograms are in the form of `Latency.pack`.
 */
import type { Looks } from "./guarantee.ts";
import type { HostPressure } from "./host-pressure.ts";
import type { Outcome } from "./outcome.ts";
import type { TenthsDelta } from "./tenths.ts";
import type { Throttling } from "./throttling.ts";

export interface Interval {
  /** Number of the drive (one stretch of load); starts at 0. */
  readonly drive: number;
  /** 0, 1, 2, ... per agent and drive, without holes; also the second since the drive's start that it covers. */
  readonly second: number;
  readonly counts: Counts;
  /** Latencies that became known in this second, one entry per (planned second, operation). */
  readonly latencies: readonly LatencyDelta[];
  readonly health: AgentHealth;
  /** Attempts settled in this second. */
  readonly attempts: readonly AttemptOutcome[];
  /** Looks at what shoppers may rely on, by the second of the answer; absent: there were none. */
  readonly looks?: readonly Looks[];
  readonly phase: string;
  /** What became known in this second, by planned second. Absent: it was not asked for, or there is nothing. */
  readonly tenths?: readonly TenthsDelta[];
}

/** In this second: planned = fired + dropped + (planned but not fired yet); at the end of a drive the last is 0. */
export interface Counts {
  /** Arrivals and journey steps whose planned instant lies in this second. */
  readonly planned: number;
  /** Handed to a socket; a request whose connection was refused counts as fired when it failed. */
  readonly fired: number;
  /** Complete answers, good or bad. */
  readonly completed: number;
  /** No complete answer: time-outs and disconnections. */
  readonly failed: number;
  /** Planned and never handed to a socket, for example because `maxInFlight` was reached. */
  readonly dropped: number;
  /** Fired and not answered yet, at the end of the second. */
  readonly inFlight: number;
  /** Planned, not fired, not dropped (waiting for a connection), at the end of the second. */
  readonly waiting: number;
}

export interface LatencyDelta {
  readonly plannedSecond: number;
  readonly operation: string;
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
  /** Packed histogram, microseconds: completed - planned. Failed requests are in it too, at their full wait. */
  readonly response: Uint8Array;
  /** Packed histogram, microseconds: completed - fired. Requests whose connection was never made are not in it. */
  readonly service: Uint8Array;
}

export interface AgentHealth {
  /**
   * Packed histogram, microseconds: fired - planned, less the wait for a connection below. It is our own
   * lateness, so that a target that holds every connection does not look like a sick instrument.
   */
  readonly slip: Uint8Array;
  /** Packed histogram, microseconds: time a due request waited for a connection, connecting included. */
  readonly connectionWait: Uint8Array;
  /** Packed histogram, microseconds: lateness of an independent 10 ms timer of this agent. */
  readonly eventLoopDelay: Uint8Array;
  /** CPU seconds used per second by the agent process, 1 = one core. */
  readonly cpuRatio: number;
  /** Milliseconds spent turning the loop for an arrival that was near: CPU that is in `cpuRatio` and did no work. */
  readonly spunMs: number;
  /** Milliseconds of garbage collection in this second. */
  readonly gcMs: number;
  /** The longest single collection in it, milliseconds: for that long nothing was sent or read. */
  readonly gcLongestMs: number;
  /** Longest time the watchdog thread saw the main loop without a heartbeat, milliseconds. */
  readonly stalledMs: number;
  /** How much the agent's cgroup, or the worst of those above it, held it back. Absent: nobody knows. */
  readonly throttling?: Throttling;
  /** Of the agent's own host; what its kernel does not tell is absent. */
  readonly pressure: HostPressure;
}

export interface AttemptOutcome {
  readonly attempt: number;
  readonly booked: "accepted" | "rejected" | "indeterminate" | "never-sent";
}
