/** What the node counts about itself, for Prometheus. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { PoolGauges } from "./data/database.ts";

/** Seconds. Half a millisecond is a page from memory; above a second is a time-out of something. */
const LATENCY_BUCKETS_S = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

export class Metrics {
  readonly registry = new Registry();
  readonly #requests: Counter<"operation" | "status">;
  readonly #seconds: Histogram<"operation">;
  readonly #cacheReads: Counter<"level" | "result">;
  readonly #statements: Counter<"database" | "statement">;
  readonly #engineSearches: Counter<"outcome">;
  /** Children by label values: looking them up by object costs more than counting. */
  readonly #requestsOf = new Map<string, Counter.Internal>();
  readonly #secondsOf = new Map<string, Histogram.Internal<"operation">>();
  readonly #cacheReadsOf = new Map<string, Counter.Internal>();
  readonly #statementsOf = new Map<string, Counter.Internal>();

  constructor(node: string) {
    const registers = [this.registry];
    this.registry.setDefaultLabels({ node });
    collectDefaultMetrics({ register: this.registry });
    this.#requests = new Counter({
      name: "shop_requests_total",
      help: "Requests answered.",
      labelNames: ["operation", "status"],
      registers,
    });
    this.#seconds = new Histogram({
      name: "shop_request_seconds",
      help: "From the request's head to its answer being handed to the socket.",
      labelNames: ["operation"],
      buckets: LATENCY_BUCKETS_S,
      registers,
    });
    this.#cacheReads = new Counter({
      name: "shop_cache_reads_total",
      help: "Cache look-ups: hit, absent (known not to exist) or miss.",
      labelNames: ["level", "result"],
      registers,
    });
    this.#statements = new Counter({
      name: "shop_statements_total",
      help: "Statements sent to a database, by name.",
      labelNames: ["database", "statement"],
      registers,
    });
    this.#engineSearches = new Counter({
      name: "shop_engine_searches_total",
      help: "Searches of the engine: found, failed, or not asked because it rests or has enough in hand.",
      labelNames: ["outcome"],
      registers,
    });
  }

  engineSearch(outcome: string): void {
    this.#engineSearches.inc({ outcome });
  }

  request(operation: string, status: number, seconds: number): void {
    const key = `${operation} ${status}`;
    let counter = this.#requestsOf.get(key);
    if (!counter) this.#requestsOf.set(key, (counter = this.#requests.labels(operation, String(status))));
    counter.inc();
    let histogram = this.#secondsOf.get(operation);
    if (!histogram) this.#secondsOf.set(operation, (histogram = this.#seconds.labels(operation)));
    histogram.observe(seconds);
  }

  cacheRead(level: string, result: string): void {
    const key = `${level} ${result}`;
    let counter = this.#cacheReadsOf.get(key);
    if (!counter) this.#cacheReadsOf.set(key, (counter = this.#cacheReads.labels(level, result)));
    counter.inc();
  }

  statement(database: string, statement: string): void {
    const key = `${database} ${statement}`;
    let counter = this.#statementsOf.get(key);
    if (!counter) this.#statementsOf.set(key, (counter = this.#statements.labels(database, statement)));
    counter.inc();
  }

  /** Shows `read()` at every scrape. */
  inFlight(read: () => number): void {
    new Gauge({
      name: "shop_requests_in_flight",
      help: "Requests in hand.",
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }

  /** Shows at every scrape which settings are in force, and whether the centre would tell of a change. */
  settings(centre: {
    readonly inForce: { readonly version: number } | undefined;
    readonly isConnected: boolean;
    readonly changes: number;
  }): void {
    const registers = [this.registry];
    const shown = [
      [
        "shop_settings_version",
        "Version of the settings in force; -1: none.",
        () => centre.inForce?.version ?? -1,
      ],
      ["shop_settings_changes", "Changes of settings seen since the start.", () => centre.changes],
      ["shop_config_centre_connected", "Whether the centre is there.", () => Number(centre.isConnected)],
    ] as const;
    for (const [name, help, read] of shown) {
      new Gauge({
        ...{ name, help, registers },
        collect() {
          this.set(read());
        },
      });
    }
  }

  /** Shows every pool's connections at every scrape; `waiting` are requests in line for one. */
  pools(read: () => Iterable<readonly [database: string, gauges: PoolGauges]>): void {
    new Gauge({
      name: "shop_pool_connections",
      help: "Database connections by state; waiting: requests in line for one.",
      labelNames: ["database", "state"],
      registers: [this.registry],
      collect() {
        for (const [database, { total, idle, waiting }] of read()) {
          this.set({ database, state: "used" }, total - idle);
          this.set({ database, state: "idle" }, idle);
          this.set({ database, state: "waiting" }, waiting);
        }
      },
    });
  }
}
