/** A target that answers by script, on simulated time, through a given number of connections. */
import type { Exchange, Sender } from "../../agents/senders/sender.ts";
import type { Clock } from "../../base/clock.ts";
import type { ShopRequest } from "../../scenarios/scenario.ts";

export interface ScriptedAnswer {
  /** How long the target takes; for ever when absent. */
  readonly afterMs?: number;
  /** Default 200. */
  readonly status?: number;
  readonly text?: string;
  /** Instead of an answer. */
  readonly fails?: "timeout" | "disconnected" | "refused";
}

export class ScriptedSender implements Sender {
  /** Everything handed over, in order. */
  readonly requests: { readonly atMs: number; readonly request: ShopRequest }[] = [];
  readonly #clock: Clock;
  readonly #script: (request: ShopRequest, number: number) => ScriptedAnswer;
  readonly #connections: number;
  readonly #line: { request: ShopRequest; exchange: Exchange; atMs: number }[] = [];
  #inFlight = 0;
  #fired = 0;

  constructor(
    clock: Clock,
    script: (request: ShopRequest, number: number) => ScriptedAnswer,
    connections = Number.POSITIVE_INFINITY,
  ) {
    this.#clock = clock;
    this.#script = script;
    this.#connections = connections;
  }

  readonly oddity = undefined;

  get waiting(): number {
    return this.#line.length;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  send(request: ShopRequest, exchange: Exchange): void {
    const atMs = this.#clock.nowMs();
    this.requests.push({ atMs, request });
    this.#line.push({ request, exchange, atMs });
    this.#serve();
  }

  async warm(connections: number): Promise<number> {
    return Math.min(connections, this.#connections);
  }

  dropWaiting(): void {
    for (const { exchange } of this.#line.splice(0)) exchange.dropped(this.#clock.nowMs());
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #serve(): void {
    while (this.#inFlight < this.#connections) {
      const next = this.#line.shift();
      if (next === undefined) return;
      this.#carry(next.request, next.exchange, next.atMs);
    }
  }

  #carry(request: ShopRequest, exchange: Exchange, sentAtMs: number): void {
    const { afterMs, status = 200, text = "", fails } = this.#script(request, this.#fired++);
    if (fails === "refused") {
      exchange.failed("disconnected", false, this.#clock.nowMs());
      return;
    }
    this.#inFlight++;
    exchange.fired(this.#clock.nowMs(), this.#clock.nowMs() - sentAtMs);
    if (afterMs === undefined) return;
    this.#clock.after(afterMs, () => {
      this.#inFlight--;
      const atMs = this.#clock.nowMs();
      if (fails === undefined) {
        exchange.answered({ status, header: () => undefined, text: () => text }, atMs);
      } else {
        exchange.failed(fails, true, atMs);
      }
      this.#serve();
    });
  }
}
