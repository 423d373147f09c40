/** What an order worker counts, for Prometheus and for whoever asks it. */
import { Counter, Gauge, type Registry } from "prom-client";
import type { WorkerObserver } from "./order-worker.ts";
import type { Written } from "./order-writer.ts";
import type { QueueSeen } from "./queue-seen.ts";

/** Since the worker was started. */
export interface Ends {
  readonly written: number;
  readonly again: number;
  readonly withdrawn: number;
  readonly putAside: number;
  /** Deliveries of what had been delivered before. */
  readonly redelivered: number;
}

export class WorkerMetrics implements WorkerObserver {
  readonly #deliveries: Counter<"delivery">;
  readonly #ends: Counter<"end">;
  #seen: Ends = { written: 0, again: 0, withdrawn: 0, putAside: 0, redelivered: 0 };

  /** `queue` looks at the whole queue: undefined while it is not connected. */
  constructor(registry: Registry, queue: () => Promise<QueueSeen> | undefined, inFlight: () => number) {
    const registers = [registry];
    this.#deliveries = new Counter({
      name: "shop_queue_deliveries_total",
      help: "Promises delivered to this worker; again: those delivered before, to it or to another.",
      labelNames: ["delivery"],
      registers,
    });
    this.#ends = new Counter({
      name: "shop_queue_ended_total",
      help: "What became of promises: written, again (it was written before), withdrawn, or dead (put aside).",
      labelNames: ["end"],
      registers,
    });
    new Gauge({
      name: "shop_queue_in_flight",
      help: "Promises this worker has in hand.",
      registers,
      collect() {
        this.set(inFlight());
      },
    });
    const shown = [
      ["shop_queue_depth", "Promises that are not written yet.", ({ depth }: QueueSeen) => depth],
      [
        "shop_queue_oldest_seconds",
        "Age of the oldest promise that is not written.",
        (seen: QueueSeen) => seen.oldestMs / 1_000,
      ],
      ["shop_queue_dead", "Promises that were put aside.", ({ dead }: QueueSeen) => dead],
    ] as const;
    for (const [name, help, read] of shown) {
      new Gauge({
        ...{ name, help, registers },
        async collect() {
          const seen = await queue()?.catch(() => undefined);
          // Nothing is better than an old figure.
          if (seen) this.set(read(seen));
          else this.reset();
        },
      });
    }
  }

  get ends(): Ends {
    return this.#seen;
  }

  delivered(isAgain: boolean): void {
    this.#deliveries.inc({ delivery: isAgain ? "again" : "first" });
    if (isAgain) this.#seen = { ...this.#seen, redelivered: this.#seen.redelivered + 1 };
  }

  ended(how: Written | "dead"): void {
    this.#ends.inc({ end: how });
    const key = how === "dead" ? "putAside" : how;
    this.#seen = { ...this.#seen, [key]: this.#seen[key] + 1 };
  }
}
