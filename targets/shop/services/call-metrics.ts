/** What an application counts of the calls it makes, for Prometheus. */
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { BreakerState } from "./circuit-breaker.ts";
import type { CallOutcome, CallWatcher } from "./governed-calls.ts";

/** Seconds. A millisecond is a call between two processes that have nothing else to do; two seconds are the time of a request. */
const BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
/** They say nothing of how long the service takes. */
const refusals: ReadonlySet<CallOutcome> = new Set(["crowded", "open", "late", "full"]);

export class CallMetrics {
  readonly #calls: Counter<"service" | "method" | "outcome">;
  readonly #seconds: Histogram<"service">;
  readonly #retries: Counter<"service">;
  readonly #leftOut: Counter<"part">;
  readonly #breakers = new Map<string, () => Iterable<readonly [member: string, state: BreakerState]>>();

  constructor(registry: Registry) {
    const registers = [registry];
    this.#calls = new Counter({
      name: "shop_service_calls_total",
      help: "Calls to services: answered, undone, unknown; full (there was no room for it); or not made: crowded (too many in hand), open (breaker), late (no time left).",
      labelNames: ["service", "method", "outcome"],
      registers,
    });
    this.#seconds = new Histogram({
      name: "shop_service_call_seconds",
      help: "From asking a service to its answer, further tries included; without the calls that were not made, or found no room.",
      labelNames: ["service"],
      buckets: BUCKETS_S,
      registers,
    });
    this.#retries = new Counter({
      name: "shop_service_retries_total",
      help: "Further tries of calls that failed.",
      labelNames: ["service"],
      registers,
    });
    this.#leftOut = new Counter({
      name: "shop_parts_left_out_total",
      help: "Answers given without a part whose service did not answer.",
      labelNames: ["part"],
      registers,
    });
    const breakers = this.#breakers;
    new Gauge({
      name: "shop_service_breaker",
      help: "Members of services that are left alone: 1 open, 0.5 being tried, 0 closed.",
      labelNames: ["service", "member"],
      registers,
      collect() {
        for (const [service, read] of breakers) {
          for (const [member, state] of read()) this.set({ service, member }, numberOf(state));
        }
      },
    });
  }

  watcher(service: string): CallWatcher {
    const counted = new Map<string, Counter.Internal>();
    const timed = this.#seconds.labels(service);
    this.#retries.inc({ service }, 0);
    return {
      outcome: (method, outcome, seconds) => {
        const key = `${method} ${outcome}`;
        let counter = counted.get(key);
        if (!counter) counted.set(key, (counter = this.#calls.labels(service, method, outcome)));
        counter.inc();
        if (!refusals.has(outcome)) timed.observe(seconds);
      },
      retried: () => this.#retries.inc({ service }),
    };
  }

  leftOut(part: string): void {
    this.#leftOut.inc({ part });
  }

  /** Shows at every scrape which members of the service are left alone. */
  breakers(service: string, read: () => Iterable<readonly [member: string, state: BreakerState]>): void {
    this.#breakers.set(service, read);
  }
}

function numberOf(state: BreakerState): number {
  switch (state) {
    case "closed":
      return 0;
    case "trying":
      return 0.5;
    case "open":
      return 1;
    default:
      return state satisfies never;
  }
}
