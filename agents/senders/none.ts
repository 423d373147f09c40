/** Sends nothing and answers at once: what is left is the cost of ourselves. For calibration and for tests. */
import type { Clock } from "../../base/clock.ts";
import type { Answer, ShopRequest } from "../../scenarios/scenario.ts";
import type { Exchange, Sender } from "./sender.ts";

const emptyAnswer: Answer = { status: 200, header: () => undefined, text: () => "{}" };

export class NoneSender implements Sender {
  readonly #clock: Clock;
  readonly oddity = undefined;
  readonly waiting = 0;
  #inFlight = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  send(_request: ShopRequest, exchange: Exchange): void {
    this.#inFlight++;
    exchange.fired(this.#clock.nowMs(), 0);
    this.#inFlight--;
    exchange.answered(emptyAnswer, this.#clock.nowMs());
  }

  async warm(): Promise<number> {
    return 0;
  }

  dropWaiting(): void {}

  async [Symbol.asyncDispose](): Promise<void> {}
}
