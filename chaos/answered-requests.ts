/** How many requests of one kind applications have answered, by their own counters. */
import type { Clock } from "../base/clock.ts";
import { metricsPage, sumIn } from "./metrics-page.ts";

export interface AnsweredSeen {
  /** Instant of the clock. */
  readonly atMs: number;
  readonly answered: number;
}

export class AnsweredRequests {
  readonly #nodes: readonly { readonly name: string; readonly address: string }[];
  readonly #operation: string;
  readonly #clock: Clock;
  /** One that was started again counts from zero; what it had counted before stays. */
  readonly #before = new Map<string, number>();
  readonly #last = new Map<string, number>();

  constructor(
    nodes: readonly { readonly name: string; readonly address: string }[],
    operation: string,
    clock: Clock,
  ) {
    this.#nodes = nodes;
    this.#operation = operation;
    this.#clock = clock;
  }

  /** One that does not tell counts as it did before. @throws when none tells */
  async now(): Promise<AnsweredSeen> {
    const told = await Promise.allSettled(this.#nodes.map((node) => this.#ask(node)));
    const failure = told.find((each) => each.status === "rejected");
    if (failure !== undefined && told.every(({ status }) => status === "rejected")) throw failure.reason;
    const answered = this.#nodes.reduce(
      (sum, { name }) => sum + (this.#before.get(name) ?? 0) + (this.#last.get(name) ?? 0),
      0,
    );
    return { answered, atMs: this.#clock.nowMs() };
  }

  async #ask(node: { readonly name: string; readonly address: string }): Promise<void> {
    const { name } = node;
    const counted = sumIn(await metricsPage(node), "shop_requests_total", { operation: this.#operation });
    const last = this.#last.get(name) ?? 0;
    if (counted < last) this.#before.set(name, (this.#before.get(name) ?? 0) + last);
    this.#last.set(name, counted);
  }
}
