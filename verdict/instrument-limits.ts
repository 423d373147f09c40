/** What the instrument may take from what it measures, over a whole run as in each second of it. */
import type { Evidence } from "./evidence.ts";

export const instrumentLimits = {
  latenessOfClaimRatio: {
    value: 0.1,
    unit: "ratio of the claimed p99",
    source:
      "judgement: our own lateness is inside the response time, and may take a tenth of what it is held against",
  },
  slipFloorMs: {
    value: 5,
    unit: "ms at the 99th percentile",
    source:
      "judgement: below this a tail claim of 50 ms or less is not shaped by us; timers alone are late by 1 ms",
  },
  eventLoopFloorMs: {
    value: 10,
    unit: "ms at the 99th percentile",
    source: "the period of the probe: it says nothing about less",
  },
  agentCpuRatio: {
    value: 0.9,
    unit: "of one core",
    source: "Locust warns of its own workers above 90 % CPU",
  },
  stallFloorMs: { value: 100, unit: "ms", source: "default threshold of Hyperfoil's jitter watchdog" },
  stealRatio: {
    value: 0.1,
    unit: "of CPU time",
    source: "judgement: as much as one tenth of the ruler was taken away",
  },
  haltPollMs: {
    value: 5,
    unit: "ms awake",
    source:
      "measured, docs/own-health.md: timers of 5 ms were as late with 2 ms as with none, and less with 5 ms",
  },
  hostPressureRatio: {
    value: 0.9,
    unit: "of the time",
    source:
      "judgement, and only without CPU budgets: tasks held back by a budget count as waiting in the kernel's pressure figures",
  },
} as const;

/**
 * Above this share of all CPU time nobody can tell the target from the machine. Judgement, as for the agents:
 * docs/capacity.md.
 */
export const hostFullRatio = 0.95;

/** A tenth of the claimed p99, and never less than `floorMs`. */
export function latenessLimitMs({ plan }: Evidence, floorMs: number): number {
  return Math.max(floorMs, (plan.claim?.p99Ms ?? 0) * instrumentLimits.latenessOfClaimRatio.value);
}

/** Where tasks are held back by budgets on purpose, their waiting says nothing about the host. */
export function isPressureTelling({ targetSeen }: Evidence): boolean {
  return targetSeen.budgets.mechanism === "none";
}
