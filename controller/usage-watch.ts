/** Looks every few seconds at what the nodes of a target have used, while a drive goes on. */
import type { Clock } from "../base/clock.ts";
import type { NodeUsed } from "../metrics/series/tell-gauges.ts";
import type { BudgetReport, NodeUsage, RunningTarget } from "../targets/running-target.ts";
import { usageBetween } from "./usage-between.ts";

/** As often as a Prometheus that is set up for it asks; a look reads one or two files of each node. */
export const usageEveryMs = 5_000;

export interface UsageWatchOptions {
  readonly target: Pick<RunningTarget, "nodes" | "usage">;
  readonly budgets: Pick<BudgetReport, "mechanism">;
  readonly clock: Clock;
  /** @param second of the drive, the last that is over at the look */
  told(second: number, used: readonly NodeUsed[]): void;
}

export class UsageWatch {
  readonly #options: UsageWatchOptions;
  #last: { readonly atMs: number; readonly usage: readonly NodeUsage[] } | undefined;
  #startMs = 0;
  #cancel: (() => void) | undefined;
  #isOver = false;

  constructor(options: UsageWatchOptions) {
    this.#options = options;
  }

  start(startMs: number): void {
    if (this.#options.target.nodes.length === 0) return;
    this.#startMs = startMs;
    this.#next(Math.max(0, startMs - this.#options.clock.nowMs()));
  }

  close(): void {
    this.#isOver = true;
    this.#cancel?.();
  }

  #next(inMs: number): void {
    if (!this.#isOver) this.#cancel = this.#options.clock.after(inMs, () => void this.#look());
  }

  /** One that cannot be taken is left out: the next tells of the time since the last that could. */
  async #look(): Promise<void> {
    const { target, budgets, clock, told } = this.#options;
    const usage = await target.usage().catch(() => undefined);
    if (this.#isOver) return;
    const atMs = clock.nowMs();
    if (usage !== undefined) {
      const from = this.#last;
      this.#last = { atMs, usage };
      if (from !== undefined) {
        const span = { from: from.usage, to: usage, spanS: (atMs - from.atMs) / 1000 };
        const between = usageBetween(target.nodes, span, budgets);
        const second = Math.max(0, Math.floor((atMs - this.#startMs) / 1000) - 1);
        told(
          second,
          target.nodes.map(({ name, tier }) => ({ node: name, tier, ...between.get(name)! })),
        );
      }
    }
    const inMs = usageEveryMs - ((((atMs - this.#startMs) % usageEveryMs) + usageEveryMs) % usageEveryMs);
    // A timer may ring a little early: what was used in two milliseconds says nothing.
    this.#next(inMs < usageEveryMs / 2 ? inMs + usageEveryMs : inMs);
  }
}
