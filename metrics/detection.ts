/** What a target noticed by itself of nodes in trouble, and what reached each of its tiers, on the clock of the run. */

export const detectionSources = [
  "health-check",
  "failed-tries",
  "vrrp",
  "breaker",
  "connection",
  "replication",
  "log",
  "orchestrator",
] as const;

/**
 * *health-check*: a balancer asks its backends by itself; *failed-tries*: a proxy leaves out whoever failed too often;
 * *vrrp*: a node takes over an address; *breaker*: a caller leaves a member alone; *connection*: a gauge of being
 * connected; *replication*: a replica misses the one it follows; *log*: a program's own line about somebody it needs;
 * *orchestrator*: somebody who starts again what has ended.
 */
export type DetectionSource = (typeof detectionSources)[number];

/** A node that would say so if one of those it watches were in trouble. */
export interface Detector {
  readonly by: string;
  readonly source: DetectionSource;
  /** Names of nodes. */
  readonly about: readonly string[];
}

export interface Detection extends Detector {
  /** Seconds since the start of the measured part; when we read it, a fraction of a second after it was said. */
  readonly atS: number;
  /** All is well with them again. */
  readonly isBack: boolean;
  /** In its own words. */
  readonly says: string;
}

export const trafficCounters = ["requests", "meant", "tries", "served", "statements", "cacheReads"] as const;

/**
 * Counters of the target's own programs. *requests*: answered by applications; *meant*: calls to services that
 * applications meant to make; *tries*: those that were made, further tries included; *served*: calls that services
 * answered; *statements*: sent to databases; *cacheReads*: looks into the shared cache.
 */
export type TrafficCounter = (typeof trafficCounters)[number];

/** Counted since the watching began, over all nodes; a counter that nobody keeps is absent. */
export interface TrafficSample {
  readonly atS: number;
  readonly counts: Readonly<Partial<Record<TrafficCounter, number>>>;
}

/** What was read of the target's own signals in one run with faults. */
export interface Watched {
  readonly detectors: readonly Detector[];
  /** In the order they were read. */
  readonly detections: readonly Detection[];
  readonly traffic: readonly TrafficSample[];
}
