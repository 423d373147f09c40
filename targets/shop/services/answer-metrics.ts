/** What a service counts of the calls it answers, for Prometheus. */
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { AnswerOutcome } from "./answering.ts";

/** Seconds. Half a millisecond is an answer from memory; above a second is a time-out of something. */
const BUCKETS_S = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

export class AnswerMetrics {
  readonly #answers: Counter<"method" | "outcome">;
  readonly #seconds: Histogram<"method">;

  constructor(registry: Registry, inFlight: () => number) {
    const registers = [registry];
    this.#answers = new Counter({
      name: "shop_service_answers_total",
      help: "Calls answered: done, undone, unknown; or refused: full (too many in hand), over-rate (too many of one caller), late (who asked has given up).",
      labelNames: ["method", "outcome"],
      registers,
    });
    this.#seconds = new Histogram({
      name: "shop_service_seconds",
      help: "From a call being read to its answer being written.",
      labelNames: ["method"],
      buckets: BUCKETS_S,
      registers,
    });
    new Gauge({
      name: "shop_service_calls_in_flight",
      help: "Calls in hand.",
      registers,
      collect() {
        this.set(inFlight());
      },
    });
  }

  answered(method: string, outcome: AnswerOutcome, seconds: number): void {
    this.#answers.inc({ method, outcome });
    const isBegun = outcome === "done" || outcome === "undone" || outcome === "unknown";
    if (isBegun) this.#seconds.observe({ method }, seconds);
  }
}
