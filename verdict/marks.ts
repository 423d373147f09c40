/** Which seconds of a run are marked, and why: seconds in which our instrument was not well. */
import type { SecondHealth } from "../metrics/second-health.ts";
import type { Evidence } from "./evidence.ts";
import { instrumentLimits, isPressureTelling, latenessLimitMs } from "./instrument-limits.ts";

/** In the order they are told. */
export const marks = [
  "unreported",
  "slip",
  "event-loop",
  "stall",
  "gc",
  "agent-cpu",
  "throttled",
  "steal",
  "host-pressure",
] as const;

export type Mark = (typeof marks)[number];

/** One reason; an unreported second has no figures. */
export interface Marking {
  readonly mark: Mark;
  readonly observed?: number;
  readonly limit?: number;
  readonly unit?: string;
}

export interface MarkedSecond {
  /** Seconds since the start of the measured part. */
  readonly atS: number;
  /** At least one. */
  readonly marks: readonly Marking[];
}

/** Those of one second that a whole run does not have; the others are the same as for a whole run. */
export const markLimits = {
  ...instrumentLimits,
  gcFloorMs: {
    value: 10,
    unit: "ms in one collection",
    source:
      "arithmetic: a shorter pause is in the way of less than 1 % of a second, which is what makes its p99",
  },
  throttledFloorMs: {
    value: 10,
    unit: "ms held back in one second, all CPUs",
    source: "arithmetic: less is less than 1 % of a second, which is what makes its p99",
  },
} as const;

/**
 * Seconds of the measured part in which a figure was above its limit, or of which no agent reported anything. What is
 * unknown marks nothing.
 */
export function markedSeconds(evidence: Evidence): readonly MarkedSecond[] {
  const rules = rulesFor(evidence);
  return evidence.timeline.flatMap(({ atS, health }) => {
    const found = health === undefined ? [{ mark: "unreported" } as const] : markingsOf(health, rules);
    return found.length === 0 ? [] : [{ atS, marks: found }];
  });
}

interface Rule {
  readonly limit: number;
  readonly unit: string;
  observed(health: SecondHealth): number | undefined;
}

type Rules = Readonly<Record<Exclude<Mark, "unreported">, Rule>>;

function rulesFor(evidence: Evidence): Rules {
  const lateMs = (floor: { readonly value: number }) => latenessLimitMs(evidence, floor.value);
  const isTelling = isPressureTelling(evidence);
  return {
    slip: { limit: lateMs(markLimits.slipFloorMs), unit: "ms", observed: (health) => health.slipP99Ms },
    "event-loop": {
      limit: lateMs(markLimits.eventLoopFloorMs),
      unit: "ms",
      observed: (health) => health.eventLoopDelayP99Ms,
    },
    stall: { limit: markLimits.stallFloorMs.value, unit: "ms", observed: (health) => health.stalledMs },
    gc: { limit: lateMs(markLimits.gcFloorMs), unit: "ms", observed: (health) => health.gcPauseMs },
    "agent-cpu": {
      limit: markLimits.agentCpuRatio.value,
      unit: "ratio",
      observed: (health) => health.agentCpuRatio,
    },
    throttled: {
      limit: lateMs(markLimits.throttledFloorMs),
      unit: "ms",
      observed: (health) => health.throttledMs,
    },
    steal: { limit: markLimits.stealRatio.value, unit: "ratio", observed: (health) => health.stealRatio },
    "host-pressure": {
      limit: markLimits.hostPressureRatio.value,
      unit: "ratio",
      observed: (health) => (isTelling ? health.cpuSomeRatio : undefined),
    },
  };
}

function markingsOf(health: SecondHealth, rules: Rules): readonly Marking[] {
  return marks.flatMap((mark) => {
    if (mark === "unreported") return [];
    const { limit, unit, observed: observe } = rules[mark];
    const observed = observe(health);
    return observed !== undefined && observed > limit ? [{ mark, observed, limit, unit }] : [];
  });
}

/**
 * The seconds, as `atS`, that must be left out to be rid of what the marked ones did. Our lateness is noted in the
 * second it ends in, and the requests it held back were planned before and are sent at once after it; so a mark reaches
 * one second to either side, and as many as the lateness itself was long.
 */
export function shadowOf(evidence: Evidence, marked: readonly MarkedSecond[]): ReadonlySet<number> {
  const healthAt = new Map(evidence.timeline.map(({ atS, health }) => [atS, health]));
  const shadow = new Set<number>();
  for (const { atS } of marked) {
    const reachS = Math.max(1, Math.ceil(longestLatenessMs(healthAt.get(atS)) / 1000));
    for (let second = atS - reachS; second <= atS + reachS; second++) {
      if (healthAt.has(second)) shadow.add(second);
    }
  }
  return shadow;
}

function longestLatenessMs(health: SecondHealth | undefined): number {
  if (health === undefined) return 0;
  const { slipP99Ms, eventLoopDelayP99Ms, stalledMs, gcPauseMs } = health;
  return Math.max(slipP99Ms, eventLoopDelayP99Ms, stalledMs, gcPauseMs);
}
