/** What the programs of a target count of the requests, calls, statements and look-ups that reach each tier. */
import { sumIn } from "../../chaos/metrics-page.ts";
import { type TrafficCounter, trafficCounters } from "../../metrics/detection.ts";
import type { Component } from "../../targets/target.ts";
import { seriesIn } from "./page-lines.ts";

export type TrafficCounts = Readonly<Partial<Record<TrafficCounter, number>>>;

/** Answers of an application about itself, to us, or between its members; no shopper asked for them. */
const notForShoppers = new Set(["health", "metrics", "audit", "settings", "hot_pages", "session_copies"]);
/** Calls that were meant and not made. */
const notMade = new Set(["crowded", "open", "late"]);

/** By the counters of one node; those that it does not keep are absent. Pure. */
export function trafficIn(page: string, component: Component): TrafficCounts {
  const counts: Partial<Record<TrafficCounter, number>> = {};
  const add = (counter: TrafficCounter, value: number) => {
    counts[counter] = (counts[counter] ?? 0) + value;
  };
  if (component === "shop") {
    for (const { labels, value } of seriesIn(page, "shop_requests_total"))
      if (!notForShoppers.has(labels["operation"] ?? "")) add("requests", value);
    for (const { labels, value } of seriesIn(page, "shop_service_calls_total")) {
      add("meant", value);
      add("tries", notMade.has(labels["outcome"] ?? "") ? 0 : value);
    }
    const retries = sumIn(page, "shop_service_retries_total");
    if (counts.tries !== undefined) add("tries", retries);
    for (const { labels, value } of seriesIn(page, "shop_cache_reads_total"))
      if (labels["level"] === "shared") add("cacheReads", value);
  }
  if (component === "service")
    for (const { value } of seriesIn(page, "shop_service_answers_total")) add("served", value);
  for (const { value } of seriesIn(page, "shop_statements_total")) add("statements", value);
  return counts;
}

/**
 * Adds up over nodes and over their lives: one that was started again counts from nothing, and what it had counted up to
 * the last look before its end stays. What it counted after that look is lost.
 */
export class TrafficSum {
  readonly #first = new Map<string, TrafficCounts>();
  readonly #last = new Map<string, TrafficCounts>();
  readonly #before = new Map<string, TrafficCounts>();

  add(node: string, counts: TrafficCounts): void {
    const last = this.#last.get(node);
    if (last === undefined) this.#first.set(node, counts);
    else if (hasRestarted(last, counts)) this.#before.set(node, plus(this.#before.get(node) ?? {}, last, 1));
    this.#last.set(node, counts);
  }

  /** Since the first look at each node. */
  totals(): TrafficCounts {
    let sum: TrafficCounts = {};
    for (const [node, last] of this.#last) {
      sum = plus(sum, last, 1);
      sum = plus(sum, this.#before.get(node) ?? {}, 1);
      sum = plus(sum, this.#first.get(node) ?? {}, -1);
    }
    return sum;
  }
}

/** No counter ever decreases in one life. */
const hasRestarted = (last: TrafficCounts, now: TrafficCounts): boolean =>
  trafficCounters.some((counter) => (now[counter] ?? 0) < (last[counter] ?? 0));

function plus(one: TrafficCounts, other: TrafficCounts, sign: 1 | -1): TrafficCounts {
  const sum: Partial<Record<TrafficCounter, number>> = { ...one };
  for (const counter of trafficCounters) {
    const more = other[counter];
    if (more !== undefined) sum[counter] = (sum[counter] ?? 0) + sign * more;
  }
  return sum;
}
