/** What one operation, or all of them together, came to: outcomes counted, latencies merged. */
import type { LatencyDelta } from "./interval.ts";
import { Latency } from "./latency.ts";
import { addOutcomes } from "./merge.ts";
import type { Outcome } from "./outcome.ts";
import { type PercentilesMs, percentilesMs } from "./percentiles.ts";

export interface OperationTotals {
  readonly count: number;
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
  readonly responseMs: PercentilesMs;
  readonly serviceMs: PercentilesMs;
}

/** Release it when it is not needed any more. */
export class OperationSum {
  readonly #outcomes: Partial<Record<Outcome, number>> = {};
  readonly #response = Latency.blank();
  readonly #service = Latency.blank();

  add(more: LatencyDelta["outcomes"], response: Latency, service: Latency): void {
    addOutcomes(this.#outcomes, more);
    this.#response.add(response);
    this.#service.add(service);
  }

  totals(): OperationTotals {
    return {
      count: this.#response.count,
      outcomes: { ...this.#outcomes },
      responseMs: percentilesMs(this.#response),
      serviceMs: percentilesMs(this.#service),
    };
  }

  release(): void {
    this.#response.release();
    this.#service.release();
  }
}
